"""Why a refund, a capture or a void was not done, in words for staff: what is known, and what to do next."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_flowwise import services
from django_flowwise.admin.payment_wording import obstacle_of, payment_words
from django_flowwise.admin.wording import Problem, as_sentence, details_of, explain
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseConfigurationError,
    MoveNotAllowed,
    NotFound,
    OrderBusy,
    OutcomeUnknown,
    ReferenceInUse,
    RequestNotSent,
    RequestRefused,
)
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.states import RefundState

_LOOK_AT_THE_ACCOUNT = gettext_lazy("If it stays so, have the network and the BASE_URL of “%(account)s” checked.")
_REFUND_WORDS: tuple[tuple[type[Problem], Any, Any], ...] = (
    (
        AuthenticationRefused,
        gettext_lazy("Flowwise does not accept the credentials of the account “%(account)s”. No money goes back."),
        gettext_lazy("Have its CLIENT_ID and CLIENT_SECRET corrected, then send the refund again."),
    ),
    (
        NotFound,
        gettext_lazy("Flowwise has nothing at this address. No money goes back."),
        gettext_lazy("Have the BASE_URL of the account “%(account)s” checked first, then the payment ID."),
    ),
    (
        RequestRefused,
        gettext_lazy("Flowwise said no. No money goes back."),
        gettext_lazy("Mend what it names, then ask for another refund; if it names nothing, ask Flowwise."),
    ),
    (
        RequestNotSent,
        gettext_lazy("Nothing was sent to Flowwise. The refund is kept here: send it again."),
        _LOOK_AT_THE_ACCOUNT,
    ),
    (
        OutcomeUnknown,
        gettext_lazy("Flowwise gave no usable answer: whether it has the refund is not known."),
        gettext_lazy(
            "Do not ask for another. Refresh the order in a minute, or send this one again, which looks first."
        ),
    ),
    (
        OrderBusy,
        gettext_lazy("This refund is just being sent by another request, so nothing was done."),
        gettext_lazy("Look at it again in a minute."),
    ),
)
_CAPTURE_WORDS: tuple[tuple[type[Problem], Any, Any], ...] = (
    (
        NotFound,
        gettext_lazy("Flowwise has nothing at this address. The payment is as it was."),
        gettext_lazy("Have the BASE_URL of the account “%(account)s” checked first, then the payment ID."),
    ),
    (
        AuthenticationRefused,
        gettext_lazy("Flowwise does not accept the credentials of the account “%(account)s”."),
        gettext_lazy("Have its CLIENT_ID and CLIENT_SECRET corrected, then try again."),
    ),
    (
        RequestRefused,
        gettext_lazy("Flowwise said no. The payment is as it was."),
        gettext_lazy("Refresh the order, and look at the payment again; if it names nothing, ask Flowwise."),
    ),
    (
        RequestNotSent,
        gettext_lazy("Nothing was sent to Flowwise. The payment is as it was: try again."),
        _LOOK_AT_THE_ACCOUNT,
    ),
    (
        OutcomeUnknown,
        gettext_lazy("Flowwise gave no usable answer: whether it was done is not known."),
        gettext_lazy("Refresh the order in a minute. Until it is known, nothing else can be asked for."),
    ),
    (
        OrderBusy,
        gettext_lazy("A capture or void was asked for before, and its outcome is not known: nothing was done."),
        gettext_lazy("Refresh the order in a minute, and see."),
    ),
)
"""By error, the special before the general: what is known, and what a person does next."""


def explain_refund(problem: Problem, payment: Payment, refund: Refund | None) -> str:
    """Say why a refund was not taken on; ``refund`` is the row that has its key, if there is one."""
    if isinstance(problem, ReferenceInUse):
        return _(
            "This page has made the refund %(refund_id)s already, with other content. Nothing was sent or changed."
            " Open “Refund…” again to ask for another."
        ) % {"refund_id": problem.reference}
    if isinstance(problem, MoveNotAllowed) and not isinstance(problem, OrderBusy):
        reason = ""
        if refund is not None and refund.state == RefundState.FAILED:
            reason = _("This refund has failed at Flowwise. Ask for another.")
        elif not payment.is_successful:
            reason = explain_misfit(payment, is_refund=True)
        return _not_allowed(problem, payment.order, reason)
    return _explain(problem, payment.order, _REFUND_WORDS)


def explain_capture(problem: Problem, payment: Payment) -> str:
    """Say why a capture or void was not done."""
    if isinstance(problem, MoveNotAllowed) and not isinstance(problem, OrderBusy):
        return _not_allowed(
            problem, payment.order, "" if payment.is_held else explain_misfit(payment, is_refund=False)
        )
    return _explain(problem, payment.order, _CAPTURE_WORDS)


def explain_misfit(payment: Payment, *, is_refund: bool) -> str:
    """Say how a payment stands that the act does not fit any more."""
    if payment.capture_action:
        text = _("A capture or void of %(payment_id)s was asked for, and what became of it is not known yet.")
    elif is_refund and payment.is_successful:
        text = _("Nothing of %(payment_id)s is left to refund.")
    elif is_refund:
        text = _("%(payment_id)s is not successful, so there is nothing to give back: %(words)s.")
    elif payment.is_held:
        text = _("Flowwise has not said how much %(payment_id)s holds.")
    else:
        text = _("%(payment_id)s holds no money that waits for a capture or a void: %(words)s.")
    return text % {"payment_id": payment.payment_id, "words": payment_words(payment)}


def _not_allowed(problem: MoveNotAllowed, order: Order, reason: str) -> str:
    if services.is_made_elsewhere(order):
        return obstacle_of(order)
    return " ".join([reason or as_sentence(str(problem)), _("Nothing was sent or changed.")])


def _explain(problem: Problem, order: Order, words: tuple[tuple[type[Problem], Any, Any], ...]) -> str:
    if isinstance(problem, (ValidationError, FlowwiseConfigurationError)):
        return explain(problem, order)
    account = {"account": order.account}
    for kind, known, advice in words:
        if isinstance(problem, kind):
            parts = [str(known) % account, _wait(problem) or str(advice) % account, details_of(problem)]
            return " ".join(part for part in parts if part)
    return explain(problem, order)


def _wait(problem: Problem) -> str:
    if not isinstance(problem, OutcomeUnknown) or not problem.retry_after_seconds:
        return ""
    return _("Nothing is lost: try again in %(seconds)s seconds.") % {
        "seconds": round(problem.retry_after_seconds)
    }
