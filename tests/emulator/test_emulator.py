"""The emulator as an object: its account, what it shows, what code may do to an order, its clock."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import urlsplit

import pytest
import requests

from django_flowwise.emulator import Behaviour, Emulator, OrderClosed
from django_flowwise.emulator.ledger import memory
from tests.emulator.conftest import (
    CUSTOMER_REQUEST,
    EXAMPLE_REQUEST,
    MINIMAL_REQUEST,
    ORDER_ID,
    PAYMENT_REQUEST,
    REFUND_REQUEST,
    Call,
    Clock,
)

Create = Callable[..., requests.Response]
Behave = Callable[..., None]


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


def test_start__again_has_the_port_that_it_had(emulator: Emulator) -> None:
    """What a shop has stored, a checkout_url included, leads to it after an outage too."""
    address = posted(emulator)["checkout_url"]
    before = emulator.account
    emulator.stop()
    with pytest.raises(requests.ConnectionError):
        requests.get(address, timeout=5)
    emulator.start()
    assert requests.get(address, timeout=5).status_code == 200
    assert emulator.account == before
    assert emulator.orders["o1"]["checkout_url"] == address


@pytest.mark.parametrize(
    ("host", "bound", "shown"),
    [
        ("0.0.0.0", "0.0.0.0", "127.0.0.1"),  # noqa: S104  # what a container needs
        ("localhost", "127.0.0.1", "localhost"),
        ("127.0.0.2", "127.0.0.2", "127.0.0.2"),
    ],
)
def test_host__is_where_it_listens(host: str, bound: str, shown: str) -> None:
    with Emulator(host=host) as emulator:
        assert emulator._server is not None
        assert emulator._server.socket.getsockname()[0] == bound
        assert urlsplit(emulator.url).hostname == shown
        assert emulator.account["CHECKOUT_HOSTS"] == [shown]


def test_public_url__is_what_it_says_of_itself(api: requests.Session) -> None:
    with Emulator(public_url="https://flowwise.test:8443") as emulator:
        assert emulator.url == "https://flowwise.test:8443"
        assert emulator.account["BASE_URL"] == "https://flowwise.test:8443/router"
        assert emulator.account["CHECKOUT_HOSTS"] == ["flowwise.test"]
        port = emulator._port
        order = api.post(f"http://127.0.0.1:{port}/router/orders", json=MINIMAL_REQUEST, timeout=5).json()
        assert order["checkout_url"] == "https://flowwise.test:8443/checkout/o1"


def test_requests__are_bounded_by_number_and_by_size(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "MOST_REQUESTS", 3)
    monkeypatch.setattr(memory, "MOST_BODY_BYTES", 250)

    def ask(size: int) -> list[int]:
        requests.post(f"{emulator.base_url}/orders", data=b"x" * size, timeout=5)
        return [len(asked.body) for asked in emulator.requests]

    assert [ask(size) for size in (1, 2, 3)] == [[1], [1, 2], [1, 2, 3]]
    assert ask(4) == [2, 3, 4]
    assert ask(245) == [4, 245]
    assert ask(300) == []
    emulator.reset()
    assert ask(250) == [250]


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


def test_reset__forgets_everything(emulator: Emulator, create: Create, behave: Behave, call: Call) -> None:
    behave(create_status=201)
    create()
    payment_id = emulator.pay(ORDER_ID)["payment_id"]
    call("POST", f"/payments/{payment_id}", REFUND_REQUEST)
    call("POST", "/customer", CUSTOMER_REQUEST)
    order_hash = emulator.orders[ORDER_ID]["order_hash"]
    assert emulator.refunds
    assert emulator.customers
    emulator.reset()
    assert (emulator.orders, emulator.sent, emulator.payments, emulator.requests) == ({}, {}, {}, [])
    assert (emulator.refunds, emulator.customers) == ({}, {})
    assert call("GET", f"/payments/{payment_id}").status_code == 404
    assert call("POST", f"/order/pay/{order_hash}", PAYMENT_REQUEST).status_code == 404
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
