"""The start page, and what all pages are dressed in."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from django_flowwise.emulator import Emulator
from tests.emulator.conftest import ORDER_ID, shown

Create = Callable[..., requests.Response]
Behave = Callable[..., None]

RETURN = f"https://mystore.com/payment-success?order_id={ORDER_ID}"


def test_start__lists_orders_and_behaviour(emulator: Emulator, create: Create, behave: Behave) -> None:
    assert "No orders yet" in shown(emulator, "/")
    behave(repeated_order_id="same")
    create()
    create(order_id="order_2", return_base_url=...)
    emulator.pay("order_2")
    text = shown(emulator, "/")
    for expected in (ORDER_ID, "order_2", "ACTIVE", "PAID", "INR 2,299.50", f"/checkout/{ORDER_ID}", RETURN):
        assert expected in text
    for expected in ("repeated_order_id", "same", "return_schemes", "http, https", "(none)"):
        assert expected in text
    assert text.count(">changed<") == 1


@pytest.mark.parametrize(
    ("name", "content_type"),
    [("emulator.css", "text/css; charset=utf-8"), ("emulator.svg", "image/svg+xml; charset=utf-8")],
)
def test_static__is_served(emulator: Emulator, name: str, content_type: str) -> None:
    response = requests.get(f"{emulator.url}/static/{name}", timeout=5)
    assert (response.status_code, response.headers["Content-Type"]) == (200, content_type)
    assert len(response.content) > 100
