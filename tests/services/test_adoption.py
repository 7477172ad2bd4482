"""Is the answer our order?"""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from django_flowwise.conf import get_account
from django_flowwise.models import Order
from django_flowwise.models.fields import FORGOTTEN
from django_flowwise.services.adoption import answer_values, differing_fields, has_usable_checkout, record_active
from django_flowwise.wire import OrderSnapshot
from tests.factories import make_order

NOW = timezone.now()
ORDER = Order(
    reference="INV-1",
    customer_id="c",
    customer_email="a@example.com",
    order_currency="INR",
    order_note="gift",
    payment_methods="cc,upi",
    first_claimed_at=NOW,
)


@pytest.mark.parametrize(
    ("fields", "differing"),
    [
        ({}, []),
        ({"customer_id": "c", "customer_email": "a@example.com", "order_note": "gift"}, []),
        ({"customer_id": "d"}, ["customer_id"]),
        ({"customer_email": "A@example.com"}, ["customer_email"]),
        ({"order_currency": "USD", "order_note": ""}, ["order_currency", "order_note"]),
        ({"payment_methods": "upi, cc"}, []),
        ({"payment_methods": "upi"}, ["payment_methods"]),
        ({"added_on": NOW - datetime.timedelta(seconds=59)}, []),
        ({"added_on": NOW - datetime.timedelta(seconds=61)}, ["added_on"]),
    ],
)
def test_differing__what_was_sent_and_comes_back(fields: dict[str, Any], differing: list[str]) -> None:
    assert differing_fields(ORDER, OrderSnapshot(**fields)) == differing


def test_differing__what_was_not_sent_is_not_compared() -> None:
    bare = Order(order_currency="INR")
    snapshot = OrderSnapshot(payment_methods="cc", order_note="x", customer_email="x", added_on=NOW)
    assert differing_fields(bare, snapshot) == []


def test_differing__of_whom_was_forgotten_nothing_is_compared() -> None:
    forgotten = Order(order_currency="INR", payment_methods="cc", first_claimed_at=NOW, **FORGOTTEN)
    answered = {"customer_id": "c", "customer_email": "a@example.com", "order_note": "gift"}
    assert differing_fields(forgotten, OrderSnapshot(**answered, payment_methods="cc")) == []
    assert differing_fields(forgotten, OrderSnapshot(**answered, order_currency="USD")) == ["order_currency"]


@pytest.mark.parametrize(
    ("url", "usable"),
    [
        ("https://payments.flowwise.com/checkout/1", True),
        ("http://payments.flowwise.com/checkout/1", False),
        ("https://flowwise.com.evil.example/", False),
        (None, False),
    ],
)
def test_values__hold_a_usable_checkout_alone(url: str | None, usable: bool, caplog: Any) -> None:
    snapshot = OrderSnapshot(checkout_url=url, order_status="ACTIVE")
    assert has_usable_checkout(snapshot, get_account()) is usable
    values = answer_values(snapshot, get_account())
    assert values == {"order_status": "ACTIVE", **({"checkout_url": url} if usable else {})}
    assert ("checkout_url_refused" in caplog.text) is (url is not None and not usable)


@pytest.mark.django_db
def test_record__of_an_order_that_is_paid_already_changes_nothing() -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(state="PAID")
    record_active(order, OrderSnapshot(checkout_url="https://payments.flowwise.com/c"), get_account())
    assert (order.state, order.checkout_url) == ("PAID", "")
