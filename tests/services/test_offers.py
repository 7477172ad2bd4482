"""What an order's state and the clock allow to be offered."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from django_flowwise import services
from django_flowwise.models import Order

MINUTE = datetime.timedelta(minutes=1)


def test_is_past_expiry() -> None:
    moment = timezone.now()
    assert not services.is_past_expiry(Order(order_expiry_time=None))
    assert not services.is_past_expiry(Order(order_expiry_time=moment + datetime.timedelta(minutes=1)))
    assert services.is_past_expiry(Order(order_expiry_time=moment))


@pytest.mark.parametrize(
    ("state", "values", "is_submittable", "is_reissuable"),
    [
        ("DRAFT", {}, True, False),
        ("UNCONFIRMED", {}, True, False),
        ("REFUSED", {}, True, False),
        ("SUBMITTING", {"claim_expires_at": MINUTE}, False, False),
        ("SUBMITTING", {"claim_expires_at": -MINUTE}, True, False),
        ("SUBMITTING", {}, False, False),
        ("ACTIVE", {"order_expiry_time": MINUTE}, False, False),
        ("ACTIVE", {"order_expiry_time": -MINUTE}, False, True),
        ("ACTIVE", {}, False, False),
        ("EXPIRED", {}, False, True),
        ("PAID", {"order_expiry_time": -MINUTE}, False, False),
        ("WITHDRAWN", {}, False, False),
    ],
)
def test_offers__by_state(state: str, values: dict[str, Any], is_submittable: bool, is_reissuable: bool) -> None:
    moment = timezone.now()
    order = Order(state=state, **{name: moment + delta for name, delta in values.items()})
    assert services.is_submittable(order) is is_submittable
    assert services.is_reissuable(order) is is_reissuable
