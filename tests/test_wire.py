"""What crosses the wire, both ways."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_flowwise import wire
from tests.factories import vendor_body, vendor_bytes

ORDER_ID = "order_summer_fashion_001"


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


def test_order__is_read_as_documented() -> None:
    snapshot = wire.read_order(vendor_bytes("create_order_answer"), ORDER_ID)
    documented = vendor_body("create_order_answer")
    for name in wire.OrderSnapshot.__struct_fields__:
        value = getattr(snapshot, name)
        expected = documented[name]
        if isinstance(value, datetime.datetime):
            assert value == datetime.datetime.fromisoformat(expected)
            assert value.tzinfo is not None
        else:
            assert value == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"<html>",
        b"{}",
        b'{"order_id":"other"}',
        b'{"order_id":null}',
        b'{"order_id":1}',
        b"\xff\xfe",
        b'{"order_id":"\xff"}',
        b"[" * 100_000,
    ],
)
def test_order__that_is_not_ours_or_no_object(body: bytes) -> None:
    with pytest.raises(wire.UnreadableAnswer) as caught:
        wire.read_order(body, ORDER_ID)
    assert "html" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order_status", 1),
        ("order_status", "x" * 65),
        ("order_status", "A\u0000B"),
        ("project_id", ["p"]),
        ("checkout_url", {}),
        ("order_hash", "x" * 4097),
        ("order_expiry_time", "soon"),
        ("order_expiry_time", "2024-12-03T14:30:00"),
        ("order_expiry_time", "9999-12-31T23:59:59Z"),
        ("added_on", "0001-01-01T00:00:00Z"),
        ("added_on", 5),
    ],
)
def test_order__a_field_that_does_not_fit_is_absent_and_named(
    name: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({**json.loads(vendor_bytes("create_order_answer")), name: value, "unheard_of": 1})
    snapshot = wire.read_order(body.encode(), ORDER_ID)
    assert getattr(snapshot, name) is None
    others = set(wire.OrderSnapshot.__struct_fields__) - {name}
    assert all(getattr(snapshot, other) is not None for other in others)
    assert f"field={name}" in caplog.text


def test_payments__are_read_as_documented() -> None:
    payments = wire.read_payments(vendor_bytes("list_payments_answer"), ORDER_ID)
    assert [payment.word for payment in payments] == ["SUCCESS", "FAILED"]
    assert payments[0].payment_amount == Decimal("2299.5")
    assert payments[0].payment_currency == "INR"
    assert payments[1].capture_amount == 0


@pytest.mark.parametrize("body", [b"{}", b"null", b"[1]", b'["x"]', b"[", b"\xff"])
def test_payments__that_are_no_array_of_objects(body: bytes) -> None:
    with pytest.raises(wire.UnreadableAnswer):
        wire.read_payments(body, "o")


def test_payments__of_another_order_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    body = b'[{"order_id":"o","status":"SUCCESS"},{"order_id":"p","status":"SUCCESS"},{"payment_status":"FAILED"}]'
    assert [payment.word for payment in wire.read_payments(body, "o")] == ["SUCCESS", "FAILED"]
    assert "count=1" in caplog.text


@pytest.mark.parametrize("amount", ["-1", "1e30", "0.00001", "true", '"NaN"', "null"])
def test_payments__an_amount_that_does_not_fit_is_absent(amount: str) -> None:
    body = f'[{{"status":"SUCCESS","payment_amount":{amount},"capture_amount":5}}]'.encode()
    [payment] = wire.read_payments(body, "o")
    assert (payment.payment_amount, payment.capture_amount, payment.word) == (None, 5, "SUCCESS")


def test_payments__amounts_never_pass_through_a_float() -> None:
    [payment] = wire.read_payments(b'[{"payment_amount":12345678901.2345}]', "o")
    assert payment.payment_amount == Decimal("12345678901.2345")
    assert payment.word == ""


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        (
            b'{"message":"no","code":"order_amount_missing","type":"validation_error"}',
            "no",
            "order_amount_missing",
        ),
        (b'{"message":"no","code":"<b>"}', "no", None),
        (b'{"message":5,"code":"x"}', None, "x"),
        (b"<html>", None, None),
        (b"", None, None),
    ],
)
def test_error__is_read_as_far_as_it_goes(body: bytes, message: str | None, code: str | None) -> None:
    answer = wire.read_error(body)
    assert (answer.message, answer.code) == (message, code)


@pytest.mark.parametrize("spoilt", ["order_status", "a_field_that_nobody_has_documented"])
def test_order__half_a_character_pair_spoils_its_own_field_alone(spoilt: str) -> None:
    body = b'{"order_id":"o","order_hash":"h","%s":"\\ud800"}' % spoilt.encode()
    snapshot = wire.read_order(body, "o")
    assert (snapshot.order_hash, snapshot.order_status) == ("h", None)


@pytest.mark.parametrize(
    "capture_status", [b'{"s":"AUTHORISED"}', b"5", b'["VOIDED"]', b'"%s"' % (b"x" * 65), b'"\\ud800"']
)
def test_payments__a_capture_word_that_cannot_be_read_speaks_against_the_payment(capture_status: bytes) -> None:
    body = b'[{"order_id":"o","status":"SUCCESS","payment_amount":5.10,"capture_status":%s}]' % capture_status
    [payment] = wire.read_payments(body, "o")
    assert (payment.capture_status, payment.payment_amount) == ("UNREADABLE", Decimal("5.10"))


def test_payments__a_status_that_cannot_be_read_is_not_replaced_by_the_other_name() -> None:
    [payment] = wire.read_payments(b'[{"status":7,"payment_status":"SUCCESS"}]', "o")
    assert payment.word == "UNREADABLE"


def test_reprs__hold_no_customers_data() -> None:
    request = wire.CreateOrderRequest(
        order_id="o",
        order_amount=Decimal(5),
        order_currency="INR",
        customer_details=wire.CustomerDetails(customer_email="priya@example.com"),
        order_note="for Priya",
        order_tags={"name": "Priya S"},
    )
    snapshot = wire.OrderSnapshot(order_id="o", order_status="ACTIVE", customer_email="priya@example.com")
    assert repr(request) == "<CreateOrderRequest o>"
    assert repr(request.customer_details) == "<CustomerDetails>"
    assert repr(snapshot) == "<OrderSnapshot o ACTIVE>"
    assert request.private_texts() == ("priya@example.com", "for Priya", "Priya S")
