"""The page of one order: what it shows, and what its buttons do."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from django_flowwise.emulator import Emulator
from tests.emulator.conftest import BROWSER, ORDER_ID, REFUND_ID, REFUND_REQUEST, Call, shown

Create = Callable[..., requests.Response]
Behave = Callable[..., None]

PATH = f"/orders/{ORDER_ID}"


def press(emulator: Emulator, act: str, **subject: str) -> requests.Response:
    form = {"act": act, **subject}
    return requests.post(f"{emulator.url}{PATH}", data=form, headers=BROWSER, allow_redirects=False, timeout=5)


def test_order__without_payments(emulator: Emulator, create: Create) -> None:
    create()
    text = shown(emulator, PATH)
    for expected in (
        ORDER_ID,
        "INR 2,299.50",
        "Nobody has tried to pay",
        f'href="/checkout/{ORDER_ID}"',
        "Shop page",
    ):
        assert expected in text
    assert f'href="{PATH}"' in shown(emulator, "/")
    create(order_id="o2", return_base_url=...)
    assert "Shop page" not in shown(emulator, "/orders/o2")


def test_order__lists_payments_and_refunds(emulator: Emulator, call: Call, behave: Behave, create: Create) -> None:
    create()
    emulator.fail(ORDER_ID, method="cc")
    paid = emulator.pay(ORDER_ID)["payment_id"]
    call("POST", f"/payments/{paid}", REFUND_REQUEST)
    text = shown(emulator, PATH)
    for expected in (paid, "FAILED", "SUCCESS", "Card", "UPI", REFUND_ID, "INR 1,149.75", "Size issue"):
        assert expected in text
    assert text.count("(reverse)") == 1
    assert "Let " not in text
    behave(refund_status="PENDING")
    call("POST", f"/payments/{paid}", REFUND_REQUEST, refund_id="r2", refund_note=...)
    assert shown(emulator, PATH).count("Let the refund") == 2


def test_order__escapes_everything(emulator: Emulator, call: Call, create: Create) -> None:
    evil = "<img src=x onerror=alert(1)>\"'/"
    create(order_id=evil)
    paid = emulator.pay(evil, method=evil)["payment_id"]
    call("POST", f"/payments/{paid}", REFUND_REQUEST, refund_id=evil, refund_note=evil)
    response = requests.get(f"{emulator.url}/orders/{requests.utils.quote(evil, safe='')}", timeout=5)
    assert response.status_code == 200
    assert "<img src=x" not in response.text
    assert response.text.count("&lt;img src=x") >= 4
    assert "default-src 'self'; style-src 'self'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(("act", "order"), [("SUCCESS", "PAID"), ("FAILED", "ACTIVE"), ("USER_DROPPED", "ACTIVE")])
def test_order__finishes_a_pending_payment(emulator: Emulator, create: Create, act: str, order: str) -> None:
    create()
    payment_id = emulator.start_payment(ORDER_ID)["payment_id"]
    assert shown(emulator, PATH).count("Let ") == 3
    response = press(emulator, act, payment_id=payment_id)
    assert (response.status_code, response.headers["Location"]) == (303, PATH)
    assert emulator.payments[ORDER_ID][0]["status"] == act
    assert emulator.orders[ORDER_ID]["order_status"] == order
    response = press(emulator, act, payment_id=payment_id)
    assert response.status_code == 409
    assert f"is {act}." in response.text


def test_order__reverses(emulator: Emulator, paid: str) -> None:
    assert press(emulator, "reverse", payment_id=paid).status_code == 303
    assert emulator.payments[ORDER_ID][0]["status"] == "REVERSED"
    assert "(reverse)" not in shown(emulator, PATH)


@pytest.mark.parametrize("act", ["SUCCESS", "FAILED", "CANCELLED", "USER_DROPPED"])
def test_order__settles_a_refund(emulator: Emulator, call: Call, behave: Behave, paid: str, act: str) -> None:
    behave(refund_status="PENDING")
    call("POST", f"/payments/{paid}", REFUND_REQUEST)
    assert press(emulator, act, refund_id=REFUND_ID).status_code == 303
    assert emulator.refunds[REFUND_ID]["refund_status"] == act
    assert press(emulator, act, refund_id=REFUND_ID).status_code == 409


@pytest.mark.parametrize(
    ("act", "subject", "status"),
    [
        ("dance", {"payment_id": "paid"}, 400),
        ("dance", {"refund_id": "r"}, 400),
        ("reverse", {"refund_id": "r"}, 400),
        ("reverse", {"payment_id": "none"}, 404),
        ("SUCCESS", {}, 400),
        ("SUCCESS", {"payment_id": "none", "refund_id": "none"}, 400),
        ("SUCCESS", {"payment_id": "none"}, 404),
        ("SUCCESS", {"refund_id": "none"}, 404),
    ],
)
def test_order__odd_form_is_refused(
    emulator: Emulator, paid: str, act: str, subject: dict[str, str], status: int
) -> None:
    response = press(emulator, act, **subject)
    assert response.status_code == status
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert emulator.payments[ORDER_ID][0]["status"] == "SUCCESS"


def test_order__unknown(emulator: Emulator) -> None:
    assert requests.get(f"{emulator.url}/orders/nobody", timeout=5).status_code == 404
    assert requests.post(f"{emulator.url}/orders/nobody", data={}, timeout=5).status_code == 404
