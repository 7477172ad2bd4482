"""What staff type."""

from __future__ import annotations

from typing import Any

import pytest

from django_flowwise.admin.forms import PaymentMethodsWidget, TagsField


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
