"""A payment: one for each payment_id of an account, and one capture or void at a time."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from django_flowwise.models import CaptureAction, Payment
from tests.factories import make_order

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)


def make_payment(**values: Any) -> Payment:
    usual = {"payment_id": "pay_1", "status": "SUCCESS", "capture_status": "AUTHORISED", "checked_at": NOW}
    return Payment.objects.create(**{"order": make_order(), **usual, **values})


def test_id__is_unique_in_its_account() -> None:
    make_payment()
    make_payment(payment_id="PAY_1")
    make_payment(order=make_order(account="second"))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_payment()
    assert {payment.account for payment in Payment.objects.all()} == {"default", "second"}


def test_order__is_kept_as_long_as_it_has_payments() -> None:
    payment = make_payment()
    with pytest.raises(ProtectedError):
        payment.order.delete()


def test_texts__name_the_payment_alone() -> None:
    payment = make_payment(gateway_details={"vpa": "priya@bank"})
    assert (str(payment), repr(payment)) == ("pay_1", f"<Payment {payment.pk} pay_1 SUCCESS>")


@pytest.mark.parametrize(
    ("values", "amount"),
    [
        ({"capture_status": "", "payment_amount": 5}, 5),
        ({"capture_status": "", "payment_amount": 5, "capture_amount": 3}, 3),
        ({"capture_status": "CAPTURED", "payment_amount": 5, "capture_amount": 3}, 3),
        ({"capture_status": "CAPTURED", "payment_amount": 5}, 5),
        ({"capture_status": "CAPTURED", "payment_amount": 5, "capture_amount": 0}, 0),
        ({"capture_status": "CAPTURED"}, 0),
        ({"capture_status": "AUTHORISED", "payment_amount": 5}, 0),
        ({"status": "REVERSED", "capture_status": "CAPTURED", "payment_amount": 5}, 0),
    ],
)
def test_amount_captured__is_what_was_taken(values: dict[str, Any], amount: int) -> None:
    assert make_payment(**values).amount_captured == Decimal(amount)


def test_seen__not_by_an_older_look() -> None:
    payment = make_payment(checked_at=LATER)
    assert not payment.mark_seen({"status": "FAILED"}, asked_at=NOW)
    assert payment.mark_seen({"status": "FAILED"}, asked_at=LATER)
    stored = Payment.objects.get()
    assert (stored.status, stored.checked_at, stored.updated_at) == ("FAILED", LATER, LATER)


def capture(payment: Payment) -> bool:
    return payment.mark_capturing(CaptureAction.CAPTURE, moment=NOW, claim_expires_at=LATER)


@pytest.mark.parametrize(
    "changed", [{"capture_action": "VOID"}, {"status": "FAILED"}, {"capture_status": "CAPTURED"}]
)
def test_capturing__as_long_as_it_is_what_is_in_hand(changed: dict[str, Any]) -> None:
    payment = make_payment()
    Payment.objects.update(**changed)
    assert not capture(payment)
    name, value = next(iter(changed.items()))
    assert getattr(payment, name) == value


def test_capturing__is_one_at_a_time_and_ends() -> None:
    payment = make_payment()
    other = Payment.objects.get()
    assert capture(payment)
    assert not capture(other)
    assert not other.mark_capturing(CaptureAction.VOID, moment=NOW, claim_expires_at=LATER)
    assert list(Payment.objects.in_doubt()) == [payment]
    assert not Payment.objects.due(LATER)
    assert payment.mark_capture_unknown(moment=NOW)
    assert list(Payment.objects.due(LATER)) == [payment]
    assert payment.mark_capture_over(moment=NOW)
    stored = Payment.objects.get()
    assert (stored.capture_action, stored.maybe_sent_at, stored.claim_expires_at) == ("", None, None)
    assert not Payment.objects.in_doubt()


def test_capture_over__not_where_another_has_claimed_since() -> None:
    payment = make_payment()
    assert capture(payment)
    Payment.objects.update(maybe_sent_at=LATER)
    assert not payment.mark_capture_over(moment=NOW)
    assert Payment.objects.get().capture_action == "CAPTURE"
