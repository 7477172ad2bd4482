"""The pages of a customer, by HTTP: what they show, what their buttons do, where they lead."""

from __future__ import annotations

import html
from collections.abc import Callable
from typing import Any

import pytest
import requests

from django_flowwise.emulator import Emulator
from tests.emulator.conftest import BROWSER, ORDER_ID, PAYMENT_REQUEST, Call, shown

Create = Callable[..., requests.Response]
Behave = Callable[..., None]

RETURN = f"https://mystore.com/payment-success?order_id={ORDER_ID}"


def press(emulator: Emulator, act: str, *, method: str = "upi", order_id: str = ORDER_ID) -> requests.Response:
    form = {"act": act, "method": method}
    address = f"{emulator.url}/checkout/{order_id}"
    return requests.post(address, data=form, headers=BROWSER, allow_redirects=False, timeout=5)


def test_checkout__shows_the_order(emulator: Emulator, create: Create) -> None:
    created = create().json()
    text = shown(emulator, f"/checkout/{ORDER_ID}")
    for expected in (
        "No real money",
        "proj_emulator",
        ORDER_ID,
        "Pay INR 2,299.50",
        "Summer collection dress - Medium size, Blue color",
        created["order_expiry_time"],
        "Credit card",
        "Debit card",
        "UPI",
        "Net banking",
        "Wallet",
        "Fail the payment",
        "Hold the money only",
        "Leave it pending",
        "Leave without paying",
        "Let it expire",
        RETURN,
    ):
        assert expected in text


def test_checkout__has_nothing_inline_and_a_strict_policy(emulator: Emulator, create: Create) -> None:
    create()
    response = requests.get(f"{emulator.url}/checkout/{ORDER_ID}", timeout=5)
    assert "default-src 'self'; style-src 'self'" in response.headers["Content-Security-Policy"]
    assert "form-action 'self' http: https:" in response.headers["Content-Security-Policy"]
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    for forbidden in ("<script", "<style", "style=", " onclick"):
        assert forbidden not in response.text


def test_checkout__escapes_everything(emulator: Emulator, create: Create) -> None:
    evil = "<img src=x onerror=alert(1)>\"'"
    create(
        order_id=evil,
        order_note=evil,
        payment_methods=f"upi,{evil},upi,,",
        return_base_url=f"https://x/{evil[5:8]}",
    )
    address = emulator.orders[evil]["checkout_url"]
    for page in (address, f"{address}/outcome", emulator.url):
        response = requests.get(page, timeout=5)
        assert response.status_code == 200
        assert "<img src=x" not in response.text
    assert evil in html.unescape(requests.get(address, timeout=5).text)
    assert requests.get(address, timeout=5).text.count('type="radio"') == 2


@pytest.mark.parametrize(
    ("act", "status", "payments"),
    [
        ("pay", "PAID", ["SUCCESS"]),
        ("fail", "ACTIVE", ["FAILED"]),
        ("leave", "ACTIVE", ["USER_DROPPED"]),
        ("hold", "ACTIVE", ["SUCCESS"]),
        ("start", "ACTIVE", ["PENDING"]),
        ("expire", "EXPIRED", []),
    ],
)
def test_checkout__button_acts_and_returns(
    emulator: Emulator, create: Create, act: str, status: str, payments: list[str]
) -> None:
    create()
    response = press(emulator, act, method="nb")
    assert (response.status_code, response.headers["Location"]) == (303, RETURN)
    assert emulator.orders[ORDER_ID]["order_status"] == status
    assert [payment["status"] for payment in emulator.payments[ORDER_ID]] == payments
    assert {payment["payment_method"] for payment in emulator.payments[ORDER_ID]} <= {"netbanking"}


@pytest.mark.parametrize(
    ("act", "text"),
    [
        ("pay", "This order is paid."),
        ("fail", "The last payment failed."),
        ("leave", "The customer left without paying."),
        ("hold", "The money of the last payment is held, not taken."),
        ("start", "The last payment is pending"),
        ("expire", "The time to pay this order is over."),
    ],
)
def test_checkout__without_return_address_tells_what_happened(
    emulator: Emulator, create: Create, act: str, text: str
) -> None:
    create(return_base_url=...)
    assert "named no address" in shown(emulator, f"/checkout/{ORDER_ID}")
    response = press(emulator, act)
    assert (response.status_code, response.headers["Location"]) == (303, f"/checkout/{ORDER_ID}/outcome")
    assert text in shown(emulator, response.headers["Location"])


@pytest.mark.parametrize(("act", "title"), [("pay", "Paid"), ("expire", "Expired")])
def test_checkout__closed_order_says_so(emulator: Emulator, create: Create, act: str, title: str) -> None:
    create()
    press(emulator, act)
    text = shown(emulator, f"/checkout/{ORDER_ID}")
    assert f'<h1 id="outcome-title">{title}</h1>' in text
    assert RETURN in text
    assert 'type="radio"' not in text
    for again in ("pay", "fail", "hold", "start"):
        response = press(emulator, again)
        assert response.status_code == 409
        assert title in response.text
    assert press(emulator, "leave").status_code == 303
    assert len(emulator.payments[ORDER_ID]) == (1 if act == "pay" else 0)


def test_checkout__paid_order_cannot_expire(emulator: Emulator, create: Create) -> None:
    create()
    press(emulator, "pay")
    assert press(emulator, "expire").status_code == 409
    assert emulator.orders[ORDER_ID]["order_status"] == "PAID"


def test_checkout__closed_order_can_be_assumed_payable(emulator: Emulator, create: Create, behave: Behave) -> None:
    behave(late_payment_allowed=True, second_payment_allowed=True)
    create()
    press(emulator, "expire")
    assert "The emulator's behaviour lets it be paid all the same." in shown(emulator, f"/checkout/{ORDER_ID}")
    assert press(emulator, "pay").status_code == 303
    assert press(emulator, "pay").status_code == 303
    assert emulator.orders[ORDER_ID]["order_status"] == "PAID"
    assert len(emulator.payments[ORDER_ID]) == 2


@pytest.mark.parametrize(
    ("act", "method", "text"),
    [
        ("pay", "cash", "payment methods: cc, dc"),
        ("fail", "", "payment methods"),
        ("dance", "upi", "no known button"),
    ],
)
def test_checkout__odd_form_is_refused(
    emulator: Emulator, create: Create, act: str, method: str, text: str
) -> None:
    create()
    response = press(emulator, act, method=method)
    assert response.status_code == 400
    assert text in response.text
    assert emulator.payments[ORDER_ID] == []


def test_checkout__leaving_needs_no_method(emulator: Emulator, create: Create) -> None:
    create()
    press(emulator, "leave", method="")
    assert emulator.payments[ORDER_ID][0]["payment_method"] == "card"


def test_checkout__offers_the_usual_methods_when_none_are_named(
    emulator: Emulator, create: Create, behave: Behave
) -> None:
    create(payment_methods=...)
    assert shown(emulator, f"/checkout/{ORDER_ID}").count('type="radio"') == 5
    behave(default_payment_methods="")
    assert shown(emulator, f"/checkout/{ORDER_ID}").count('type="radio"') == 1


@pytest.mark.parametrize(
    ("base", "changes", "expected"),
    [
        ("https://x.example/?a=1", {}, "https://x.example/?a=1&order_id=o"),
        ("https://x.example/?a=1#end", {"return_base_with_query": "replace"}, "https://x.example/?order_id=o#end"),
        (
            "https://x.example/?a=1",
            {"return_base_with_query": "second_question_mark"},
            "https://x.example/?a=1?order_id=o",
        ),
        ("https://x.example/", {"return_parameter": ""}, "https://x.example/"),
        ("https://x.example/", {"return_parameter": "id"}, "https://x.example/?id=o"),
        ("https://x.example/köln", {}, "https://x.example/k%C3%B6ln?order_id=o"),
    ],
)
def test_return_address__as_assumed(
    emulator: Emulator, create: Create, behave: Behave, base: str, changes: dict[str, str], expected: str
) -> None:
    behave(**changes)
    create(order_id="o", return_base_url=base)
    assert press(emulator, "pay", order_id="o").headers["Location"] == expected


def test_return_address__other_schemes_are_let_through_by_the_policy(
    emulator: Emulator, create: Create, behave: Behave
) -> None:
    behave(return_schemes=("https", "shop-app"))
    create(return_base_url="shop-app://paid")
    response = requests.get(f"{emulator.url}/checkout/{ORDER_ID}", timeout=5)
    assert "form-action 'self' https: shop-app:" in response.headers["Content-Security-Policy"]
    assert press(emulator, "pay").headers["Location"] == f"shop-app://paid?order_id={ORDER_ID}"


def test_return_verb__post_repeats_the_form(emulator: Emulator, create: Create, behave: Behave) -> None:
    behave(return_verb="POST")
    create()
    assert press(emulator, "pay").status_code == 307


@pytest.mark.parametrize(
    "path",
    [
        "/checkout/nobody",
        "/checkout/nobody/outcome",
        "/redirect/none",
        "/nothing",
        "/static/base.html",
    ],
)
def test_unknown_page__not_found(emulator: Emulator, path: str) -> None:
    response = requests.get(f"{emulator.url}{path}", headers=BROWSER, timeout=5)
    assert response.status_code == 404
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    response = requests.get(f"{emulator.url}{path}", timeout=5)
    assert (response.status_code, response.json()["type"]) == (404, "resource_error")


def test_page__wrong_verb(emulator: Emulator) -> None:
    response = requests.put(f"{emulator.url}/checkout/o", timeout=5)
    assert (response.status_code, response.headers["Allow"]) == (405, "GET, HEAD, POST")


@pytest.fixture
def redirect(create: Create, call: Call, behave: Behave) -> dict[str, Any]:
    """Begin a payment whose payer is still on the way, and give it."""
    behave(created_payment_status="PENDING")
    order_hash = create(return_base_url=...).json()["order_hash"]
    payment: dict[str, Any] = call("POST", f"/order/pay/{order_hash}", PAYMENT_REQUEST).json()
    return payment


@pytest.mark.parametrize(
    ("act", "status"), [("succeed", "SUCCESS"), ("fail", "FAILED"), ("leave", "USER_DROPPED")]
)
def test_redirect__finishes_the_payment(
    emulator: Emulator, redirect: dict[str, Any], act: str, status: str
) -> None:
    address = redirect["redirect_url"]
    text = shown(emulator, address.removeprefix(emulator.url))
    for expected in ("Approve INR 2,299.50", "Fail the payment", "Leave without paying", RETURN):
        assert expected in text
    response = requests.post(address, data={"act": act}, headers=BROWSER, allow_redirects=False, timeout=5)
    assert (response.status_code, response.headers["Location"], response.text) == (303, RETURN, "")
    assert emulator.payments[ORDER_ID][0]["status"] == status
    assert "outcome-title" in shown(emulator, address.removeprefix(emulator.url))
    again = requests.post(address, data={"act": act}, headers=BROWSER, timeout=5)
    assert (again.status_code, "outcome-title" in again.text) == (409, True)
    again = requests.post(address, data={"act": act}, timeout=5)
    assert (again.status_code, again.json()["message"]) == (409, f"Payment {redirect['payment_id']} is {status}.")


def test_redirect__of_a_payment_that_names_no_return(emulator: Emulator, create: Create) -> None:
    create()
    create(order_id="o2", return_base_url=...)
    begun = {order_id: emulator.start_payment(order_id)["payment_id"] for order_id in (ORDER_ID, "o2")}
    assert RETURN in shown(emulator, f"/redirect/{begun[ORDER_ID]}")
    assert "you will stay here" in shown(emulator, f"/redirect/{begun['o2']}")
    address = f"{emulator.url}/redirect/{begun['o2']}"
    response = requests.post(address, data={"act": "fail"}, allow_redirects=False, timeout=5)
    assert response.headers["Location"] == "/checkout/o2/outcome"


def test_redirect__odd_form_is_refused(emulator: Emulator, redirect: dict[str, Any]) -> None:
    response = requests.post(redirect["redirect_url"], data={"act": "dance"}, timeout=5)
    assert response.status_code == 400
    assert emulator.payments[ORDER_ID][0]["status"] == "PENDING"


@pytest.mark.parametrize(
    ("end", "text"),
    [("void", "The last payment was voided."), ("reverse", "The last payment was sent back.")],
)
def test_outcome__of_money_that_went_back(
    emulator: Emulator, create: Create, call: Call, end: str, text: str
) -> None:
    create()
    payment_id = emulator.authorise(ORDER_ID)["payment_id"]
    if end == "void":
        body = {"action": "VOID", "capture_amount": 0}
        call("POST", f"/orders/{ORDER_ID}/payments/{payment_id}/authorize", body)
    else:
        emulator.reverse(payment_id)
    assert text in shown(emulator, f"/checkout/{ORDER_ID}/outcome")
