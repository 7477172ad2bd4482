"""What staff read."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import messages
from django.core.exceptions import ValidationError

from django_flowwise import exceptions
from django_flowwise.admin.wording import explain, explain_misfit, level_of, next_step, standing
from django_flowwise.models import Order
from django_flowwise.states import OrderState

CALL = {"operation": "create_order", "order_id": "order_1"}
CANNOT_TELL = [{"reason": "cannot_tell", "evidence": "400", "at": "2026-01-01T10:00:00+00:00"}]
CREDENTIALS = (
    "Flowwise does not accept the credentials of the account “shop”."
    " Have its CLIENT_ID and CLIENT_SECRET corrected, then try again."
)
ADDRESS = (
    "Flowwise has nothing at this address."
    " Have the BASE_URL of the account “shop” checked first, then the order ID."
)
NOT_SENT = (
    "Nothing was sent to Flowwise. Try again; if it stays so, have the network and the BASE_URL of “shop” checked."
)
ASK = "Ask Flowwise whether it has the order; then settle it, withdraw it, or send it again."
AFTER_A_LOOK = "The order is not lost: refresh it in a minute, or create it again, which looks first."


def order_in(state: str, **values: Any) -> Order:
    return Order(account="shop", order_id="order_1", state=state, **values)


@pytest.mark.parametrize(
    ("problem", "values", "text", "level"),
    [
        (
            exceptions.AuthenticationRefused("No. (create_order, order_1: HTTP 401)", **CALL),
            {"state": "REFUSED"},
            f"{CREDENTIALS} Details: HTTP 401.",
            messages.ERROR,
        ),
        (
            exceptions.NotFound("No. (create_order, order_1: HTTP 404)", **CALL),
            {"state": "REFUSED"},
            f"{ADDRESS} Details: HTTP 404.",
            messages.ERROR,
        ),
        (
            exceptions.RequestRefused("No. (create_order, order_1: HTTP 400, bad) Amount is odd (very)", **CALL),
            {"state": "REFUSED"},
            (
                "Flowwise said no. Correct the order, then create it again."
                " Details: HTTP 400, bad: Amount is odd (very)."
            ),
            messages.ERROR,
        ),
        (
            exceptions.RequestRefused("No. (create_order, order_1: HTTP 400) Why!", **CALL),
            {"state": "ACTIVE"},
            "Flowwise said no. Try again in a minute; if it stays so, ask Flowwise. Details: HTTP 400: Why!",
            messages.ERROR,
        ),
        (
            exceptions.RequestRefused("No. (create_order, order_1: HTTP 400)", **CALL),
            {"state": "UNCONFIRMED", "attention": CANNOT_TELL},
            f"Flowwise said no. {ASK} Details: HTTP 400.",
            messages.ERROR,
        ),
        (
            exceptions.NotFound("No. (create_order, order_1: HTTP 404)", **CALL),
            {"state": "UNCONFIRMED", "attention": CANNOT_TELL},
            f"{ADDRESS} Details: HTTP 404.",
            messages.ERROR,
        ),
        (
            exceptions.RequestNotSent("Nothing was sent; try again. (create_order, order_1: DNS)", **CALL),
            {"state": "DRAFT"},
            f"{NOT_SENT} Details: DNS.",
            messages.WARNING,
        ),
        (
            exceptions.RequestNotSent("order_1 was not sent; try again.", **CALL),
            {"state": "DRAFT"},
            NOT_SENT,
            messages.WARNING,
        ),
        (
            exceptions.OutcomeUnknown("Unknown. (create_order, order_1: ReadTimeout)", **CALL),
            {"state": "UNCONFIRMED"},
            f"Flowwise gave no usable answer. {AFTER_A_LOOK} Details: ReadTimeout.",
            messages.WARNING,
        ),
        (
            exceptions.OutcomeUnknown("Flowwise does not show it yet; 12 s.", retry_after_seconds=12.4, **CALL),
            {"state": "UNCONFIRMED"},
            "Flowwise gave no usable answer. The order is not lost: try again in 12 seconds.",
            messages.WARNING,
        ),
        (
            exceptions.OutcomeUnknown("Flowwise gives no checkout URL.", **CALL),
            {"state": "UNCONFIRMED", "attention": CANNOT_TELL},
            f"Flowwise gave no usable answer. {ASK} Details: Flowwise gives no checkout URL.",
            messages.WARNING,
        ),
        (
            exceptions.TooManyRequests("Fewer. (create_order, order_1: HTTP 429)", **CALL),
            {"state": "ACTIVE"},
            "Flowwise asks for fewer requests. Try again in a minute. Details: HTTP 429.",
            messages.WARNING,
        ),
        (
            exceptions.AuthenticationRefused("", **CALL),
            {"state": "UNCONFIRMED"},
            CREDENTIALS,
            messages.ERROR,
        ),
        (
            exceptions.OrderBusy("order_1 is SUBMITTING"),
            {"state": "SUBMITTING"},
            "Another request for it may be under way, so nothing was done. Look at it again in a minute.",
            messages.WARNING,
        ),
        (
            exceptions.MoveNotAllowed("order_1 is EXPIRED and cannot be created at Flowwise."),
            {"state": "EXPIRED"},
            (
                "Is at Flowwise already: Expired. Nothing was sent or changed."
                " Use “New link” if the customer is still to pay."
            ),
            messages.ERROR,
        ),
        (
            exceptions.MoveNotAllowed("order_1 has a payment that is still open: wait for it"),
            {"state": "EXPIRED"},
            (
                "Is at Flowwise already: Expired. Nothing was sent or changed."
                " order_1 has a payment that is still open: wait for it."
            ),
            messages.ERROR,
        ),
        (
            exceptions.FlowwiseConfigurationError("FLOWWISE['shop'] lacks CLIENT_ID."),
            {"state": "DRAFT"},
            (
                "The settings are wrong, so nothing was sent. Have them corrected. Details: FLOWWISE['shop'] lacks"
                " CLIENT_ID."
            ),
            messages.ERROR,
        ),
        (
            exceptions.ReferenceInUse("Taken."),
            {"state": "DRAFT"},
            "It could not be done. Details: Taken.",
            messages.ERROR,
        ),
        (
            ValidationError(["Too long", "Too odd."]),
            {"state": "DRAFT"},
            "Too long. Too odd. Nothing was sent or changed.",
            messages.ERROR,
        ),
    ],
)
def test_problems__say_what_is_known_then_what_to_do(problem: Any, values: Any, text: str, level: int) -> None:
    assert explain(problem, order_in(**values)) == text
    assert level_of(problem) == level


def test_problems__a_copied_database(settings: Any) -> None:
    settings.FLOWWISE["shop"] = settings.FLOWWISE["default"]
    text = explain(
        exceptions.MoveNotAllowed("order_1 was made at …"), order_in("ACTIVE", base_url="https://copied.example")
    )
    assert text == (
        "Was made at another base URL, https://copied.example, than the account “shop” now has."
        " It is neither looked at nor sent; withdraw it, or have the BASE_URL put back."
    )


@pytest.mark.parametrize("state", OrderState)
def test_standing__in_words_and_not_in_constants(state: OrderState) -> None:
    for text in (standing(order_in(state)), next_step(order_in(state))):
        assert text.endswith(".")
        assert state.value not in text
        assert "%" not in text


@pytest.mark.parametrize(
    ("state", "reasons", "text"),
    [
        ("ACTIVE", [], "Is at Flowwise already: Active. Nothing was done. Send the customer the link."),
        (
            "EXPIRED",
            [],
            "Is at Flowwise already: Expired. Nothing was done. Use “New link” if the customer is still to pay.",
        ),
        (
            "PAID",
            ["paid_late"],
            "Is at Flowwise already: Paid. Nothing was done. It needs a person: Paid after it had expired.",
        ),
        (
            "REVERSED",
            ["reversed"],
            (
                "Is at Flowwise already: Reversed. Nothing was done. Agree with the customer on what comes next."
                " It needs a person: The payment went back."
            ),
        ),
        (
            "ACTIVE",
            ["reference_already_paid"],
            (
                "Is at Flowwise already: Active. Nothing was done."
                " It needs a person: An earlier order of this reference was paid."
            ),
        ),
    ],
)
def test_misfit__says_so_and_what_to_do(state: str, reasons: list[str], text: str) -> None:
    attention = [{"reason": reason, "evidence": "", "at": "2026-01-01"} for reason in reasons]
    assert explain_misfit(order_in(state, attention=attention)) == text


def test_next_step__of_one_that_was_replaced_is_its_successor() -> None:
    assert next_step(order_in("WITHDRAWN", superseded_by_id=7)) == "Go on with the order that replaced it."
