"""How refunds, captures and voids are named, and how they stand."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import messages

from django_flowwise.admin.payment_wording import (
    capture_name,
    capture_standing,
    obstacle_of,
    payment_amount,
    refund_name,
    refund_standing,
)
from django_flowwise.models import CaptureAction, Order, Payment, Refund
from django_flowwise.states import RefundState

NOT_SHOWN = "Flowwise was asked, and does not show the outcome yet"
CAPTURE, VOID = CaptureAction.CAPTURE, CaptureAction.VOID


def payment_in(status: str, capture_status: str, **values: Any) -> Payment:
    words = {"status": status, "capture_status": capture_status}
    return Payment(payment_id="pay_1", payment_amount=5, payment_currency="INR", **words, **values)


@pytest.mark.parametrize("state", RefundState)
def test_refund__is_never_called_credited(state: RefundState) -> None:
    level, text = refund_standing(Refund(state=state))
    assert "credited" not in text
    assert (level == messages.SUCCESS) is (state in {"PENDING", "ACCEPTED"})
    assert (level == messages.ERROR) is (state in {"REFUSED", "FAILED"})


def test_names() -> None:
    refund = Refund(refund_id="refund_1", refund_amount=5, refund_currency="INR")
    assert refund_name(refund) == "Refund of INR\xa05.00 (refund_1)"
    payment = payment_in("SUCCESS", "")
    assert capture_name(CAPTURE, payment, 3) == "Capture of INR\xa03.00 (pay_1)"
    assert capture_name(VOID, payment, None) == "Void of - (pay_1)"
    assert payment_amount(Payment(payment_currency="gold"), 5) == "gold 5"


@pytest.mark.parametrize(
    ("action", "payment", "level", "text"),
    [
        (CAPTURE, payment_in("SUCCESS", "CAPTURED", capture_amount=3), messages.SUCCESS, "INR\xa03.00 captured."),
        (VOID, payment_in("FAILED", "VOIDED"), messages.SUCCESS, "Flowwise lets the money go: FAILED/VOIDED."),
        (
            CAPTURE,
            payment_in("SUCCESS", "CAPTURE_REQUESTED", capture_action="CAPTURE"),
            messages.WARNING,
            f"{NOT_SHOWN}: SUCCESS/CAPTURE_REQUESTED. Refresh the order later.",
        ),
        (
            VOID,
            payment_in("SUCCESS", "VOID_FAILED"),
            messages.WARNING,
            f"{NOT_SHOWN}: SUCCESS/VOID_FAILED. Refresh the order later.",
        ),
        (
            VOID,
            payment_in("SUCCESS", "CAPTURED"),
            messages.ERROR,
            "Flowwise says otherwise: SUCCESS/CAPTURED. Look at the payment.",
        ),
        (
            CAPTURE,
            payment_in("FAILED", "VOIDED"),
            messages.ERROR,
            "Flowwise says otherwise: FAILED/VOIDED. Look at the payment.",
        ),
    ],
)
def test_capture__says_what_it_has_led_to(action: CaptureAction, payment: Payment, level: int, text: str) -> None:
    assert capture_standing(action, payment) == (level, text)


def test_obstacle__none() -> None:
    assert obstacle_of(Order(account="default")) == ""


def test_obstacle__settings_that_are_gone(settings: Any) -> None:
    settings.FLOWWISE = {"other": settings.FLOWWISE["default"]}
    text = obstacle_of(Order(account="default"))
    assert text.startswith("The settings of the account “default” are wrong or missing, so nothing can be sent.")
    assert text.endswith(".")
