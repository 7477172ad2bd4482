"""What is asked for, and how it is written."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_flowwise import wire
from tests.factories import vendor_body


def documented_request() -> wire.CreateOrderRequest:
    body = vendor_body("create_order_request")
    customer = wire.CustomerDetails(**body.pop("customer_details"))
    return wire.CreateOrderRequest(**body, customer_details=customer)


def test_request__is_the_documented_one_parsed_without_floats() -> None:
    sent = json.loads(wire.encode(documented_request()), parse_float=Decimal)
    assert sent == vendor_body("create_order_request")
    assert isinstance(sent["order_amount"], Decimal)


def test_request__leaves_out_what_is_not_set() -> None:
    request = wire.CreateOrderRequest(
        order_id="o", order_amount=Decimal("5.00"), order_currency="INR", customer_details=wire.CustomerDetails()
    )
    assert wire.encode(request) == (
        b'{"order_id":"o","order_amount":5.00,"order_currency":"INR","customer_details":{}}'
    )


@given(st.decimals(min_value=Decimal("0.0001"), max_value=Decimal(999999999999999), places=4))
def test_request__amounts_are_exact_numbers_without_exponent(amount: Decimal) -> None:
    request = wire.CreateOrderRequest(
        order_id="o", order_amount=amount, order_currency="CLF", customer_details=wire.CustomerDetails()
    )
    body = wire.encode(request)
    written = body.split(b'"order_amount":')[1].split(b",")[0]
    assert b"e" not in written.lower()
    assert Decimal(written.decode()) == amount


def test_create_order__shows_no_customer() -> None:
    request = wire.CreateOrderRequest(
        order_id="o",
        order_amount=Decimal(5),
        order_currency="INR",
        customer_details=wire.CustomerDetails(customer_email="priya@example.com"),
        order_note="for Priya",
        order_tags={"name": "Priya S"},
    )
    assert repr(request) == "<CreateOrderRequest o>"
    assert repr(request.customer_details) == "<CustomerDetails>"
    assert request.private_texts() == ("priya@example.com", "for Priya", "Priya S")


def test_customer__is_the_documented_one() -> None:
    documented = vendor_body("create_customer_request")
    assert json.loads(wire.encode(wire.CustomerRequest(**documented))) == documented


def test_customer__leaves_out_what_is_not_set_and_sends_what_is_empty() -> None:
    assert wire.encode(wire.CustomerRequest("c", "GLOBAL")) == b'{"customer_id":"c","scope":"GLOBAL"}'
    assert wire.encode(wire.CustomerRequest("c", "PROJECT", name="")).endswith(b',"name":""}')


@pytest.mark.parametrize("scope", ["", "project", "ALL"])
def test_customer__of_a_scope_that_is_not_documented(scope: str) -> None:
    with pytest.raises(ValueError, match="PROJECT or GLOBAL"):
        wire.CustomerRequest("c", scope)


def test_customer__shows_nothing_and_is_private_but_for_its_scope() -> None:
    documented = vendor_body("create_customer_request")
    request = wire.CustomerRequest(**documented)
    assert repr(request) == "<CustomerRequest>"
    assert set(request.private_texts()) == set(documented.values()) - {"PROJECT"}
    assert wire.CustomerRequest("c", "PROJECT").private_texts() == ("c",)
