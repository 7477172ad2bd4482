"""A key that is not known tells nothing, whatever it looks like."""

from __future__ import annotations

import uuid

import pytest
from django.test import Client

from tests.doors.conftest import GUESSES_OF_KEYS as GUESSES
from tests.doors.conftest import PUBLIC, order_in, page_of, rows

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("page", PUBLIC)
@pytest.mark.parametrize("guess", GUESSES)
def test_guess__gets_the_answer_that_any_unknown_key_gets(guess: str, page: str, client: Client) -> None:
    order = order_in("ACTIVE")
    before = rows()
    right = page_of(page, order)
    unknown = client.get(right.replace(str(order.key), str(uuid.uuid4())))
    guessed = client.get(right.replace(str(order.key), GUESSES[guess](order.key)))
    assert (guessed.status_code, guessed.content) == (404, unknown.content)
    assert dict(guessed.headers) == dict(unknown.headers)
    assert not guessed.cookies
    assert str(order.key) not in guessed.content.decode()
    assert client.get(right).status_code != 404
    assert rows() == before


@pytest.mark.parametrize("guess", GUESSES)
@pytest.mark.parametrize("page", ["checkout", "return"])
def test_guess__of_a_post_is_told_no_more(page: str, guess: str, client: Client) -> None:
    order = order_in("DRAFT")
    before = rows()
    address = page_of(page, order).replace(str(order.key), GUESSES[guess](order.key))
    assert client.post(address).status_code == 404
    assert rows() == before


def test_key__is_random_and_in_no_other_public_name() -> None:
    first, second = order_in("ACTIVE"), order_in("ACTIVE")
    assert {first.key.version, second.key.version} == {4}
    assert first.key.hex not in {first.order_id.removeprefix("order_"), first.live_key}
