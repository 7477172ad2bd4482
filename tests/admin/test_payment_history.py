"""What the admin's history says of money."""

from __future__ import annotations

from typing import Any

import pytest

from django_flowwise import exceptions
from django_flowwise.admin.payment_history import RefundTrace, capture_sentence, refund_sentence
from django_flowwise.models import CaptureAction, Payment, Refund

NAME = "Refund of INR\xa05.00 (refund_1)"


def refund_in(state: str, attempts: int = 1) -> Refund:
    return Refund(refund_id="refund_1", refund_amount=5, refund_currency="INR", state=state, attempts=attempts)


@pytest.mark.parametrize(
    ("before", "refund", "problem", "text"),
    [
        (None, refund_in("ACCEPTED"), None, f"{NAME}: Accepted."),
        (refund_in("UNCONFIRMED"), refund_in("PENDING", 2), None, f"{NAME}: Pending."),
        (refund_in("ACCEPTED"), refund_in("ACCEPTED"), None, ""),
        (None, None, exceptions.MoveNotAllowed("x"), ""),
        (
            None,
            refund_in("REFUSED"),
            exceptions.AuthenticationRefused("x", http_status=401),
            f"{NAME}: Refused, credentials (HTTP 401).",
        ),
        (
            None,
            refund_in("UNCONFIRMED"),
            exceptions.OutcomeUnknown("x"),
            f"{NAME}: Unconfirmed, no usable answer.",
        ),
        (None, refund_in("DRAFT"), exceptions.RequestNotSent("x"), f"{NAME}: Not sent."),
        (refund_in("DRAFT"), refund_in("DRAFT", 2), exceptions.RequestNotSent("x"), ""),
        (refund_in("DRAFT"), refund_in("SUBMITTING", 2), exceptions.OrderBusy("x"), ""),
    ],
)
def test_refund__where_something_moved(before: Any, refund: Any, problem: Any, text: str) -> None:
    assert refund_sentence(RefundTrace.of(before), refund, problem) == text


@pytest.mark.parametrize(
    ("action", "problem", "text"),
    [
        ("CAPTURE", None, "Capture of INR\xa05.00 (pay_1): Flowwise says SUCCESS/CAPTURED."),
        ("VOID", None, "Void of INR\xa05.00 (pay_1): Flowwise says SUCCESS/CAPTURED."),
        (
            "CAPTURE",
            exceptions.RequestRefused("x", http_status=400),
            "Capture of INR\xa05.00 (pay_1): refused (HTTP 400).",
        ),
        ("VOID", exceptions.OutcomeUnknown("x"), "Void of INR\xa05.00 (pay_1): no usable answer."),
        ("CAPTURE", exceptions.RequestNotSent("x"), ""),
        ("CAPTURE", exceptions.OrderBusy("x"), ""),
    ],
)
def test_capture__where_flowwise_was_asked(action: str, problem: Any, text: str) -> None:
    payment = Payment(payment_id="pay_1", payment_currency="INR", status="SUCCESS", capture_status="CAPTURED")
    assert capture_sentence(CaptureAction(action), payment, 5, problem) == text
