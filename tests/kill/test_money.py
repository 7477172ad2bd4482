"""Every complaint about payments and refunds can be made."""

from __future__ import annotations

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from django_flowwise.models import Order, Payment, Refund
from tests.factories import make_order
from tests.kill.money import Asked, complaints_about_asked, complaints_about_money

pytestmark = pytest.mark.django_db

TAKEN = ("SUCCESS", "SUCCESS", "50.00", 0)
HELD = ("SUCCESS", "AUTHORISED", "0", 0)


def payment(words: tuple[str, str, str, int] = TAKEN, **columns: Any) -> Payment:
    status, capture_status, captured, _times = words
    return Payment.objects.create(
        order=make_order(),
        payment_id="pay_1",
        status=status,
        capture_status=capture_status,
        capture_amount=Decimal(captured),
        **columns,
    )


def refund(state: str, **columns: Any) -> Refund:
    return Refund.objects.create(
        payment=payment(), refund_id="refund_1", refund_amount=20, refund_currency="INR", state=state, **columns
    )


def needs(reason: str, evidence: str) -> None:
    Order.objects.update(attention=[{"reason": reason, "evidence": evidence}])


def found(
    *heard: str, words: tuple[str, str, str, int] = TAKEN, asked: Asked | None = None, **refunds: tuple[Any, ...]
) -> list[str]:
    """Give the complaints where the gateway has these refunds, each with word, amount, payment and times."""
    gateway: Any = SimpleNamespace(payments=lambda: {"pay_1": words}, refunds=lambda: refunds)
    witness: Any = SimpleNamespace(heard_of_refunds=lambda: [("refund_1", state) for state in heard])
    return list(complaints_about_money(gateway, witness, asked or Asked()))


def there(word: str = "SUCCESS", amount: str = "20.00", times: int = 1) -> tuple[Any, ...]:
    return word, amount, "pay_1", times


def refunded(amount: int) -> None:
    Order.objects.update(amount_refunded=amount)


def test_complaints__none_where_all_is_well() -> None:
    refund("ACCEPTED")
    refunded(20)
    assert found("ACCEPTED", refund_1=there()) == []


def test_complaints__carried_out_twice() -> None:
    refund("ACCEPTED")
    refunded(20)
    assert found("ACCEPTED", refund_1=there(times=2)) == ["refund_1 was carried out 2 times"]


def test_complaints__known_on_one_side_alone() -> None:
    payment()
    assert found(refund_1=there()) == ["refund_1 is at the gateway, and nobody here knows it"]
    assert found(asked=Asked(refunds=frozenset({"refund_9"}))) == ["refund_9 is forgotten"]


@pytest.mark.parametrize("state", ["DRAFT", "SUBMITTING", "UNCONFIRMED", "REFUSED", "PENDING"])
def test_complaints__at_the_gateway_with_another_state(state: str) -> None:
    refund(state)
    needs("refund_unsent", "refund_1 #0")
    assert found(refund_1=there()) == [f"refund_1 is {state} here, and SUCCESS at the gateway"]


@pytest.mark.parametrize("state", ["SUBMITTING", "UNCONFIRMED", "PENDING"])
def test_complaints__not_at_the_gateway(state: str) -> None:
    refund(state)
    assert found() == [f"refund_1 is {state} here, and not at the gateway"]


def test_complaints__unsent_and_nobody_called() -> None:
    refund("DRAFT")
    needs("refund_unsent", "refund_9 #0")
    assert found() == ["refund_1 was not sent, and no person is called"]
    needs("refund_unsent", "refund_1 #0")
    assert found() == []


def test_complaints__failed_and_nobody_called() -> None:
    refund("FAILED")
    assert found("FAILED", refund_1=there("FAILED")) == ["refund_1 has failed, and no person is called"]
    needs("refund_failed", "refund_1")
    assert found("FAILED", refund_1=there("FAILED")) == []


def test_complaints__about_the_signal() -> None:
    refund("ACCEPTED", signal_due=True)
    refunded(20)
    assert found("PENDING", refund_1=there()) == [
        "refund_1 is ACCEPTED, and nobody was told",
        "refund_1 is still to be told of",
        "refund_1 was announced while it was PENDING",
    ]


def test_complaints__more_goes_back_than_was_taken() -> None:
    refund("PENDING")
    needs("refund_failed", "refund_1")
    assert found(refund_1=there("PENDING", "50.01")) == ["pay_1 brought 50.00, and 50.01 goes back"]
    assert found(words=("SUCCESS", "SUCCESS", "19.99", 0), refund_1=there("PENDING", "1"))[0] == (
        "pay_1 brought 19.99, and 20.0000 goes back"
    )


def test_complaints__the_order_says_another_amount() -> None:
    refund("ACCEPTED")
    [complaint] = found("ACCEPTED", refund_1=there())
    assert complaint.endswith("says that 0.0000 went back, and 20.0000 did")


def test_complaints__about_a_payment() -> None:
    payment()
    [complaint] = found(words=HELD)
    assert complaint.startswith("pay_1 is ('SUCCESS', 'SUCCESS', ")
    assert complaint.endswith(" here, and ('SUCCESS', 'AUTHORISED', '0') at the gateway")
    assert found(words=(*TAKEN[:3], 2)) == ["pay_1 was captured or voided 2 times"]


def test_complaints__about_a_capture() -> None:
    payment(HELD, capture_action="CAPTURE")
    assert found(words=HELD) == ["pay_1 is still being asked for its CAPTURE"]
    Payment.objects.update(capture_action="")
    asked = Asked(captures=frozenset({"pay_1"}))
    assert found(words=HELD, asked=asked) == [
        "pay_1 was to be captured or voided, is not, and no person is called"
    ]
    needs("capture_in_doubt", "CAPTURE pay_1")
    assert found(words=HELD, asked=asked) == []


def test_complaints__at_the_end() -> None:
    gateway: Any = SimpleNamespace(refunds=lambda: {"refund_1": there()})
    assert list(complaints_about_asked(gateway, {"refund_1": Decimal(20)})) == []
    assert len(list(complaints_about_asked(gateway, {}))) == 1
    assert len(list(complaints_about_asked(gateway, {"refund_1": Decimal(21)}))) == 1


def test_asked__reads_what_is_committed() -> None:
    refund("SUBMITTING")
    assert Asked.so_far() == Asked(frozenset({"refund_1"}), frozenset())
    Payment.objects.update(capture_action="VOID")
    assert Asked.so_far().captures == {"pay_1"}
