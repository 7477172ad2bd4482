"""Every documented operation at the wire: verb, path, body and answer; and the ids that no path can carry."""

from __future__ import annotations

import datetime
import inspect
import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from django_flowwise import wire
from django_flowwise.client import FlowwiseClient
from django_flowwise.client import operations as table
from django_flowwise.exceptions import OutcomeUnknown, RequestNotSent
from tests.client.calls import (
    AMOUNT,
    CALLS,
    CARD_PAYMENT_ID,
    ORDER_ID,
    create_payment_request,
    customer_request,
    refund_request,
)
from tests.client.conftest import Recorder, account
from tests.factories import vendor_body, vendor_bytes


def test_calls__are_all_operations_that_there_are() -> None:
    methods = {name for name, _ in inspect.getmembers(FlowwiseClient, inspect.isfunction) if name[0] != "_"}
    rows = {each.name for each in vars(table).values() if isinstance(each, table.Operation)}
    # One documented operation captures or voids.
    assert methods == rows == CALLS.keys() | {"void_payment"}


@pytest.mark.parametrize("name", CALLS)
def test_operation__is_on_the_wire_as_documented(name: str, recorder: Recorder) -> None:
    call = CALLS[name]
    recorder.body = vendor_bytes(call.answer)
    call.make(FlowwiseClient(account(recorder.base_url)))
    [sent] = recorder.sent
    verb, _, path = call.line.partition(" ")
    assert sent.line == f"{verb} /router{path} HTTP/1.1"
    if call.request is None:
        assert verb == "GET"
        assert sent.body == b""
        assert sent.headers.keys().isdisjoint({"content-type", "content-length", "transfer-encoding"})
    else:
        assert json.loads(sent.body, parse_float=Decimal) == vendor_body(call.request)
        assert sent.headers["content-type"] == "application/json"
    assert sent.headers["x-client-id"] == "the-client-id"
    assert sent.headers["x-client-secret"] == "the-s3cret"


def assert_reads_all(snapshot: msgspec.Struct, documented: dict[str, Any]) -> None:
    assert documented.keys() <= set(snapshot.__struct_fields__)
    for name in snapshot.__struct_fields__:
        value, expected = getattr(snapshot, name), documented.get(name)
        if isinstance(value, datetime.datetime):
            assert value == datetime.datetime.fromisoformat(str(expected))
        else:
            assert value == expected, name


@pytest.mark.parametrize("name", CALLS)
def test_answer__is_read_as_documented(name: str, recorder: Recorder) -> None:
    call = CALLS[name]
    recorder.body = vendor_bytes(call.answer)
    answer = call.make(FlowwiseClient(account(recorder.base_url)))
    documented = vendor_body(call.answer)
    if name == "list_payments":
        assert len(answer) == len(documented) == 2
        for payment, element in zip(answer, documented, strict=True):
            assert_reads_all(payment, element)
    else:
        assert_reads_all(answer, documented)


def test_void__differs_from_a_capture_by_its_action_alone(recorder: Recorder) -> None:
    recorder.body = vendor_bytes("authorize_payment_answer")
    client = FlowwiseClient(account(recorder.base_url))
    client.capture_payment(ORDER_ID, CARD_PAYMENT_ID, AMOUNT)
    client.void_payment(ORDER_ID, CARD_PAYMENT_ID, AMOUNT)
    capture, void = recorder.sent
    assert void.line == capture.line
    assert json.loads(capture.body) == {"action": "CAPTURE", "capture_amount": 2299.5}
    assert json.loads(void.body) == {"action": "VOID", "capture_amount": 2299.5}


def test_look_at_a_payment__can_not_be_taken_for_its_refund() -> None:
    assert table.GET_PAYMENT.path == table.REFUND_PAYMENT.path
    assert (table.GET_PAYMENT.verb, table.REFUND_PAYMENT.verb) == ("GET", "POST")


BY_ID: dict[str, tuple[Callable[[FlowwiseClient, str], Any], str]] = {
    "get_order": (lambda client, each: client.get_order(each), "/orders/{}"),
    "create_payment": (
        lambda client, each: client.create_payment(each, create_payment_request()),
        "/order/pay/{}",
    ),
    "get_payment": (lambda client, each: client.get_payment(each), "/payments/{}"),
    "list_payments": (lambda client, each: client.list_payments(each), "/orders/{}/payments"),
    "capture, by order": (
        lambda client, each: client.capture_payment(each, "p", AMOUNT),
        "/orders/{}/payments/p/authorize",
    ),
    "capture, by payment": (
        lambda client, each: client.capture_payment("o", each, AMOUNT),
        "/orders/o/payments/{}/authorize",
    ),
    "void, by order": (
        lambda client, each: client.void_payment(each, "p", AMOUNT),
        "/orders/{}/payments/p/authorize",
    ),
    "void, by payment": (
        lambda client, each: client.void_payment("o", each, AMOUNT),
        "/orders/o/payments/{}/authorize",
    ),
    "refund_payment": (lambda client, each: client.refund_payment(each, refund_request()), "/payments/{}"),
    "refund_order": (lambda client, each: client.refund_order(each, refund_request()), "/orders/{}/refunds"),
    "get_refund": (lambda client, each: client.get_refund(each), "/refunds/{}"),
    "update_customer": (
        lambda client, each: client.update_customer(msgspec.structs.replace(customer_request(), customer_id=each)),
        "/customer/{}",
    ),
}
"""Every id that stands in a path."""


@pytest.mark.parametrize("name", BY_ID)
@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("a/b", "a%2Fb"),
        ("a+b=", "a%2Bb%3D"),
        ("100%", "100%25"),
        ("%2e%2E", "%252e%252E"),
        ("a?b#c", "a%3Fb%23c"),
        ("a\\b", "a%5Cb"),
        ("a\r\nX: 1", "a%0D%0AX%3A%201"),
        ("\x00", "%00"),
        ("प्रिया😀", "%E0%A4%AA%E0%A5%8D%E0%A4%B0%E0%A4%BF%E0%A4%AF%E0%A4%BE%F0%9F%98%80"),
        ("...", "..."),
        (".a", ".a"),
        ("a..", "a.."),
        ("~-_.A1", "~-_.A1"),
        ("//", "%2F%2F"),
    ],
)
def test_path__carries_an_id_as_one_part(name: str, value: str, written: str, recorder: Recorder) -> None:
    make, path = BY_ID[name]
    recorder.body = b"no answer"
    with pytest.raises(OutcomeUnknown):
        make(FlowwiseClient(account(recorder.base_url)), value)
    [sent] = recorder.sent
    assert sent.line.split(" ")[1] == f"/router{path.format(written)}"
    assert unquote(written) == value


@pytest.mark.parametrize("name", BY_ID)
@pytest.mark.parametrize(
    "value", ["", ".", "..", "../x", "x/..", "a/./b", "/..", "..\\x", "x/../../customer", "\ud800", "a\udfffb"]
)
def test_path__that_would_be_another_is_never_sent(name: str, value: str, recorder: Recorder) -> None:
    make, _ = BY_ID[name]
    with pytest.raises(RequestNotSent, match="which no address can carry") as caught:
        make(FlowwiseClient(account(recorder.base_url)), value)
    assert caught.value.operation.startswith(name.partition(",")[0])
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert recorder.sent == []


@pytest.mark.parametrize("value", ["", ".."])
def test_create__with_an_id_that_could_never_be_looked_at_is_never_sent(value: str, recorder: Recorder) -> None:
    client = FlowwiseClient(account(recorder.base_url))
    order = msgspec.structs.replace(vendor_order(), order_id=value)
    refund = msgspec.structs.replace(refund_request(), refund_id=value)
    customer = msgspec.structs.replace(customer_request(), customer_id=value)
    for make in (
        lambda: client.create_order(order),
        lambda: client.refund_payment("p", refund),
        lambda: client.refund_order("o", refund),
        lambda: client.create_customer(customer),
    ):
        with pytest.raises(RequestNotSent, match="which no address can carry"):
            make()
    assert recorder.sent == []


def vendor_order() -> wire.CreateOrderRequest:
    return wire.CreateOrderRequest(
        order_id="o", order_amount=AMOUNT, order_currency="INR", customer_details=wire.CustomerDetails()
    )


def test_target__shows_neither_a_customers_key_nor_a_hash() -> None:
    for target in (table.UPDATE_CUSTOMER.on(customer_id="priya"), table.CREATE_PAYMENT.on(order_hash="priya")):
        assert target.path.endswith("/priya")
        assert "priya" not in repr(target)


def test_request__with_half_a_character_pair_is_never_sent(recorder: Recorder) -> None:
    client = FlowwiseClient(account(recorder.base_url))
    note = "Priya \ud800"
    with pytest.raises(RequestNotSent, match="half of a character pair") as caught:
        client.refund_payment("p", wire.RefundRequest("r", AMOUNT, refund_note=note))
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert recorder.sent == []
