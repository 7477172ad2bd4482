"""A started emulator and a session that knows its credentials."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

import pytest
import requests

from django_flowwise.emulator import Emulator
from tests.described import Watch

# Create Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order
# (read 2026-11-24): the page's own example.
EXAMPLE_REQUEST: dict[str, Any] = {
    "order_id": "order_summer_fashion_001",
    "order_amount": 2299.5,
    "order_currency": "INR",
    "customer_details": {
        "customer_email": "priya.sharma@example.com",
        "customer_phone": "+919876543210",
        "customer_address": "123 Connaught Place, New Delhi, Delhi 110001, India",
        "customer_id": "cust_priya_sharma_2024",
    },
    "payment_methods": "cc,dc,upi,nb,wallet",
    "expiry_time_in_minutes": 120,
    "order_note": "Summer collection dress - Medium size, Blue color",
    "order_tags": {
        "source": "mobile_app",
        "campaign": "summer_sale_2024",
        "customer_segment": "premium",
    },
    "return_base_url": "https://mystore.com/payment-success",
}
EXAMPLE_ANSWER = {
    "order_id": "order_summer_fashion_001",
    "project_id": "proj_fashion_store_2024",
    "customer_email": "priya.sharma@example.com",
    "customer_id": "cust_priya_sharma_2024",
    "order_status": "ACTIVE",
    "order_currency": "INR",
    "payment_methods": "cc,dc,upi,nb,wallet",
    "order_note": "Summer collection dress - Medium size, Blue color",
    "checkout_url": "https://payments.flowwise.com/checkout/order_summer_fashion_001",
    "order_hash": "a7f8e3d2c1b9f4e6d8a2c5b7f9e3d1a8",
    "order_expiry_time": "2024-12-03T16:30:00Z",
    "added_on": "2024-12-03T14:30:00Z",
}
# Create Payment, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/create-a-payment
# (read 2026-11-24)
PAYMENT_REQUEST: dict[str, Any] = {
    "payment_method": "upi",
    "payment_method_details": {"upi_id": "priya.sharma@paytm", "app_name": "PhonePe"},
    "return_base_url": "https://mystore.com/payment-success",
}
# Create Refund by Payment ID,
# https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/refunds/create-a-refund-by-payment-id
# (read 2026-11-24)
REFUND_ID = "refund_summer_fashion_001_size_issue"
REFUND_REQUEST: dict[str, Any] = {
    "refund_id": REFUND_ID,
    "refund_amount": 1149.75,
    "refund_type": "MERCHANT_INITIATED",
    "refund_note": "Size issue",
}
# Create Customer, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/customers/create-a-customer
# (read 2026-11-24)
CUSTOMER_ID = "cust_priya_sharma_2024"
CUSTOMER_REQUEST: dict[str, Any] = {
    "customer_id": CUSTOMER_ID,
    "scope": "PROJECT",
    "name": "Priya Sharma",
    "phone": "+919876543210",
    "email": "priya.sharma@example.com",
    "address": "123 Connaught Place, New Delhi, Delhi 110001, India",
}
PAYMENT_FIELDS = [
    "status",
    "order_id",
    "payment_id",
    "capture_status",
    "capture_amount",
    "payment_amount",
    "payment_currency",
    "payment_method",
    "gateway_details",
]
ORDER_ID = "order_summer_fashion_001"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
MINIMAL_REQUEST = {"order_id": "o1", "order_amount": 5, "order_currency": "INR", "customer_details": {}}


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2024, 12, 3, 14, 30, 0, 999_999, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **amounts: float) -> None:
        self.moment += timedelta(**amounts)


@pytest.fixture(autouse=True)
def fitting_answers(openapi_watch: Watch, fitting_requests: None) -> Iterator[None]:
    """Fail a test to which the local Flowwise gives an answer that is not as described, faults apart."""
    openapi_watch.checks_answers = True
    yield
    openapi_watch.checks_answers = False


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as started:
        yield started


@pytest.fixture
def api(emulator: Emulator) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.headers.update({"x-client-id": "emulator", "x-client-secret": "emulator-secret"})
        yield session


@pytest.fixture
def create(emulator: Emulator, api: requests.Session) -> Callable[..., requests.Response]:
    """Post the example with some fields replaced; a field that is `...` is left out."""

    def post(**changes: Any) -> requests.Response:
        body = deepcopy(EXAMPLE_REQUEST) | changes
        present = {name: value for name, value in body.items() if value is not ...}
        return api.post(f"{emulator.base_url}/orders", json=present, timeout=5)

    return post


@pytest.fixture
def behave(emulator: Emulator) -> Callable[..., None]:
    """Change some of the emulator's assumptions."""

    def change(**changes: Any) -> None:
        emulator.behaviour = replace(emulator.behaviour, **changes)

    return change


class Call(Protocol):
    """Calls an operation; changes replace fields of the body, and a field that is `...` is left out."""

    def __call__(
        self, verb: str, path: str, body: dict[str, Any] | None = None, **changes: Any
    ) -> requests.Response: ...


@pytest.fixture
def call(emulator: Emulator, api: requests.Session) -> Call:
    def send(verb: str, path: str, body: dict[str, Any] | None = None, **changes: Any) -> requests.Response:
        if body is None:
            return api.request(verb, f"{emulator.base_url}{path}", timeout=5)
        present = {name: value for name, value in (body | changes).items() if value is not ...}
        return api.request(verb, f"{emulator.base_url}{path}", json=present, timeout=5)

    return send


@pytest.fixture
def paid(emulator: Emulator, create: Callable[..., requests.Response]) -> str:
    """Create the example order, pay it, and give the payment_id."""
    create()
    return str(emulator.pay(ORDER_ID)["payment_id"])


def verdict(response: requests.Response) -> tuple[int, str]:
    """Return status and code of a refusal."""
    return response.status_code, response.json()["code"]


def shown(emulator: Emulator, path: str) -> str:
    """Return what a page says."""
    response = requests.get(f"{emulator.url}{path}", timeout=5)
    assert response.status_code == 200
    return html.unescape(response.text)


def exact(response: requests.Response) -> Any:
    """Return the body of an answer with exact numbers."""
    return response.json(parse_float=Decimal)
