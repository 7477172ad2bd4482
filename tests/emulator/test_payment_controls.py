"""What code may do to payments and refunds, and what becomes of their order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
import requests

from django_flowwise.emulator import Behaviour, Emulator, OrderClosed, PaymentClosed, RefundClosed
from tests.emulator.conftest import (
    EXAMPLE_REQUEST,
    ORDER_ID,
    PAYMENT_REQUEST,
    REFUND_ID,
    REFUND_REQUEST,
    Call,
    Clock,
)

Create = Callable[..., requests.Response]
Behave = Callable[..., None]


def order_status(emulator: Emulator) -> str:
    return str(emulator.orders[ORDER_ID]["order_status"])


def test_authorise__holds_the_money(emulator: Emulator, create: Create) -> None:
    create()
    held = emulator.authorise(ORDER_ID)
    assert (held["status"], held["capture_status"], held["capture_amount"]) == ("SUCCESS", "AUTHORISED", 0)
    assert (held["payment_amount"], held["payment_method"]) == (Decimal("2299.5"), "card")
    assert held["gateway_details"]["auth_id"]
    assert held["gateway_details"]["utr"] is None
    assert order_status(emulator) == "ACTIVE"
    other = emulator.authorise(ORDER_ID, amount="1.5", currency="USD", method="upi")
    assert (other["payment_amount"], other["payment_currency"]) == (Decimal("1.5"), "USD")
    assert other["payment_method"] == "upi"


def test_authorise__in_other_words(emulator: Emulator, create: Create, behave: Behave) -> None:
    behave(authorised_payment_status="PENDING", authorised_capture_status="HELD", authorised_order_status="PAID")
    create()
    held = emulator.authorise(ORDER_ID)
    assert (held["status"], held["capture_status"], order_status(emulator)) == ("PENDING", "HELD", "PAID")


@pytest.mark.parametrize(
    ("status", "capture", "captured", "order"),
    [
        ("SUCCESS", "SUCCESS", Decimal("2299.5"), "PAID"),
        ("FAILED", "FAILED", 0, "ACTIVE"),
        ("USER_DROPPED", "FAILED", 0, "ACTIVE"),
    ],
)
def test_pending__ends_as_told(
    emulator: Emulator, create: Create, status: str, capture: str, captured: Decimal, order: str
) -> None:
    create()
    begun = emulator.start_payment(ORDER_ID)
    assert (begun["status"], begun["capture_status"], begun["capture_amount"]) == ("PENDING", "CREATED", 0)
    assert set(begun["gateway_details"].values()) >= {None}
    assert order_status(emulator) == "ACTIVE"
    ended = emulator.finish_payment(begun["payment_id"], status)
    assert (ended["status"], ended["capture_status"], ended["capture_amount"]) == (status, capture, captured)
    assert order_status(emulator) == order
    assert emulator.payments[ORDER_ID] == [ended]
    with pytest.raises(PaymentClosed, match=f"Payment {begun['payment_id']} is {status}") as caught:
        emulator.finish_payment(begun["payment_id"])
    assert (caught.value.payment_id, caught.value.payment_status) == (begun["payment_id"], status)


def test_pending__wrong_amount_and_other_words(emulator: Emulator, create: Create, behave: Behave) -> None:
    behave(pending_capture_status="OPEN")
    create()
    begun = emulator.start_payment(ORDER_ID, amount=5, currency="USD", method="nb")
    assert (begun["payment_amount"], begun["payment_currency"]) == (5, "USD")
    assert (begun["payment_method"], begun["capture_status"]) == ("netbanking", "OPEN")
    assert emulator.finish_payment(begun["payment_id"])["capture_amount"] == 5


@pytest.mark.parametrize("word", ["PAID", "EXPIRED"])
def test_pending__may_succeed_after_expiry(emulator: Emulator, create: Create, behave: Behave, word: str) -> None:
    behave(late_success_order_status=word)
    create()
    begun = emulator.start_payment(ORDER_ID)
    emulator.expire(ORDER_ID)
    with pytest.raises(OrderClosed):
        emulator.start_payment(ORDER_ID)
    assert emulator.finish_payment(begun["payment_id"])["status"] == "SUCCESS"
    assert order_status(emulator) == word


def test_several_attempts__of_one_order(emulator: Emulator, create: Create) -> None:
    create()
    emulator.fail(ORDER_ID)
    late = emulator.start_payment(ORDER_ID)
    emulator.drop(ORDER_ID)
    emulator.authorise(ORDER_ID)
    emulator.pay(ORDER_ID)
    emulator.finish_payment(late["payment_id"])
    statuses = [payment["status"] for payment in emulator.payments[ORDER_ID]]
    assert statuses == ["FAILED", "SUCCESS", "USER_DROPPED", "SUCCESS", "SUCCESS"]
    assert order_status(emulator) == "PAID"


@pytest.mark.parametrize("word", ["PAID", "ACTIVE", "EXPIRED"])
def test_reverse__order_as_assumed(emulator: Emulator, behave: Behave, paid: str, word: str) -> None:
    behave(reversed_order_status=word)
    before = emulator.orders[ORDER_ID]["order_expiry_time"]
    reversed_payment = emulator.reverse(paid)
    assert (reversed_payment["status"], reversed_payment["capture_status"]) == ("REVERSED", "SUCCESS")
    assert reversed_payment["capture_amount"] == Decimal("2299.5")
    assert order_status(emulator) == word
    assert (emulator.orders[ORDER_ID]["order_expiry_time"] == before) is (word != "EXPIRED")
    with pytest.raises(PaymentClosed):
        emulator.reverse(paid)


def test_reverse__can_clear_the_capture(emulator: Emulator, behave: Behave, paid: str) -> None:
    behave(reversal_clears_capture=True)
    reversed_payment = emulator.reverse(paid)
    assert (reversed_payment["status"], reversed_payment["capture_status"]) == ("REVERSED", "VOIDED")
    assert reversed_payment["capture_amount"] == 0


def test_reverse__order_with_other_money_stays_paid(emulator: Emulator, behave: Behave, paid: str) -> None:
    behave(second_payment_allowed=True, reversed_order_status="EXPIRED")
    emulator.pay(ORDER_ID)
    emulator.reverse(paid)
    assert order_status(emulator) == "PAID"


def test_reverse__late_success(emulator: Emulator, create: Create, behave: Behave) -> None:
    behave(reversed_order_status="EXPIRED")
    create()
    begun = emulator.start_payment(ORDER_ID)
    emulator.expire(ORDER_ID)
    expiry = emulator.orders[ORDER_ID]["order_expiry_time"]
    emulator.finish_payment(begun["payment_id"])
    emulator.reverse(begun["payment_id"])
    assert order_status(emulator) == "EXPIRED"
    assert emulator.orders[ORDER_ID]["order_expiry_time"] == expiry


def test_reverse__of_one_without_money(emulator: Emulator, create: Create) -> None:
    create()
    failed = emulator.fail(ORDER_ID)
    with pytest.raises(PaymentClosed):
        emulator.reverse(failed["payment_id"])
    held = emulator.authorise(ORDER_ID)
    assert emulator.reverse(held["payment_id"])["status"] == "REVERSED"
    assert order_status(emulator) == "ACTIVE"


@pytest.mark.parametrize("status", ["SUCCESS", "FAILED", "CANCELLED"])
def test_settle_refund__once(emulator: Emulator, call: Call, behave: Behave, paid: str, status: str) -> None:
    behave(refund_status="PENDING")
    call("POST", f"/payments/{paid}", REFUND_REQUEST)
    settled = emulator.settle_refund(REFUND_ID, status)
    assert settled["refund_status"] == status
    assert bool(settled["gateway_details"]["refund_utr"]) is (status == "SUCCESS")
    assert emulator.refunds == {REFUND_ID: settled}
    with pytest.raises(RefundClosed, match=f"Refund {REFUND_ID} is {status}") as caught:
        emulator.settle_refund(REFUND_ID, "CANCELLED")
    assert (caught.value.refund_id, caught.value.refund_status) == (REFUND_ID, status)


def test_settle_refund__fails_after_it_was_taken_on(emulator: Emulator, call: Call, paid: str) -> None:
    call("POST", f"/payments/{paid}", REFUND_REQUEST, refund_amount=2299.5)
    assert emulator.payments[ORDER_ID][0]["payment_id"] == paid
    failed = emulator.settle_refund(REFUND_ID, "FAILED")
    assert (failed["refund_status"], failed["gateway_details"]["refund_utr"]) == ("FAILED", None)
    assert emulator.payments[ORDER_ID][0]["status"] == "SUCCESS"
    assert call("POST", f"/payments/{paid}", REFUND_REQUEST, refund_id="r2").status_code == 200


def test_settle_refund__failing_gives_the_amount_free(
    emulator: Emulator, call: Call, behave: Behave, paid: str
) -> None:
    behave(refund_status="PENDING")
    call("POST", f"/payments/{paid}", REFUND_REQUEST, refund_amount=2299.5)
    assert call("POST", f"/payments/{paid}", REFUND_REQUEST, refund_id="r2").status_code == 400
    emulator.settle_refund(REFUND_ID, "FAILED")
    assert call("POST", f"/payments/{paid}", REFUND_REQUEST, refund_id="r2").status_code == 200


def test_unknown_ids__key_error(emulator: Emulator) -> None:
    for act in (
        emulator.authorise,
        emulator.start_payment,
        emulator.finish_payment,
        emulator.reverse,
        emulator.settle_refund,
    ):
        with pytest.raises(KeyError):
            act("nobody")


def test_closed_order__takes_no_hold_and_no_start(emulator: Emulator, paid: str) -> None:
    for act in (emulator.authorise, emulator.start_payment):
        with pytest.raises(OrderClosed):
            act(ORDER_ID)
    assert [payment["payment_id"] for payment in emulator.payments[ORDER_ID]] == [paid]


def test_clock__a_late_success_and_its_reversal() -> None:
    clock = Clock()
    behaviour = Behaviour(late_success_order_status="EXPIRED", reversed_order_status="EXPIRED")
    headers = {"x-client-id": "emulator", "x-client-secret": "emulator-secret"}
    with Emulator(clock=clock, behaviour=behaviour) as emulator:

        def post(path: str, body: dict[str, Any]) -> requests.Response:
            return requests.post(f"{emulator.base_url}{path}", json=body, headers=headers, timeout=5)

        order = post("/orders", EXAMPLE_REQUEST).json()
        first, second = (emulator.start_payment(ORDER_ID)["payment_id"] for _ in range(2))
        clock.advance(hours=3)
        assert emulator.finish_payment(first)["status"] == "SUCCESS"
        assert order_status(emulator) == "EXPIRED"
        refused = post(f"/order/pay/{order['order_hash']}", PAYMENT_REQUEST)
        assert refused.json()["code"] == "order_expired"
        emulator.behaviour = replace(behaviour, late_success_order_status="PAID")
        emulator.finish_payment(second)
        assert order_status(emulator) == "PAID"
        emulator.reverse(first)
        emulator.reverse(second)
        assert order_status(emulator) == "EXPIRED"
        assert emulator.orders[ORDER_ID]["order_expiry_time"] == order["order_expiry_time"]


def test_clock__create_payment_sees_the_expiry_itself() -> None:
    clock = Clock()
    headers = {"x-client-id": "emulator", "x-client-secret": "emulator-secret"}
    with Emulator(clock=clock) as emulator:
        address = f"{emulator.base_url}/orders"
        order = requests.post(address, json=EXAMPLE_REQUEST, headers=headers, timeout=5).json()
        clock.advance(hours=3)
        address = f"{emulator.base_url}/order/pay/{order['order_hash']}"
        refused = requests.post(address, json=PAYMENT_REQUEST, headers=headers, timeout=5)
        assert refused.json()["code"] == "order_expired"


@pytest.mark.parametrize("act", ["pay", "fail", "authorise", "start_payment"])
@pytest.mark.parametrize("amount", [-5, 0, "abc", "NaN", "Infinity", True, 0.5, "1e-13", 10**15 + 1])
def test_amount__that_is_none_is_refused(emulator: Emulator, create: Create, act: str, amount: Any) -> None:
    create()
    message = f"An amount is a number above 0 in major units, such as 2299.50, not {amount!r}."
    with pytest.raises(ValueError, match=re.escape(message)):
        getattr(emulator, act)(ORDER_ID, amount=amount)
    assert emulator.payments[ORDER_ID] == []


@pytest.mark.parametrize("word", ["", " INR", "IN\nR", "IN\0R"])
def test_currency_and_method__that_are_no_words_are_refused(emulator: Emulator, create: Create, word: str) -> None:
    create()
    with pytest.raises(ValueError, match=re.escape(f"A currency is a word without line breaks, not {word!r}.")):
        emulator.pay(ORDER_ID, currency=word)
    for act in (emulator.pay, emulator.drop):
        with pytest.raises(ValueError, match=re.escape(f"A method is a word without line breaks, not {word!r}.")):
            act(ORDER_ID, method=word)
    assert emulator.payments[ORDER_ID] == []


def test_end__that_is_none_is_refused(
    emulator: Emulator, create: Create, call: Call, behave: Behave, paid: str
) -> None:
    behave(refund_status="PENDING", second_payment_allowed=True)
    call("POST", f"/payments/{paid}", REFUND_REQUEST)
    with pytest.raises(ValueError, match=r"can end as one of SUCCESS, FAILED, CANCELLED, .*, not as 'succes'"):
        emulator.settle_refund(REFUND_ID, "succes")
    assert emulator.refunds[REFUND_ID]["refund_status"] == "PENDING"
    begun = emulator.start_payment(ORDER_ID)["payment_id"]
    with pytest.raises(ValueError, match=r"can end as one of SUCCESS, FAILED, USER_DROPPED, .*, not as 'PENDING'"):
        emulator.finish_payment(begun, "PENDING")
    assert emulator.finish_payment(begun, "INIT_FAILED")["status"] == "INIT_FAILED"
