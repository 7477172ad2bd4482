"""Fixtures for the tests of shops, found by pytest through the entry point `pytest11`.

Imported by pytest before Django is set up: nothing that needs settings or models may come in.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from django_flowwise.emulator import Emulator

if TYPE_CHECKING:
    from pytest_django import Settings


@pytest.fixture(scope="session")
def _flowwise_emulator_server() -> Iterator[Emulator]:
    """One listening emulator for the whole run: starting and stopping costs more than most tests."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def flowwise_emulator(_flowwise_emulator_server: Emulator, settings: Settings) -> Iterator[Emulator]:
    """Give a local Flowwise over a real socket; its settings are in force while the fixture is.

    `settings.FLOWWISE` has the one alias `default`, which reaches it. It begins each test with no orders, no
    payments, no requests and the usual `Behaviour`. Pay with `flowwise_emulator.pay(order_id)`; see also `fail`,
    `drop`, `expire`, and look at `orders`, `sent`, `payments`, `requests`. Needs pytest-django.
    """
    _flowwise_emulator_server.reset()
    _flowwise_emulator_server.start()
    settings.FLOWWISE = {"default": _flowwise_emulator_server.account}
    yield _flowwise_emulator_server
    _flowwise_emulator_server.reset()
