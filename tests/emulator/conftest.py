"""A started emulator and a session that knows its credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from django_flowwise.emulator import Emulator

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
ORDER_ID = "order_summer_fashion_001"
MINIMAL_REQUEST = {"order_id": "o1", "order_amount": 5, "order_currency": "INR", "customer_details": {}}


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


def exact(response: requests.Response) -> Any:
    """Return the body of an answer with exact numbers."""
    return response.json(parse_float=Decimal)
