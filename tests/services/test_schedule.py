"""When to look again."""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from django_flowwise.models import Order
from django_flowwise.services.schedule import SOONEST, backing_off, next_look, seconds_until_look
from django_flowwise.states import OrderState

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


def after(**delta: float) -> datetime.datetime:
    return NOW + datetime.timedelta(**delta)


@pytest.mark.parametrize(
    ("age_minutes", "wait_minutes"), [(0, 1), (4, 1), (8, 2), (60, 15), (240, 60), (100_000, 60)]
)
def test_backing_off__a_quarter_of_the_age(age_minutes: int, wait_minutes: int) -> None:
    assert backing_off(datetime.timedelta(minutes=age_minutes)) == datetime.timedelta(minutes=wait_minutes)


def test_seconds__until_a_look_that_is_ahead() -> None:
    assert 59 < (seconds_until_look(Order(next_check_at=timezone.now() + SOONEST)) or 0) <= 60
    assert seconds_until_look(Order()) is None


@pytest.mark.parametrize("state", [OrderState.DRAFT, OrderState.REFUSED])
def test_never__where_nothing_can_come(state: OrderState) -> None:
    assert next_look(Order(created_at=NOW), state, NOW) is None


@pytest.mark.parametrize("state", [OrderState.ACTIVE, OrderState.EXPIRED, OrderState.WITHDRAWN])
def test_open__until_a_day_past_its_expiry(state: OrderState) -> None:
    order = Order(created_at=NOW, first_claimed_at=NOW, order_expiry_time=after(hours=2))
    assert next_look(order, state, NOW) == after(minutes=1)
    assert next_look(order, state, after(hours=25)) == after(hours=26)
    assert next_look(order, state, after(hours=26)) is None
    assert next_look(order, state, after(hours=26), expiry=after(hours=3)) == after(hours=27)


def test_open__a_month_and_a_day_where_flowwise_gave_no_time() -> None:
    order = Order(created_at=NOW)
    assert next_look(order, OrderState.ACTIVE, after(days=30)) is not None
    assert next_look(order, OrderState.ACTIVE, after(days=31)) is None


def test_unconfirmed__for_ever() -> None:
    order = Order(created_at=NOW, first_claimed_at=NOW)
    assert next_look(order, OrderState.UNCONFIRMED, after(days=100)) == after(days=100, hours=1)


def test_paid__after_an_hour_a_day_and_five_days() -> None:
    order = Order(created_at=NOW, paid_at=NOW)
    looks = [
        next_look(order, OrderState.PAID, moment) for moment in (NOW, after(hours=1), after(days=1), after(days=5))
    ]
    assert looks == [after(hours=1), after(days=1), after(days=5), None]
    assert next_look(Order(created_at=NOW), OrderState.PAID, NOW) == after(hours=1)


def test_next_look__an_order_that_lives_longer_than_most_is_watched_to_its_own_end() -> None:
    since = NOW - datetime.timedelta(days=40)
    order = Order(first_claimed_at=since, expiry_time_in_minutes=90 * 24 * 60)
    assert next_look(order, OrderState.ACTIVE, NOW) is not None
    assert next_look(Order(first_claimed_at=since), OrderState.ACTIVE, NOW) is None
