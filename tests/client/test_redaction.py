"""What is not repeated of a gateway's prose."""

from __future__ import annotations

import pytest

from django_flowwise.client.redaction import Redaction

PRIVATE = ("+919876543210", "cust_priya_77", "123 Connaught Place, New Delhi", "My order exists already", "c1")
REDACTION = Redaction(PRIVATE, ["s3cret"])


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("customer_phone : 09876543210 is invalid", "customer_phone : … is invalid"),
        ("customer_phone : 00919876543210 is invalid", "customer_phone : … is invalid"),
        ("customer_phone : 00 91 98765-43210 is invalid", "customer_phone : … is invalid"),
        ("customer_phone_9876543210_invalid", "customer_phone_…_invalid"),
        ("tel9876543210", "tel…"),
        ("%2B919876543210", "%2B…"),
        ("98765432100 and 19876543211", "98765432100 and 19876543211"),
        ("customer_123_Connaught_Place_New_Delhi", "customer_123_…_…_New_…"),
        ("order_amount : too small", "order_amount : too small"),
        ("it exists", "it …"),
        ("replaced", "replaced"),
        ("c1", "c1"),
        ("as3cretb", "a…b"),
    ],
)
def test_message__without_what_is_private(said: str, shown: str) -> None:
    assert REDACTION.of(said, is_customer_known=True) == shown


@pytest.mark.parametrize(
    ("code", "is_needed"),
    [
        ("invalid_cust_priya_77", True),
        ("invalid_9876543210", True),
        ("exists", True),
        ("s3cret", True),
        ("order_already_exists", False),
        ("order_amount_invalid", False),
        ("", False),
    ],
)
def test_code__is_kept_where_it_tells_of_nobody(code: str, is_needed: bool) -> None:
    assert REDACTION.is_needed_by(code) is is_needed


def test_nothing__is_hidden_of_nothing() -> None:
    assert Redaction([], []).of("call +919876543210", is_customer_known=True) == "call +919876543210"
    assert Redaction([], []).of("call +919876543210", is_customer_known=False) == "call …"


def test_repr__shows_nothing_of_it() -> None:
    assert repr(REDACTION) == "<Redaction of 11 words>"
