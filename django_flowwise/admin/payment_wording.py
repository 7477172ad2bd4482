"""What staff read about refunds, captures and voids: how each is named, how it stands, what stands in the way."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_flowwise import services
from django_flowwise.admin.wording import as_sentence, made_elsewhere
from django_flowwise.conf import get_account
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.models import CaptureAction, Order, Payment, Refund
from django_flowwise.states import RefundState
from django_flowwise.templatetags.flowwise import money

NOT_GIVEN = "-"
"""What stands where Flowwise has said nothing."""

_R = RefundState
_REFUND_STANDINGS: dict[str, tuple[int, Any]] = {
    _R.DRAFT: (messages.WARNING, gettext_lazy("It has not been sent. Send it again.")),
    _R.SUBMITTING: (messages.WARNING, gettext_lazy("It is just being sent. Look at it again in a minute.")),
    _R.UNCONFIRMED: (
        messages.WARNING,
        gettext_lazy("Flowwise may have it. Refresh the order, or send it again, which looks first."),
    ),
    _R.REFUSED: (messages.ERROR, gettext_lazy("Flowwise said no. No money goes back.")),
    _R.PENDING: (
        messages.SUCCESS,
        gettext_lazy("Flowwise has it, and has not decided yet. Refresh the order later to see."),
    ),
    _R.ACCEPTED: (
        messages.SUCCESS,
        gettext_lazy("Flowwise has accepted it; the money reaches the customer days later."),
    ),
    _R.FAILED: (
        messages.ERROR,
        gettext_lazy("It has failed at Flowwise, and no money goes back. Find out why, then ask for another."),
    ),
}
"""By state: whether that is good news, and what it means."""


def obstacle_of(order: Order) -> str:
    """Say why nothing about this order's money can be sent; empty where nothing stands in the way."""
    if services.is_made_elsewhere(order):
        return " ".join([made_elsewhere(order), _("Nothing is sent for it; have the BASE_URL put back.")])
    try:
        get_account(order.account)
    except FlowwiseConfigurationError as error:
        return " ".join(
            [
                _("The settings of the account “%(account)s” are wrong or missing, so nothing can be sent.")
                % {"account": order.account},
                _("Have them corrected."),
                _("Details: %(details)s") % {"details": as_sentence(str(error))},
            ]
        )
    return ""


def refund_name(refund: Refund) -> str:
    """Name a refund by its amount and its key."""
    return _("Refund of %(amount)s (%(refund_id)s)") % {
        "amount": money(refund.refund_amount, refund.refund_currency),
        "refund_id": refund.refund_id,
    }


def capture_name(action: CaptureAction, payment: Payment, amount: Any) -> str:
    """Name a capture or void by its amount and its payment."""
    name = _("Capture of %(amount)s (%(payment_id)s)")
    if action == CaptureAction.VOID:
        name = _("Void of %(amount)s (%(payment_id)s)")
    return name % {"amount": payment_amount(payment, amount), "payment_id": payment.payment_id}


def payment_amount(payment: Payment, amount: Any) -> str:
    """Write an amount in the payment's currency, as far as both are known."""
    return NOT_GIVEN if amount is None else money(amount, payment.payment_currency)


def payment_words(payment: Payment) -> str:
    """Give Flowwise's own words for a payment and its capture."""
    return "/".join(filter(None, (payment.status, payment.capture_status))) or NOT_GIVEN


def refund_standing(refund: Refund) -> tuple[int, str]:
    """Say how a refund stands, and whether that is good news."""
    level, text = _REFUND_STANDINGS[refund.state]
    return level, str(text)


def capture_standing(action: CaptureAction, payment: Payment) -> tuple[int, str]:
    """Say what a capture or void has led to, as far as Flowwise has told, and whether that is good news."""
    words = payment_words(payment)
    if payment.capture_action or payment.is_held:
        text = _("Flowwise was asked, and does not show the outcome yet: %(words)s. Refresh the order later.")
        return messages.WARNING, text % {"words": words}
    is_captured = payment.is_successful
    if is_captured and action == CaptureAction.CAPTURE:
        captured = payment_amount(payment, payment.amount_captured)
        return messages.SUCCESS, _("%(amount)s captured.") % {"amount": captured}
    if not is_captured and action == CaptureAction.VOID:
        return messages.SUCCESS, _("Flowwise lets the money go: %(words)s.") % {"words": words}
    return messages.ERROR, _("Flowwise says otherwise: %(words)s. Look at the payment.") % {"words": words}
