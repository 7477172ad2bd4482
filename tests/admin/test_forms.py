"""What staff type."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from django_flowwise.admin.forms import AmountField, PaymentMethodsWidget, SettleForm, TagsField
from django_flowwise.models import Order
from django_flowwise.states import OrderState, sources_of


@pytest.mark.parametrize(
    ("initial", "typed", "changed"),
    [
        ({"a": "b"}, "a=b", False),
        ({"a": "b"}, " a = b \n", False),
        ({"a": "b"}, "a=c", True),
        (None, "", False),
        ({}, "nonsense", True),
    ],
)
def test_tags__are_compared_as_tags(initial: Any, typed: str, changed: bool) -> None:
    assert TagsField(required=False, strip=False).has_changed(initial, typed) is changed


def test_tags__are_shown_as_lines() -> None:
    field = TagsField(required=False)
    assert field.prepare_value({"a": "b", "c": "d=e"}) == "a=b\nc=d=e"
    assert field.prepare_value("as typed") == "as typed"
    assert field.to_python("c=d=e") == {"c": "d=e"}


@pytest.mark.parametrize(
    ("stored", "shown"),
    [("cc,upi", [["cc", "upi"], ""]), ("cc,emi", [["cc"], "emi"]), ("", [[], ""]), (None, [[], ""])],
)
def test_payment_methods__are_taken_apart(stored: str | None, shown: list[Any]) -> None:
    assert PaymentMethodsWidget().decompress(stored) == shown


def test_tags__a_name_twice_is_refused() -> None:
    with pytest.raises(ValidationError, match="a stands there twice"):
        TagsField(required=False).to_python("a=1\nb=2\n a =3")


@pytest.mark.parametrize(
    ("typed", "changed"),
    [("2299.50", False), (" 2299.5 ", False), ("2299.51", True), ("nonsense", True), ("", True), (None, True)],
)
def test_amount__is_compared_as_a_number(typed: str | None, changed: bool) -> None:
    assert AmountField().has_changed(Decimal("2299.50"), typed) is changed


def test_amount__that_was_never_there_has_changed() -> None:
    assert AmountField().has_changed(None, "5")


@pytest.mark.parametrize("state", OrderState)
def test_settling__takes_for_paid_only_what_may_become_paid(state: OrderState) -> None:
    offers = "accept_as_paid" in SettleForm(Order(state=state)).fields
    assert offers is (state in sources_of(OrderState.PAID))
