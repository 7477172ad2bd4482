"""The operations on orders answer as documented, and say no by the name of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
import requests

from django_flowwise.emulator import Emulator
from tests.emulator.conftest import (
    CUSTOMER_ID,
    CUSTOMER_REQUEST,
    EXAMPLE_ANSWER,
    EXAMPLE_REQUEST,
    MINIMAL_REQUEST,
    ORDER_ID,
    PAYMENT_FIELDS,
    Call,
    exact,
    verdict,
)

Create = Callable[..., requests.Response]
Behave = Callable[..., None]

# The issued values: the documented ones belong to another project and another day.
ISSUED = {"project_id", "checkout_url", "order_hash", "order_expiry_time", "added_on"}


def test_create_order__the_documented_example(emulator: Emulator, create: Create) -> None:
    response = create()
    order = response.json()
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert list(order) == list(EXAMPLE_ANSWER)
    echoed = set(EXAMPLE_ANSWER) - ISSUED
    assert {name: order[name] for name in echoed} == {name: EXAMPLE_ANSWER[name] for name in echoed}
    assert order["checkout_url"] == f"{emulator.url}/checkout/{ORDER_ID}"
    assert re.fullmatch("[0-9a-f]{32}", order["order_hash"])
    for name in ("order_expiry_time", "added_on"):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", order[name])


def test_create_order__keeps_what_was_sent_exactly(emulator: Emulator, create: Create) -> None:
    create()
    assert emulator.sent[ORDER_ID] == EXAMPLE_REQUEST | {"order_amount": Decimal("2299.5")}
    assert type(emulator.sent[ORDER_ID]["order_amount"]) is Decimal


def test_create_order__leaves_out_what_was_not_sent(emulator: Emulator, api: requests.Session) -> None:
    order = api.post(f"{emulator.base_url}/orders", json=MINIMAL_REQUEST, timeout=5).json()
    absent = {"customer_email", "customer_id", "payment_methods", "order_note"}
    assert set(order) == set(EXAMPLE_ANSWER) - absent


def test_create_order__can_answer_null_for_what_was_not_sent(create: Create, behave: Behave) -> None:
    behave(absent_fields="null", create_status=201)
    response = create(order_note=...)
    assert response.status_code == 201
    assert list(response.json()) == list(EXAMPLE_ANSWER)
    assert response.json()["order_note"] is None


def customer(**changes: Any) -> dict[str, Any]:
    return {"customer_details": EXAMPLE_REQUEST["customer_details"] | changes}


REFUSED = [
    ({"order_id": ...}, "order_id_missing", "order_id"),
    ({"order_amount": ...}, "order_amount_missing", "order_amount"),
    ({"order_currency": ...}, "order_currency_missing", "order_currency"),
    ({"customer_details": ...}, "customer_details_missing", "customer_details"),
    ({"order_id": ""}, "order_id_value_invalid", "order_id"),
    ({"order_id": 7}, "order_id_value_invalid", "order_id"),
    ({"order_id": None}, "order_id_value_invalid", "order_id"),
    ({"order_id": "lone \ud800"}, "order_id_value_invalid", "order_id"),
    ({"order_amount": "2299.5"}, "order_amount_value_invalid", "order_amount"),
    ({"order_amount": True}, "order_amount_value_invalid", "order_amount"),
    ({"order_amount": 0}, "order_amount_value_invalid", "order_amount"),
    ({"order_amount": -1.5}, "order_amount_value_invalid", "order_amount"),
    ({"order_amount": 1e15}, "order_amount_value_invalid", "order_amount"),
    ({"order_amount": 1.0001}, "order_amount_value_invalid", "order_amount"),
    ({"order_currency": "inr"}, "order_currency_value_invalid", "order_currency"),
    ({"order_currency": 356}, "order_currency_value_invalid", "order_currency"),
    ({"customer_details": "Priya"}, "customer_details_value_invalid", "customer_details"),
    ({"customer_details": []}, "customer_details_value_invalid", "customer_details"),
    (customer(customer_id=7), "customer_id_value_invalid", "customer_details.customer_id"),
    (customer(customer_email=None), "customer_email_value_invalid", "customer_details.customer_email"),
    (customer(customer_phone=9876543210), "customer_phone_value_invalid", "customer_details.customer_phone"),
    (customer(customer_address={}), "customer_address_value_invalid", "customer_details.customer_address"),
    (customer(customer_name="Priya"), "customer_name_unsupported", "customer_details.customer_name"),
    ({"payment_methods": ["cc"]}, "payment_methods_value_invalid", "payment_methods"),
    ({"expiry_time_in_minutes": "120"}, "expiry_time_in_minutes_value_invalid", "expiry_time_in_minutes"),
    ({"expiry_time_in_minutes": 1.5}, "expiry_time_in_minutes_value_invalid", "expiry_time_in_minutes"),
    ({"expiry_time_in_minutes": True}, "expiry_time_in_minutes_value_invalid", "expiry_time_in_minutes"),
    ({"expiry_time_in_minutes": 0}, "expiry_time_in_minutes_value_invalid", "expiry_time_in_minutes"),
    ({"expiry_time_in_minutes": 10**12}, "expiry_time_in_minutes_value_invalid", "expiry_time_in_minutes"),
    ({"order_note": 1}, "order_note_value_invalid", "order_note"),
    ({"order_tags": [["a", "b"]]}, "order_tags_value_invalid", "order_tags"),
    ({"order_tags": {"a": 1}}, "order_tags_value_invalid", "order_tags"),
    ({"return_base_url": 5}, "return_base_url_value_invalid", "return_base_url"),
    ({"return_base_url": ""}, "return_base_url_value_invalid", "return_base_url"),
    ({"return_base_url": "/thanks"}, "return_base_url_value_invalid", "return_base_url"),
    ({"return_base_url": "javascript:alert(1)"}, "return_base_url_value_invalid", "return_base_url"),
    ({"return_base_url": "https://shop.example/a b"}, "return_base_url_value_invalid", "return_base_url"),
    ({"return_base_url": "https://[broken"}, "return_base_url_value_invalid", "return_base_url"),
    ({"notify_url": "https://shop.example/"}, "notify_url_unsupported", "notify_url"),
]


@pytest.mark.parametrize(("changes", "code", "name"), REFUSED)
def test_create_order__refuses_by_name(
    emulator: Emulator, create: Create, changes: dict[str, Any], code: str, name: str
) -> None:
    response = create(**changes)
    refusal = response.json()
    assert (response.status_code, refusal["code"]) == (400, code)
    assert refusal["message"].startswith(f"{name} : ")
    assert refusal["type"] == "validation_error"
    assert set(refusal) == {"message", "code", "type"}
    assert emulator.orders == {}


UNREADABLE = [
    b"",
    b"{",
    b"[]",
    b'"text"',
    b"\xff{}",
    b'{"order_id": "a", "order_id": "b"}',
    b'{"order_amount": NaN}',
    b'{"order_amount": 1e99999999999999999999}',
    b'{"order_amount": ' + b"9" * 5000 + b"}",
    b"[" * 100_000,
]


@pytest.mark.parametrize("body", UNREADABLE, ids=range(len(UNREADABLE)))
def test_create_order__refuses_what_is_no_json_object(
    emulator: Emulator, api: requests.Session, body: bytes
) -> None:
    headers = {"Content-Type": "application/json; charset=utf-8"}
    response = api.post(f"{emulator.base_url}/orders", data=body, headers=headers, timeout=5)
    assert (response.status_code, response.json()["code"]) == (400, "request_invalid")
    assert emulator.orders == {}


def test_create_order__of_a_name_that_comes_twice_the_last_can_count(
    emulator: Emulator, api: requests.Session, behave: Behave
) -> None:
    behave(refuses_repeated_names=False)
    body = (
        b'{"order_id": "a", "order_amount": 1, "order_currency": "INR", "customer_details": {}, "order_id": "b"}'
    )
    headers = {"Content-Type": "application/json"}
    response = api.post(f"{emulator.base_url}/orders", data=body, headers=headers, timeout=5)
    assert response.json()["order_id"] == "b"
    assert list(emulator.orders) == ["b"]


@pytest.mark.parametrize(
    ("minutes", "as_usual", "as_assumed"), [(120, 200, 200), (120.0, 400, 200), (1.5, 400, 400)]
)
def test_create_order__an_integer_with_a_point_as_assumed(
    create: Create, behave: Behave, minutes: float, as_usual: int, as_assumed: int
) -> None:
    assert create(order_id="o1", expiry_time_in_minutes=minutes).status_code == as_usual
    behave(refuses_integers_with_point=False)
    response = create(order_id="o2", expiry_time_in_minutes=minutes)
    assert response.status_code == as_assumed
    assert "order_expiry_time" in response.json() or response.json()["message"].endswith("must be an integer")
    assert create(expiry_time_in_minutes=True).status_code == 400


def test_create_order__says_the_least_and_the_most_of_an_amount(create: Create, behave: Behave) -> None:
    behave(minimum_amount=Decimal("0.001"), maximum_amount=Decimal(500))
    for amount in (-1, 0, 501):
        assert create(order_amount=amount).json()["message"] == "order_amount : must be from 0.001 to 500"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_create_order__refuses_other_content_types(
    emulator: Emulator, api: requests.Session, content_type: str
) -> None:
    headers = {"Content-Type": content_type}
    response = api.post(f"{emulator.base_url}/orders", data=b"{}", headers=headers, timeout=5)
    assert (response.status_code, response.json()["code"]) == (415, "content_type_unsupported")


def test_create_order__can_ignore_unknown_fields_and_want_more(create: Create, behave: Behave) -> None:
    behave(
        refuses_unknown_fields=False,
        required_customer_fields=("customer_phone",),
        tag_values_are_text=False,
        order_id_pattern="[a-z]+",
    )
    assert create(order_id="abc", surprise=1, order_tags={"a": 1}).status_code == 200
    assert create(order_id="ABC").json()["message"] == "order_id : must match [a-z]+"
    assert create(order_id="def", customer_details={}).json()["code"] == "customer_phone_missing"


@pytest.mark.parametrize("written", ["2299.5", "2299.50", "2.2995e3", "100", "0.001", "1000000000000"])
def test_create_order__takes_every_exact_amount(emulator: Emulator, api: requests.Session, written: str) -> None:
    body = f'{{"order_id": "o", "order_amount": {written}, "order_currency": "INR", "customer_details": {{}}}}'
    headers = {"Content-Type": "application/json"}
    response = api.post(f"{emulator.base_url}/orders", data=body, headers=headers, timeout=5)
    assert response.status_code == 200
    assert emulator.pay("o")["payment_amount"] == Decimal(written)
    text = api.get(f"{emulator.base_url}/orders/o/payments", timeout=5).text
    number = re.search('"payment_amount": ([0-9.]+),', text)
    assert number
    assert Decimal(number[1]) == Decimal(written)


@pytest.mark.parametrize("choice", ["409", "400"])
def test_repeated_order_id__refused(emulator: Emulator, create: Create, behave: Behave, choice: str) -> None:
    behave(repeated_order_id=choice)
    first = create().json()
    response = create(order_amount=1)
    assert (response.status_code, response.json()["code"]) == (int(choice), "order_already_exists")
    assert emulator.orders[ORDER_ID] == first


def test_repeated_order_id__same(emulator: Emulator, create: Create, behave: Behave) -> None:
    behave(repeated_order_id="same")
    assert create().json() == create(order_amount=1).json()
    assert emulator.sent[ORDER_ID]["order_amount"] == Decimal("2299.5")


def test_repeated_order_id__second(emulator: Emulator, create: Create, behave: Behave) -> None:
    behave(repeated_order_id="second")
    assert create().json()["order_hash"] != create(order_amount=1).json()["order_hash"]
    assert emulator.sent[ORDER_ID]["order_amount"] == 1


def test_get_order__is_the_created_one(emulator: Emulator, api: requests.Session, create: Create) -> None:
    created = create().json()
    assert api.get(f"{emulator.base_url}/orders/{ORDER_ID}", timeout=5).json() == created


@pytest.mark.parametrize("path", ["/orders/nobody", "/orders/nobody/payments"])
def test_unknown_order__not_found(emulator: Emulator, api: requests.Session, path: str) -> None:
    response = api.get(f"{emulator.base_url}{path}", timeout=5)
    assert (response.status_code, response.json()["code"]) == (404, "order_not_found")


def test_get_order__path_part_is_decoded(emulator: Emulator, api: requests.Session, create: Create) -> None:
    order = create(order_id="a/b ü?%").json()
    assert order["checkout_url"] == f"{emulator.url}/checkout/a%2Fb%20%C3%BC%3F%25"
    assert api.get(f"{emulator.base_url}/orders/a%2Fb%20%C3%BC%3F%25", timeout=5).json() == order
    assert api.get(order["checkout_url"], timeout=5).status_code == 200


def test_list_payments__bare_array_of_documented_payments(
    emulator: Emulator, api: requests.Session, create: Create
) -> None:
    create()
    address = f"{emulator.base_url}/orders/{ORDER_ID}/payments"
    assert api.get(address, timeout=5).text == "[]"
    emulator.fail(ORDER_ID, method="cc")
    emulator.pay(ORDER_ID, method="upi")
    failed, paid = exact(api.get(address, timeout=5))
    assert [failed, paid] == emulator.payments[ORDER_ID]
    assert list(paid) == PAYMENT_FIELDS
    assert list(paid["gateway_details"]) == ["auth_id", "processor_ref", "utr"]
    assert (paid["status"], paid["capture_status"], paid["payment_method"]) == ("SUCCESS", "SUCCESS", "upi")
    assert paid["capture_amount"] == paid["payment_amount"] == Decimal("2299.5")
    assert (failed["status"], failed["capture_status"], failed["payment_method"]) == ("FAILED", "FAILED", "card")
    assert (failed["capture_amount"], failed["payment_amount"]) == (0, Decimal("2299.5"))
    assert failed["gateway_details"]["auth_id"] is failed["gateway_details"]["utr"] is None
    assert failed["payment_id"] != paid["payment_id"]


def test_list_payments__as_assumed_otherwise(
    emulator: Emulator, api: requests.Session, create: Create, behave: Behave
) -> None:
    behave(no_payments="404", newest_payment_first=True, capture_status="CAPTURED")
    create()
    address = f"{emulator.base_url}/orders/{ORDER_ID}/payments"
    response = api.get(address, timeout=5)
    assert (response.status_code, response.json()["code"]) == (404, "payment_not_found")
    emulator.fail(ORDER_ID)
    emulator.pay(ORDER_ID)
    statuses = [(found["status"], found["capture_status"]) for found in api.get(address, timeout=5).json()]
    assert statuses == [("SUCCESS", "CAPTURED"), ("FAILED", "FAILED")]


def test_create_order__twenty_threads(emulator: Emulator, create: Create) -> None:
    with ThreadPoolExecutor(20) as pool:
        many = list(pool.map(lambda number: create(order_id=f"order_{number}"), range(100)))
        once = list(pool.map(lambda _: create(order_id="order_once"), range(20)))
    assert {response.status_code for response in many} == {200}
    assert sorted(response.status_code for response in once) == [200] + [409] * 19
    assert len(emulator.orders) == 101
    assert len({order["order_hash"] for order in emulator.orders.values()}) == 101


def test_create_order__can_want_a_created_customer(
    emulator: Emulator, create: Create, behave: Behave, call: Call
) -> None:
    behave(order_customer_must_exist=True, unknown_customer_status=422)
    assert verdict(create()) == (422, "customer_not_found")
    assert emulator.orders == {}
    assert create(customer_details={}).status_code == 200
    call("POST", "/customer", CUSTOMER_REQUEST)
    assert create(order_id="o2").json()["customer_id"] == CUSTOMER_ID
