"""The operations on single payments answer as documented, and say no by the name of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import requests

from django_flowwise.emulator import Emulator
from tests.emulator.conftest import ORDER_ID, PAYMENT_FIELDS, PAYMENT_REQUEST, Call, exact, verdict

Create = Callable[..., requests.Response]
Behave = Callable[..., None]

CREATION_FIELDS = [
    "payment_id",
    "order_id",
    "payment_method",
    "payment_amount",
    "payment_status",
    "capture_status",
    "capture_amount",
    "processor_ref",
    "redirect_url",
    "return_url",
    "payload",
    "payment_time",
    "order_expiry_time",
]
AUTHORIZATION_FIELDS = [
    "order_id",
    "payment_id",
    "status",
    "capture_status",
    "capture_amount",
    "payment_amount",
    "payment_currency",
    "payment_method",
    "payment_message",
    "redirect_url",
    "gateway_details",
]
CAPTURE = {"action": "CAPTURE", "capture_amount": 2299.5}
VOID = {"action": "VOID", "capture_amount": 2299.5}


@pytest.fixture
def pay_path(create: Create) -> str:
    return f"/order/pay/{create().json()['order_hash']}"


@pytest.fixture
def held(emulator: Emulator, create: Create) -> str:
    create()
    return str(emulator.authorise(ORDER_ID)["payment_id"])


@pytest.fixture
def authorize(call: Call, held: str) -> Callable[..., requests.Response]:
    """Authorize the held payment; changes replace fields of the body."""

    def send(body: dict[str, Any], **changes: Any) -> requests.Response:
        return call("POST", f"/orders/{ORDER_ID}/payments/{held}/authorize", body, **changes)

    return send


def test_create_payment__the_documented_example(emulator: Emulator, call: Call, pay_path: str) -> None:
    response = call("POST", pay_path, PAYMENT_REQUEST)
    payment = exact(response)
    assert response.status_code == 200
    assert list(payment) == CREATION_FIELDS
    assert (payment["order_id"], payment["payment_method"]) == (ORDER_ID, "upi")
    assert payment["payment_amount"] == payment["capture_amount"] == Decimal("2299.5")
    assert (payment["payment_status"], payment["capture_status"]) == ("SUCCESS", "SUCCESS")
    assert payment["redirect_url"] == f"{emulator.url}/redirect/{payment['payment_id']}"
    assert payment["return_url"] == f"https://mystore.com/payment-success?order_id={ORDER_ID}"
    assert len(payment["payload"]) > 20
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", payment["payment_time"])
    assert payment["order_expiry_time"] == emulator.orders[ORDER_ID]["order_expiry_time"]
    assert emulator.orders[ORDER_ID]["order_status"] == "PAID"
    (kept,) = emulator.payments[ORDER_ID]
    assert kept["payment_id"] == payment["payment_id"]
    assert kept["gateway_details"]["processor_ref"] == payment["processor_ref"]


@pytest.mark.parametrize(
    ("status", "capture"),
    [("PENDING", "CREATED"), ("FAILED", "FAILED")],
)
def test_create_payment__ends_as_assumed(
    emulator: Emulator, call: Call, behave: Behave, pay_path: str, status: str, capture: str
) -> None:
    behave(created_payment_status=status)
    payment = call("POST", pay_path, PAYMENT_REQUEST).json()
    found = (payment["payment_status"], payment["capture_status"], payment["capture_amount"])
    assert found == (status, capture, 0)
    assert emulator.orders[ORDER_ID]["order_status"] == "ACTIVE"


def test_create_payment__return_url_may_come_from_the_order_or_be_absent(
    emulator: Emulator, call: Call, create: Create, behave: Behave
) -> None:
    behave(second_payment_allowed=True)
    path = f"/order/pay/{create(return_base_url='https://shop.example/done').json()['order_hash']}"
    shorter = {name: value for name, value in PAYMENT_REQUEST.items() if name != "return_base_url"}
    assert call("POST", path, shorter).json()["return_url"] == f"https://shop.example/done?order_id={ORDER_ID}"
    path = f"/order/pay/{create(order_id='o2', return_base_url=...).json()['order_hash']}"
    assert list(call("POST", path, shorter).json()) == [name for name in CREATION_FIELDS if name != "return_url"]
    behave(absent_fields="null")
    assert call("POST", path, shorter).json()["return_url"] is None


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"payment_method": ...}, "payment_method_missing"),
        ({"payment_method_details": ...}, "payment_method_details_missing"),
        ({"payment_method": "cc"}, "payment_method_value_invalid"),
        ({"payment_method": ["upi"]}, "payment_method_value_invalid"),
        ({"payment_method_details": "upi"}, "payment_method_details_value_invalid"),
        ({"return_base_url": "/done"}, "return_base_url_value_invalid"),
        ({"amount": 5}, "amount_unsupported"),
    ],
)
def test_create_payment__refuses_by_name(
    emulator: Emulator, call: Call, pay_path: str, changes: dict[str, Any], code: str
) -> None:
    assert verdict(call("POST", pay_path, PAYMENT_REQUEST, **changes)) == (400, code)
    assert emulator.payments[ORDER_ID] == []


def test_create_payment__unknown_hash(call: Call, behave: Behave) -> None:
    assert verdict(call("POST", "/order/pay/none", PAYMENT_REQUEST)) == (404, "order_not_found")
    behave(unknown_order_hash_status=410)
    assert call("POST", "/order/pay/none", PAYMENT_REQUEST).status_code == 410


def test_create_payment__closed_order(emulator: Emulator, call: Call, behave: Behave, pay_path: str) -> None:
    emulator.expire(ORDER_ID)
    assert verdict(call("POST", pay_path, PAYMENT_REQUEST)) == (400, "order_expired")
    behave(late_payment_allowed=True, closed_order_status=409)
    assert call("POST", pay_path, PAYMENT_REQUEST).status_code == 200
    assert verdict(call("POST", pay_path, PAYMENT_REQUEST)) == (409, "order_paid")


def test_create_payment__keeps_to_the_methods_of_the_order(call: Call, create: Create, behave: Behave) -> None:
    behave(second_payment_allowed=True)
    path = f"/order/pay/{create(payment_methods='dc, nb').json()['order_hash']}"
    for method, status in {"card": 200, "netbanking": 200, "upi": 400, "wallet": 400}.items():
        assert call("POST", path, PAYMENT_REQUEST, payment_method=method).status_code == status, method
    refused = call("POST", path, PAYMENT_REQUEST, payment_method="upi").json()
    assert refused["message"].startswith("payment_method : ")
    behave(refuses_methods_not_offered=False)
    assert call("POST", path, PAYMENT_REQUEST, payment_method="upi").status_code == 200
    behave(refuses_methods_not_offered=True)
    path = f"/order/pay/{create(order_id='o2', payment_methods=...).json()['order_hash']}"
    assert call("POST", path, PAYMENT_REQUEST, payment_method="wallet").status_code == 200


def test_create_payment__each_of_two_orders_of_one_id_by_its_hash(
    emulator: Emulator, call: Call, create: Create, behave: Behave
) -> None:
    behave(repeated_order_id="second")
    hashes = [create(order_amount=amount).json()["order_hash"] for amount in (5, 6)]
    amounts = [call("POST", f"/order/pay/{one}", PAYMENT_REQUEST).json()["payment_amount"] for one in hashes]
    assert amounts == [5, 6]
    assert [payment["payment_amount"] for payment in emulator.payments[ORDER_ID]] == [6]


def test_get_payment__in_the_documented_shape(emulator: Emulator, call: Call, paid: str) -> None:
    response = call("GET", f"/payments/{paid}")
    assert response.status_code == 200
    assert list(response.json()) == PAYMENT_FIELDS
    assert exact(response) == emulator.payments[ORDER_ID][0]


def test_get_payment__unknown(call: Call, behave: Behave) -> None:
    assert verdict(call("GET", "/payments/none")) == (404, "payment_not_found")
    behave(unknown_payment_status=400)
    assert call("GET", "/payments/none").status_code == 400


def test_authorize__captures_as_documented(
    emulator: Emulator, authorize: Callable[..., requests.Response], held: str
) -> None:
    response = authorize(CAPTURE)
    captured = exact(response)
    assert response.status_code == 200
    assert list(captured) == AUTHORIZATION_FIELDS
    assert (captured["order_id"], captured["payment_id"]) == (ORDER_ID, held)
    assert (captured["status"], captured["capture_status"]) == ("SUCCESS", "SUCCESS")
    assert captured["capture_amount"] == captured["payment_amount"] == Decimal("2299.5")
    assert (captured["payment_currency"], captured["payment_method"]) == ("INR", "card")
    assert captured["payment_message"] == "Payment captured successfully"
    assert captured["redirect_url"] is None
    assert list(captured["gateway_details"]) == ["auth_id", "processor_ref", "utr"]
    assert None not in captured["gateway_details"].values()
    assert emulator.orders[ORDER_ID]["order_status"] == "PAID"
    assert emulator.payments[ORDER_ID][0]["capture_amount"] == Decimal("2299.5")


def test_authorize__voids(emulator: Emulator, authorize: Callable[..., requests.Response], behave: Behave) -> None:
    behave(voided_payment_status="VOID", voided_capture_status="LET_GO")
    voided = authorize(VOID).json()
    assert (voided["status"], voided["capture_status"], voided["capture_amount"]) == ("VOID", "LET_GO", 0)
    assert voided["payment_message"] == "Payment voided successfully"
    assert emulator.orders[ORDER_ID]["order_status"] == "ACTIVE"
    assert verdict(authorize(VOID)) == (400, "payment_unsupported")
    assert verdict(authorize(CAPTURE)) == (400, "payment_unsupported")


def test_authorize__usual_words_of_a_void(authorize: Callable[..., requests.Response]) -> None:
    voided = authorize(VOID, capture_amount=0).json()
    assert (voided["status"], voided["capture_status"]) == ("FAILED", "VOIDED")


@pytest.mark.parametrize("status", ["ACTIVE", "PAID", "EXPIRED"])
def test_authorize__voided_order_as_assumed(
    emulator: Emulator, create: Create, call: Call, behave: Behave, status: str
) -> None:
    behave(authorised_order_status="PAID", voided_order_status=status)
    create()
    payment_id = emulator.authorise(ORDER_ID)["payment_id"]
    assert emulator.orders[ORDER_ID]["order_status"] == "PAID"
    call("POST", f"/orders/{ORDER_ID}/payments/{payment_id}/authorize", VOID)
    assert emulator.orders[ORDER_ID]["order_status"] == status


@pytest.mark.parametrize(
    ("body", "changes", "code"),
    [
        (CAPTURE, {"action": ...}, "action_missing"),
        (CAPTURE, {"action": "capture"}, "action_value_invalid"),
        (CAPTURE, {"capture_amount": ...}, "capture_amount_missing"),
        (VOID, {"capture_amount": ...}, "capture_amount_missing"),
        (CAPTURE, {"capture_amount": "2299.5"}, "capture_amount_value_invalid"),
        (CAPTURE, {"capture_amount": True}, "capture_amount_value_invalid"),
        (CAPTURE, {"capture_amount": -1}, "capture_amount_value_invalid"),
        (VOID, {"capture_amount": -1}, "capture_amount_value_invalid"),
        (CAPTURE, {"capture_amount": 1.0001}, "capture_amount_value_invalid"),
        (CAPTURE, {"capture_amount": 0}, "capture_amount_value_invalid"),
        (CAPTURE, {"capture_amount": 2299.51}, "capture_amount_value_invalid"),
        (CAPTURE, {"note": "x"}, "note_unsupported"),
    ],
)
def test_authorize__refuses_by_name(
    emulator: Emulator,
    authorize: Callable[..., requests.Response],
    body: dict[str, Any],
    changes: dict[str, Any],
    code: str,
) -> None:
    assert verdict(authorize(body, **changes)) == (400, code)
    assert emulator.payments[ORDER_ID][0]["capture_status"] == "AUTHORISED"


def test_authorize__void_without_amount_can_be_assumed(
    authorize: Callable[..., requests.Response], behave: Behave
) -> None:
    behave(void_needs_capture_amount=False)
    assert verdict(authorize(CAPTURE, capture_amount=...)) == (400, "capture_amount_missing")
    assert authorize(VOID, capture_amount=...).status_code == 200


def test_authorize__partial_capture(
    emulator: Emulator, authorize: Callable[..., requests.Response], behave: Behave
) -> None:
    behave(partial_capture_allowed=False, over_capture_status=422)
    assert authorize(CAPTURE, capture_amount=1000).status_code == 422
    behave(partial_capture_allowed=True)
    assert authorize(CAPTURE, capture_amount=1000).json()["capture_amount"] == 1000
    assert emulator.orders[ORDER_ID]["order_status"] == "PAID"


def test_authorize__second_capture(authorize: Callable[..., requests.Response], behave: Behave) -> None:
    behave(uncapturable_payment_status=409)
    authorize(CAPTURE, capture_amount=1000)
    assert verdict(authorize(CAPTURE, capture_amount=1000)) == (409, "payment_unsupported")
    behave(second_capture_allowed=True)
    assert authorize(CAPTURE, capture_amount=1000).json()["capture_amount"] == 2000
    assert verdict(authorize(CAPTURE, capture_amount=300)) == (400, "capture_amount_value_invalid")
    assert exact(authorize(CAPTURE, capture_amount=299.5))["capture_amount"] == Decimal("2299.5")


def test_authorize__void_after_capture(authorize: Callable[..., requests.Response], behave: Behave) -> None:
    authorize(CAPTURE)
    assert verdict(authorize(VOID)) == (400, "payment_unsupported")
    behave(void_after_capture_allowed=True)
    assert authorize(VOID).json()["capture_amount"] == 0


def test_authorize__capture_after_expiry(
    emulator: Emulator, authorize: Callable[..., requests.Response], behave: Behave
) -> None:
    emulator.expire(ORDER_ID)
    behave(late_success_order_status="EXPIRED")
    assert authorize(CAPTURE).json()["status"] == "SUCCESS"
    assert emulator.orders[ORDER_ID]["order_status"] == "EXPIRED"


def test_authorize__unknown_order_or_payment(
    emulator: Emulator, call: Call, create: Create, behave: Behave, held: str
) -> None:
    create(order_id="other")
    behave(unknown_order_status=404, unknown_payment_status=410)
    for order_id, payment_id, expected in (
        ("nobody", held, (404, "order_not_found")),
        (ORDER_ID, "none", (410, "payment_not_found")),
        ("other", held, (410, "payment_not_found")),
    ):
        response = call("POST", f"/orders/{order_id}/payments/{payment_id}/authorize", CAPTURE)
        assert verdict(response) == expected
    assert emulator.payments[ORDER_ID][0]["capture_amount"] == 0
