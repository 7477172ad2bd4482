"""What staff read: what happened to an order, and what to do next. Escaped, and without a customer's data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_flowwise import services
from django_flowwise.admin.reasons import reason_labels
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseAPIError,
    FlowwiseConfigurationError,
    FlowwiseError,
    MoveNotAllowed,
    NotFound,
    OrderBusy,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
    TooManyRequests,
)
from django_flowwise.models import Order
from django_flowwise.states import HOLDING, AttentionReason, OrderState

Problem = FlowwiseError | FlowwiseConfigurationError | ValidationError
PROBLEMS = (FlowwiseError, FlowwiseConfigurationError, ValidationError)

_S = OrderState
_AT_FLOWWISE = gettext_lazy("Is at Flowwise already: %(state)s.")
_STANDINGS: Mapping[str, tuple[Any, Any]] = {
    _S.DRAFT: (gettext_lazy("Is a draft, which Flowwise does not have."), gettext_lazy("Create it at Flowwise.")),
    _S.SUBMITTING: (
        gettext_lazy("Is just being created at Flowwise."),
        gettext_lazy("Look at it again in a minute."),
    ),
    _S.UNCONFIRMED: (
        gettext_lazy("Is unconfirmed: Flowwise may have it."),
        gettext_lazy("Refresh it, or create it again, which looks first."),
    ),
    _S.REFUSED: (
        gettext_lazy("Was refused by Flowwise."),
        gettext_lazy("Correct it, then create it again."),
    ),
    _S.ACTIVE: (_AT_FLOWWISE, gettext_lazy("Send the customer the link.")),
    _S.PAID: (_AT_FLOWWISE, gettext_lazy("Nothing is left to do.")),
    _S.REVERSED: (_AT_FLOWWISE, gettext_lazy("Agree with the customer on what comes next.")),
    _S.EXPIRED: (_AT_FLOWWISE, gettext_lazy("Use “New link” if the customer is still to pay.")),
    _S.WITHDRAWN: (
        gettext_lazy("Has been withdrawn."),
        gettext_lazy("Create another order if the customer is still to pay."),
    ),
}
"""By state: how the order stands, and what a person does next."""

_KNOWN: tuple[tuple[type[Problem], Any, Any], ...] = (
    (
        AuthenticationRefused,
        gettext_lazy("Flowwise does not accept the credentials of the account “%(account)s”."),
        gettext_lazy("Have its CLIENT_ID and CLIENT_SECRET corrected, then try again."),
    ),
    (
        NotFound,
        gettext_lazy("Flowwise has nothing at this address."),
        gettext_lazy("Have the BASE_URL of the account “%(account)s” checked first, then the order ID."),
    ),
    (
        RequestRefused,
        gettext_lazy("Flowwise said no."),
        gettext_lazy("Try again in a minute; if it stays so, ask Flowwise."),
    ),
    (
        RequestNotSent,
        gettext_lazy("Nothing was sent to Flowwise."),
        gettext_lazy("Try again; if it stays so, have the network and the BASE_URL of “%(account)s” checked."),
    ),
    (TooManyRequests, gettext_lazy("Flowwise asks for fewer requests."), gettext_lazy("Try again in a minute.")),
    (OutcomeUnknown, gettext_lazy("Flowwise gave no usable answer."), gettext_lazy("Try again in a minute.")),
    (
        OrderBusy,
        gettext_lazy("Another request for it may be under way, so nothing was done."),
        gettext_lazy("Look at it again in a minute."),
    ),
    (
        FlowwiseConfigurationError,
        gettext_lazy("The settings are wrong, so nothing was sent."),
        gettext_lazy("Have them corrected."),
    ),
)
"""By error, the special before the general: what is known, and what a person does next."""


def standing(order: Order) -> str:
    """Say how the order stands."""
    return str(_STANDINGS[order.state][0]) % {"state": OrderState(order.state).label}


def next_step(order: Order) -> str:
    """Say what a person does next with an order as it now is."""
    step = str(_STANDINGS[order.state][1])
    if order.state == OrderState.WITHDRAWN and order.superseded_by_id:
        step = _("Go on with the order that replaced it.")
    if not order.attention:
        return step
    person = _("It needs a person: %(reasons)s.") % {"reasons": reason_labels(order)}
    is_held = HOLDING.intersection(order.attention_reasons)
    return person if is_held or order.state == OrderState.PAID else f"{step} {person}"


def explain_misfit(order: Order) -> str:
    """Say that nothing was done, since the act does not fit the order as it stands."""
    return " ".join([standing(order), _("Nothing was done."), next_step(order)])


def explain(problem: Problem, order: Order) -> str:
    """Say what is known, what to do next, and last what the technical part of it was."""
    if isinstance(problem, ValidationError):
        parts = [*map(as_sentence, problem.messages), _("Nothing was sent or changed.")]
    elif isinstance(problem, MoveNotAllowed) and not isinstance(problem, OrderBusy):
        parts = _why_it_may_not_move(problem, order)
    else:
        known, advice = _known(problem, order)
        parts = [known, advice, details_of(problem)]
    return " ".join(part for part in parts if part)


def _why_it_may_not_move(problem: MoveNotAllowed, order: Order) -> list[str]:
    if services.is_made_elsewhere(order):
        return [
            made_elsewhere(order),
            _("It is neither looked at nor sent; withdraw it, or have the BASE_URL put back."),
        ]
    nothing = _("Nothing was sent or changed.")
    if order.state in str(problem):
        return [standing(order), nothing, next_step(order)]
    # Not the state stands in the way, so what its next step would be does not help.
    return [standing(order), nothing, as_sentence(str(problem))]


def made_elsewhere(order: Order) -> str:
    """Say that the order belongs to another Flowwise than its account."""
    return _("Was made at another base URL, %(base_url)s, than the account “%(account)s” now has.") % {
        "base_url": order.base_url,
        "account": order.account,
    }


def _known(problem: Problem, order: Order) -> tuple[str, str]:
    account = {"account": order.account}
    for kind, known, advice in _KNOWN:
        if isinstance(problem, kind):
            return str(known) % account, _special_advice(problem, order) or str(advice) % account
    return _("It could not be done."), ""


def _special_advice(problem: Problem, order: Order) -> str:
    """Give the advice that fits the order better than what fits every order; empty where there is none."""
    if type(problem) is RequestRefused and order.state == OrderState.REFUSED:
        return _("Correct the order, then create it again.")
    if not order.is_in_doubt:
        return ""
    if isinstance(problem, OutcomeUnknown) and problem.retry_after_seconds:
        return _("The order is not lost: try again in %(seconds)s seconds.") % {
            "seconds": round(problem.retry_after_seconds)
        }
    is_explained = isinstance(problem, (AuthenticationRefused, NotFound))
    if AttentionReason.CANNOT_TELL in order.attention_reasons and not is_explained:
        return _("Ask Flowwise whether it has the order; then settle it, withdraw it, or send it again.")
    if isinstance(problem, OutcomeUnknown):
        return _("The order is not lost: refresh it in a minute, or create it again, which looks first.")
    return ""


def details_of(problem: Problem) -> str:
    """Give the technical part: of an error about a call, without what has been said in better words."""
    text = "" if isinstance(problem, OrderBusy) else str(problem)
    if isinstance(problem, FlowwiseAPIError):
        about = (problem.operation, problem.order_id, problem.payment_id, problem.refund_id)
        _said, mark, rest = text.partition(f"({', '.join(filter(None, about))}: ")
        if mark:
            cause, _end, words = rest.partition(")")
            text = f"{cause}: {words.strip()}" if words.strip() else cause
        elif isinstance(problem, RequestNotSent) or problem.retry_after_seconds:
            return ""
    return _("Details: %(details)s") % {"details": as_sentence(text)} if text else ""


def as_sentence(text: str) -> str:
    """End it with a full stop, unless it has an end."""
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def level_of(problem: Problem) -> int:
    """Warn where nothing is lost, and call it an error where somebody must act."""
    return messages.WARNING if isinstance(problem, (RequestNotSent, OutcomeUnknown, OrderBusy)) else messages.ERROR


def tell(request: HttpRequest, order: Order, level: int, text: str) -> None:
    """Add one message about one order."""
    link = reverse("admin:django_flowwise_order_change", args=[order.pk])
    messages.add_message(request, level, format_html('<a href="{}">{}</a>: {}', link, order.reference, text))
