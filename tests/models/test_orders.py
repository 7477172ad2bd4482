"""What the database refuses, and what an order says of itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from django_flowwise.models import Order, live_key_of
from tests.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"order_amount": 0}, "flowwise_order_amount_positive"),
        ({"order_amount": -5}, "flowwise_order_amount_positive"),
        ({"order_currency": "inr"}, "flowwise_order_currency_code"),
        ({"order_currency": "IN"}, "flowwise_order_currency_code"),
        ({"state": "LOST"}, "flowwise_order_state_known"),
        ({"state": "ACTIVE"}, "flowwise_order_active_has_checkout"),
        ({"state": "WITHDRAWN"}, "flowwise_order_live_key_fits_state"),
        ({"live_key": None}, "flowwise_order_live_key_fits_state"),
    ],
)
def test_constraints__hold_back_what_may_never_be(values: dict[str, Any], constraint: str) -> None:
    order = make_order()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Order.objects.filter(pk=order.pk).update(**values)


def test_constraints__one_order_id_for_each_account() -> None:
    make_order(order_id="mine")
    make_order(order_id="mine", account="second")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_order(order_id="mine")


def test_constraints__one_live_order_for_each_reference() -> None:
    make_order(reference="INV")
    make_order(reference="inv")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_order(reference="INV")


@pytest.mark.parametrize("state", ["PAID", "REVERSED", "WITHDRAWN"])
def test_constraints__without_a_live_key(state: str) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(state=state, live_key=None)
    assert Order.objects.get(pk=order.pk).live_key is None


def test_live_key__tells_accounts_and_references_apart() -> None:
    keys = {live_key_of("a", "bc"), live_key_of("ab", "c"), live_key_of("a", "BC"), live_key_of("a", "bc ")}
    assert len(keys) == 4
    assert all(len(key) == 64 for key in keys)


def test_save__a_withdrawn_order_takes_no_place() -> None:
    first = make_order(reference="INV", state="WITHDRAWN")
    second = make_order(reference="INV")
    assert (first.live_key, second.live_key) == (None, live_key_of("default", "INV"))
    first.save()
    assert Order.objects.get(pk=first.pk).live_key is None


def test_clean__brings_the_amount_to_the_currencys_digits() -> None:
    order = Order(reference="r", customer_id="c", order_currency="JPY", order_amount=Decimal("5.000"))
    order.clean()
    assert str(order.order_amount) == "5"


@pytest.mark.parametrize(
    ("values", "fields"),
    [
        ({"order_amount": None}, {"order_amount"}),
        ({"order_amount": "1.234"}, {"order_amount"}),
        ({"order_currency": "xyz"}, {"order_currency"}),
    ],
)
def test_clean__says_each_thing_once(values: dict[str, Any], fields: set[str]) -> None:
    order = Order(**{"reference": "r", "customer_id": "c", "order_amount": Decimal(5), **values})
    with pytest.raises(ValidationError) as caught:
        order.full_clean()
    assert caught.value.message_dict.keys() == fields
    assert all(len(messages) == 1 for messages in caught.value.message_dict.values())


def test_words__hold_no_customer_and_need_no_query() -> None:
    order = make_order()
    with CaptureQueriesContext(connection) as queries:
        words = f"{order} {order!r}"
    assert len(queries) == 0
    assert order.reference in words
    assert not any(text in words for text in (order.customer_email, order.customer_phone, order.customer_id))


def test_is_in_doubt() -> None:
    assert [
        state for state in ("DRAFT", "SUBMITTING", "UNCONFIRMED", "ACTIVE") if Order(state=state).is_in_doubt
    ] == [
        "SUBMITTING",
        "UNCONFIRMED",
    ]


def test_absolute_url__is_our_checkout_by_key() -> None:
    order = make_order()
    assert order.get_absolute_url() == f"/flowwise/checkout/{order.key}/"
