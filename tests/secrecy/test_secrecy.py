"""No secret and no customer's data where it has no business, whatever happens to an order.

Every path is walked with a marked secret, client id and customer; then every place is searched for the marks.
"""

from __future__ import annotations

import pytest

from tests.secrecy.api_paths import API_PATHS
from tests.secrecy.marks import found
from tests.secrecy.paths import PATHS
from tests.secrecy.places import PLACES
from tests.secrecy.world import World

EVERY_PATH = {**PATHS, **API_PATHS}


def leaks(world: World, *names: str) -> list[str]:
    return [
        f"{name}: {leak}"
        for name in names or PLACES
        for text in PLACES[name].read(world)
        for leak in found(text, PLACES[name].marks)
    ]


@pytest.mark.parametrize("name", EVERY_PATH)
def test_path__leaves_no_mark_where_it_has_no_business(name: str, world: World) -> None:
    path = EVERY_PATH[name]
    path.walk(world)
    assert [type(error) for error in world.errors] == list(path.errors)
    world.visit()
    assert leaks(world) == []


@pytest.mark.parametrize("name", PLACES)
def test_place__is_really_searched(name: str, world: World) -> None:
    """A mark that is put there is found."""
    PLACES[name].plant(world, "-".join(PLACES[name].marks.values()))
    world.visit()
    assert {leak.partition(" in …")[0] for leak in leaks(world, name)} == {
        f"{name}: {mark}" for mark in PLACES[name].marks
    }
