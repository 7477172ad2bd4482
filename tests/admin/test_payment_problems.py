"""Why a refund, a capture or a void was not done, in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from django_flowwise import exceptions
from django_flowwise.admin.payment_problems import explain_capture, explain_misfit, explain_refund
from django_flowwise.models import Order, Payment, Refund

CALL = {"operation": "refund_payment", "payment_id": "pay_1", "refund_id": "refund_1"}
ABOUT = "(refund_payment, pay_1, refund_1: HTTP 400)"
CHECKED = "If it stays so, have the network and the BASE_URL of “default” checked."
AGAIN = "Do not ask for another. Refresh the order in a minute, or send this one again, which looks first."
UNKNOWN = "Flowwise gave no usable answer: whether it has the refund is not known."


def payment_in(status: str = "SUCCESS", capture_status: str = "", **values: Any) -> Payment:
    order = Order(account="default", order_id="order_1", state="PAID", base_url=values.pop("base_url", ""))
    return Payment(order=order, payment_id="pay_1", status=status, capture_status=capture_status, **values)


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            exceptions.AuthenticationRefused(f"No. {ABOUT}", **CALL),
            (
                "Flowwise does not accept the credentials of the account “default”. No money goes back. Have its"
                " CLIENT_ID and CLIENT_SECRET corrected, then send the refund again. Details: HTTP 400."
            ),
        ),
        (
            exceptions.NotFound(f"No. {ABOUT}", **CALL),
            (
                "Flowwise has nothing at this address. No money goes back. Have the BASE_URL of the account"
                " “default” checked first, then the payment ID. Details: HTTP 400."
            ),
        ),
        (
            exceptions.RequestRefused(f"No. {ABOUT} Too late", **CALL),
            (
                "Flowwise said no. No money goes back. Mend what it names, then ask for another refund; if it"
                " names nothing, ask Flowwise. Details: HTTP 400: Too late."
            ),
        ),
        (
            exceptions.RequestNotSent("refund_1 was not sent.", **CALL),
            f"Nothing was sent to Flowwise. The refund is kept here: send it again. {CHECKED}",
        ),
        (exceptions.OutcomeUnknown(f"Unknown. {ABOUT}", **CALL), f"{UNKNOWN} {AGAIN} Details: HTTP 400."),
        (
            exceptions.OutcomeUnknown("Not yet.", retry_after_seconds=12.4, **CALL),
            f"{UNKNOWN} Nothing is lost: try again in 12 seconds.",
        ),
        (
            exceptions.OrderBusy("refund_1 is being sent"),
            (
                "This refund is just being sent by another request, so nothing was done. Look at it again in a"
                " minute."
            ),
        ),
        (
            exceptions.FlowwiseConfigurationError("FLOWWISE lacks CLIENT_ID."),
            (
                "The settings are wrong, so nothing was sent. Have them corrected. Details: FLOWWISE lacks"
                " CLIENT_ID."
            ),
        ),
        (ValidationError({"amount": "Too much."}), "Too much. Nothing was sent or changed."),
        (exceptions.FlowwiseError("odd"), "It could not be done. Details: odd."),
        (exceptions.MoveNotAllowed("no way"), "no way. Nothing was sent or changed."),
    ],
)
def test_refunds__say_what_is_known_then_what_to_do(problem: Any, text: str) -> None:
    assert explain_refund(problem, payment_in(), None) == text


def test_refunds__that_may_not_be() -> None:
    problem = exceptions.MoveNotAllowed("no way")
    failed, made = Refund(state="FAILED"), Refund(state="DRAFT")
    assert explain_refund(problem, payment_in(), failed) == (
        "This refund has failed at Flowwise. Ask for another. Nothing was sent or changed."
    )
    assert explain_refund(problem, payment_in("FAILED"), made) == (
        "pay_1 is not successful, so there is nothing to give back: FAILED. Nothing was sent or changed."
    )


@pytest.mark.parametrize(
    ("problem", "text"),
    [
        (
            exceptions.AuthenticationRefused("", **CALL),
            (
                "Flowwise does not accept the credentials of the account “default”. Have its CLIENT_ID and"
                " CLIENT_SECRET corrected, then try again."
            ),
        ),
        (
            exceptions.NotFound("", **CALL),
            (
                "Flowwise has nothing at this address. The payment is as it was. Have the BASE_URL of the account"
                " “default” checked first, then the payment ID."
            ),
        ),
        (
            exceptions.RequestRefused("", **CALL),
            (
                "Flowwise said no. The payment is as it was. Refresh the order, and look at the payment again; if"
                " it names nothing, ask Flowwise."
            ),
        ),
        (
            exceptions.RequestNotSent("x", **CALL),
            f"Nothing was sent to Flowwise. The payment is as it was: try again. {CHECKED}",
        ),
        (
            exceptions.OutcomeUnknown("", **CALL),
            (
                "Flowwise gave no usable answer: whether it was done is not known. Refresh the order in a minute."
                " Until it is known, nothing else can be asked for."
            ),
        ),
        (
            exceptions.OrderBusy("pay_1"),
            (
                "A capture or void was asked for before, and its outcome is not known: nothing was done. Refresh"
                " the order in a minute, and see."
            ),
        ),
        (exceptions.MoveNotAllowed("no way"), "no way. Nothing was sent or changed."),
    ],
)
def test_captures__say_what_is_known_then_what_to_do(problem: Any, text: str) -> None:
    assert explain_capture(problem, payment_in(capture_status="AUTHORISED")) == text


def test_captures__that_may_not_be() -> None:
    assert explain_capture(exceptions.MoveNotAllowed("no way"), payment_in("FAILED", "VOIDED")) == (
        "pay_1 holds no money that waits for a capture or a void: FAILED/VOIDED. Nothing was sent or changed."
    )


def test_problems__a_copied_database() -> None:
    text = (
        "Was made at another base URL, https://copied.example, than the account “default” now has. Nothing is sent"
        " for it; have the BASE_URL put back."
    )
    payment = payment_in("FAILED", base_url="https://copied.example")
    problem = exceptions.MoveNotAllowed("made at …")
    assert explain_refund(problem, payment, None) == explain_capture(problem, payment) == text


@pytest.mark.parametrize(
    ("values", "is_refund", "text"),
    [
        (
            {"capture_status": "AUTHORISED", "capture_action": "VOID"},
            False,
            "A capture or void of pay_1 was asked for, and what became of it is not known yet.",
        ),
        ({}, True, "Nothing of pay_1 is left to refund."),
        ({"status": ""}, True, "pay_1 is not successful, so there is nothing to give back: -."),
        ({"capture_status": "AUTHORISED"}, False, "Flowwise has not said how much pay_1 holds."),
        ({}, False, "pay_1 holds no money that waits for a capture or a void: SUCCESS."),
    ],
)
def test_misfit__says_how_the_payment_stands(values: Any, is_refund: bool, text: str) -> None:
    assert explain_misfit(payment_in(**values), is_refund=is_refund) == text
