"""The emulator as an object: its account, what it shows, what code may do to an order, its clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import requests

from django_flowwise.emulator import Behaviour, Emulator, OrderClosed
from tests.emulator.conftest import EXAMPLE_REQUEST, MINIMAL_REQUEST, ORDER_ID

Create = Callable[..., requests.Response]
Behave = Callable[..., None]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.moment = datetime(2024, 12, 3, 14, 30, 0, 999_999, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def advance(self, **amounts: float) -> None:
        self.moment += timedelta(**amounts)


def posted(emulator: Emulator, **changes: object) -> dict[str, str]:
    headers = {"x-client-id": "emulator", "x-client-secret": "emulator-secret"}
    body = MINIMAL_REQUEST | changes
    response = requests.post(f"{emulator.base_url}/orders", json=body, headers=headers, timeout=5)
    assert response.status_code == 200
    found: dict[str, str] = response.json()
    return found


def test_account__reaches_the_emulator() -> None:
    with Emulator(client_id="me", client_secret="mine", return_origin="http://127.0.0.1:9") as emulator:
        parts = urlsplit(emulator.url)
        assert (parts.scheme, parts.hostname, parts.path) == ("http", "127.0.0.1", "")
        assert emulator.account == {
            "CLIENT_ID": "me",
            "CLIENT_SECRET": "mine",
            "BASE_URL": f"{emulator.url}/router",
            "CHECKOUT_HOSTS": ["127.0.0.1"],
            "RETURN_ORIGIN": "http://127.0.0.1:9",
        }
        headers = {"x-client-id": "me", "x-client-secret": "mine"}
        response = requests.get(f"{emulator.base_url}/orders/o", headers=headers, timeout=5)
        assert response.json()["code"] == "order_not_found"


def test_start_and_stop__may_be_repeated() -> None:
    emulator = Emulator()
    emulator.stop()
    with pytest.raises(RuntimeError, match="until it is started"):
        _ = emulator.url
    emulator.start()
    address = emulator.url
    emulator.start()
    assert emulator.url == address
    posted(emulator)
    emulator.stop()
    emulator.stop()
    assert list(emulator.orders) == ["o1"]
    with emulator:
        assert requests.get(f"{emulator.url}/checkout/o1", timeout=5).status_code == 200


def test_requests__are_kept_without_the_secret(emulator: Emulator, create: Create) -> None:
    create()
    create(order_id=7)
    requests.get(emulator.url, timeout=5)
    first, second = emulator.requests
    assert (first.method, first.path, first.query) == ("POST", "/router/orders", "")
    assert first.headers["X-Client-Id"] == "emulator"
    assert first.headers["content-type"] == "application/json"
    assert "x-client-secret" not in first.headers
    assert "emulator-secret" not in repr(first)
    assert json.loads(first.body) == EXAMPLE_REQUEST
    assert first.json["order_amount"] == Decimal("2299.5")
    assert type(first.json["order_amount"]) is Decimal
    assert second.json["order_id"] == 7


def test_reset__forgets_everything(emulator: Emulator, create: Create, behave: Behave) -> None:
    behave(create_status=201)
    create()
    emulator.pay(ORDER_ID)
    emulator.reset()
    assert (emulator.orders, emulator.sent, emulator.payments, emulator.requests) == ({}, {}, {}, [])
    assert emulator.behaviour == Behaviour()
    assert create().status_code == 200


def test_orders__are_copies(emulator: Emulator, create: Create) -> None:
    create()
    emulator.orders[ORDER_ID]["order_status"] = "PAID"
    emulator.sent[ORDER_ID]["customer_details"].clear()
    emulator.payments[ORDER_ID].append({})
    emulator.pay(ORDER_ID)["status"] = "FAILED"
    assert [found["status"] for found in emulator.payments[ORDER_ID]] == ["SUCCESS"]
    assert emulator.sent[ORDER_ID]["customer_details"] == EXAMPLE_REQUEST["customer_details"]


def test_pay__wrong_amount_and_currency(emulator: Emulator, create: Create) -> None:
    create()
    emulator.fail(ORDER_ID, amount=1)
    paid = emulator.pay(ORDER_ID, amount="0.10", currency="USD", method="dc")
    assert (paid["payment_amount"], paid["payment_currency"]) == (Decimal("0.10"), "USD")
    assert paid["payment_method"] == "card"
    assert emulator.orders[ORDER_ID]["order_status"] == "PAID"
    assert [found["payment_amount"] for found in emulator.payments[ORDER_ID]] == [1, Decimal("0.10")]


def test_closed_order__takes_no_payment(emulator: Emulator, create: Create) -> None:
    create()
    create(order_id="o2")
    emulator.pay(ORDER_ID)
    emulator.expire("o2")
    emulator.expire("o2")
    for order_id, status in ((ORDER_ID, "PAID"), ("o2", "EXPIRED")):
        for act in (emulator.pay, emulator.fail):
            with pytest.raises(OrderClosed, match=f"Order {order_id} is {status}") as caught:
                act(order_id)
            assert (caught.value.order_id, caught.value.order_status) == (order_id, status)
        assert emulator.drop(order_id) is None
    with pytest.raises(OrderClosed):
        emulator.expire(ORDER_ID)


def test_drop__leaves_a_payment_or_not(emulator: Emulator, create: Create, behave: Behave) -> None:
    create()
    dropped = emulator.drop(ORDER_ID)
    assert dropped is not None
    assert (dropped["status"], dropped["capture_amount"]) == ("USER_DROPPED", 0)
    behave(leaving_records_payment=False)
    assert emulator.drop(ORDER_ID) is None
    assert emulator.orders[ORDER_ID]["order_status"] == "ACTIVE"


def test_unknown_order__key_error(emulator: Emulator) -> None:
    for act in (emulator.pay, emulator.fail, emulator.drop, emulator.expire):
        with pytest.raises(KeyError):
            act("nobody")


def test_clock__order_expires_when_looked_at() -> None:
    clock = Clock()
    with Emulator(clock=clock) as emulator:
        order = posted(emulator, expiry_time_in_minutes=120)
        assert (order["added_on"], order["order_expiry_time"]) == ("2024-12-03T14:30:00Z", "2024-12-03T16:30:00Z")
        clock.advance(minutes=119, seconds=58)
        assert emulator.orders["o1"]["order_status"] == "ACTIVE"
        clock.advance(seconds=2)
        assert emulator.orders["o1"]["order_status"] == "EXPIRED"
        assert emulator.orders["o1"]["order_expiry_time"] == "2024-12-03T16:30:00Z"


def test_clock__default_expiry_is_thirty_days() -> None:
    with Emulator(clock=Clock()) as emulator:
        assert posted(emulator)["order_expiry_time"] == "2025-01-02T14:30:00Z"


def test_clock__active_can_outlive_expiry() -> None:
    clock = Clock()
    with Emulator(clock=clock, behaviour=Behaviour(active_outlives_expiry_seconds=60)) as emulator:
        posted(emulator, expiry_time_in_minutes=1)
        clock.advance(seconds=90)
        assert emulator.orders["o1"]["order_status"] == "ACTIVE"
        clock.advance(seconds=30)
        assert emulator.orders["o1"]["order_status"] == "EXPIRED"


def test_expire__moves_the_expiry_to_now() -> None:
    clock = Clock()
    with Emulator(clock=clock) as emulator:
        posted(emulator, expiry_time_in_minutes=120)
        clock.advance(minutes=5)
        emulator.expire("o1")
        assert emulator.orders["o1"]["order_status"] == "EXPIRED"
        assert emulator.orders["o1"]["order_expiry_time"] == "2024-12-03T14:35:00Z"


def test_late_payment__as_assumed(emulator: Emulator, create: Create, behave: Behave) -> None:
    create()
    emulator.expire(ORDER_ID)
    behave(late_payment_allowed=True)
    emulator.pay(ORDER_ID)
    assert emulator.orders[ORDER_ID]["order_status"] == "PAID"


def test_behaviour__misspelt_choice_is_refused() -> None:
    with pytest.raises(ValueError, match=r"repeated_order_id is one of 409, 400, same, second, not 'twice'"):
        Behaviour(repeated_order_id="twice")  # type: ignore[arg-type]
