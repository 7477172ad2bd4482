"""What every operation wants: both headers, a JSON object, the right verb; and what its refusals look like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests

from django_flowwise.emulator import OPERATIONS, Emulator
from django_flowwise.emulator.urls import urlpatterns
from tests.emulator.conftest import (
    CUSTOMER_ID,
    CUSTOMER_REQUEST,
    EXAMPLE_REQUEST,
    ORDER_ID,
    REFUND_REQUEST,
    Call,
    verdict,
)

Behave = Callable[..., None]

ADDRESSES = [
    ("POST", "/orders"),
    ("GET", "/orders/o"),
    ("GET", "/orders/o/payments"),
    ("POST", "/order/pay/h"),
    ("GET", "/payments/p"),
    ("POST", "/payments/p"),
    ("POST", "/orders/o/payments/p/authorize"),
    ("POST", "/orders/o/refunds"),
    ("GET", "/refunds/r"),
    ("POST", "/customer"),
    ("PUT", "/customer/c"),
]
BODIES = [address for address in ADDRESSES if address[0] != "GET"]


@pytest.mark.parametrize(("verb", "path"), ADDRESSES)
@pytest.mark.parametrize("name", ["x-client-id", "x-client-secret"])
def test_credentials__both_headers_are_wanted(emulator: Emulator, verb: str, path: str, name: str) -> None:
    right = {"x-client-id": "emulator", "x-client-secret": "emulator-secret"}
    absent = {key: value for key, value in right.items() if key != name}
    response = requests.request(verb, f"{emulator.base_url}{path}", headers=absent, timeout=5)
    assert (response.status_code, response.json()["code"]) == (401, f"{name.replace('-', '_')}_missing")
    wrong = right | {name: "wrong"}
    response = requests.request(verb, f"{emulator.base_url}{path}", headers=wrong, timeout=5)
    assert (response.status_code, response.json()["code"]) == (401, "wrong_credentials")
    assert response.json()["type"] == "authentication_error"


@pytest.mark.parametrize(("verb", "path"), BODIES)
def test_body__must_be_a_json_object(emulator: Emulator, api: requests.Session, verb: str, path: str) -> None:
    address = f"{emulator.base_url}{path}"
    assert verdict(api.request(verb, address, data=b"{}", timeout=5)) == (415, "content_type_unsupported")
    assert verdict(api.request(verb, address, json=[], timeout=5)) == (400, "request_invalid")


@pytest.mark.parametrize(("verb", "path"), BODIES)
def test_body__unknown_fields_are_refused_or_not(call: Call, behave: Behave, verb: str, path: str) -> None:
    assert call(verb, path, {}).json()["code"].endswith("_missing")
    behave(refuses_unknown_fields=False, invalid_request_status=422)
    response = call(verb, path, {"surprise": 1})
    assert response.status_code == 422
    assert response.json()["code"].endswith("_missing")


def test_operations__are_all_that_a_fault_may_be_kept_to() -> None:
    operations = [
        view.__name__
        for pattern in urlpatterns
        if str(pattern.pattern).startswith("^router/")
        for view in pattern.callback._views.values()  # type: ignore[attr-defined]
    ]
    assert sorted(operations) == sorted(OPERATIONS)
    assert len(operations) == 11


@pytest.mark.parametrize(("shape", "text"), [("text", "order : not found"), ("empty", "")])
def test_error_shape__not_json(
    emulator: Emulator, api: requests.Session, behave: Behave, shape: str, text: str
) -> None:
    behave(error_shape=shape, unknown_order_status=410)
    response = api.get(f"{emulator.base_url}/orders/nobody", timeout=5)
    assert (response.status_code, response.text) == (410, text)


@pytest.mark.parametrize(
    ("verb", "path", "allow"),
    [
        ("GET", "/orders", "POST"),
        ("DELETE", "/orders/o", "GET, HEAD"),
        ("PUT", "/orders/o/payments", "GET, HEAD"),
        ("GET", "/order/pay/h", "POST"),
        ("PUT", "/payments/p", "GET, HEAD, POST"),
        ("GET", "/orders/o/payments/p/authorize", "POST"),
        ("GET", "/orders/o/refunds", "POST"),
        ("POST", "/refunds/r", "GET, HEAD"),
        ("GET", "/customer", "POST"),
        ("POST", "/customer/c", "PUT"),
    ],
)
def test_wrong_verb__names_the_right_ones(
    emulator: Emulator, api: requests.Session, verb: str, path: str, allow: str
) -> None:
    response = api.request(verb, f"{emulator.base_url}{path}", timeout=5)
    assert (response.status_code, response.headers["Allow"]) == (405, allow)
    assert response.json()["code"] == "verb_unsupported"


@pytest.mark.parametrize("path", ["/nothing", "/orders/", "/orders//payments", "/order/pay/", "/customers"])
def test_unknown_address__not_found(emulator: Emulator, api: requests.Session, path: str) -> None:
    response = api.get(f"{emulator.base_url}{path}", timeout=5)
    assert (response.status_code, response.json()["code"]) == (404, "address_not_found")


@pytest.mark.parametrize(
    ("switch", "verb", "path", "body"),
    [
        ("create_status", "POST", "/orders", {**EXAMPLE_REQUEST, "order_id": "o2"}),
        ("list_payments_status", "GET", f"/orders/{ORDER_ID}/payments", None),
        ("authorize_payment_status", "POST", "/orders/{order}/payments/{held}/authorize", {"action": "VOID"}),
        ("refund_order_status", "POST", f"/orders/{ORDER_ID}/refunds", REFUND_REQUEST),
        ("update_customer_status", "PUT", f"/customer/{CUSTOMER_ID}", CUSTOMER_REQUEST),
    ],
)
def test_success__has_the_status_that_is_assumed(
    emulator: Emulator, call: Call, behave: Behave, paid: str, switch: str, verb: str, path: str, body: Any
) -> None:
    behave(second_payment_allowed=True, void_needs_capture_amount=False)
    call("POST", "/customer", CUSTOMER_REQUEST)
    behave(**{switch: 202})
    path = path.format(order=ORDER_ID, held=emulator.authorise(ORDER_ID)["payment_id"])
    assert call(verb, path, body).status_code == 202
    assert call("GET", f"/payments/{paid}").status_code == 200
