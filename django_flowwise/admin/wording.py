"""What staff read: what happened to an order, and what to do next. Escaped, and without a customer's data."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _

from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseConfigurationError,
    FlowwiseError,
    NotFound,
    OrderBusy,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
)
from django_flowwise.models import Order

Problem = FlowwiseError | FlowwiseConfigurationError | ValidationError
PROBLEMS = (FlowwiseError, FlowwiseConfigurationError, ValidationError)


def report(request: HttpRequest, order: Order, problem: Problem | None, success: str) -> None:
    """Add one message about one order."""
    level = messages.SUCCESS if problem is None else level_of(problem)
    text = success if problem is None else f"{explain(problem)} {advise(problem, order)}"
    link = reverse("admin:django_flowwise_order_change", args=[order.pk])
    messages.add_message(request, level, format_html('<a href="{}">{}</a>: {}', link, order.reference, text))


def explain(problem: Problem) -> str:
    """Say what is known."""
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    return str(problem)


def advise(problem: Problem, order: Order) -> str:
    """Say what to do next."""
    if isinstance(problem, AuthenticationRefused):
        return _("Correct CLIENT_ID and CLIENT_SECRET of the account “%(account)s”, then create it again.") % {
            "account": order.account
        }
    if isinstance(problem, NotFound):
        return _("Check BASE_URL of the account “%(account)s”, then try again.") % {"account": order.account}
    if isinstance(problem, RequestRefused):
        return _("Correct the order, then create it again.")
    if isinstance(problem, RequestNotSent):
        return _("Nothing was sent; try again.")
    if isinstance(problem, OutcomeUnknown):
        return _("The order is not lost: refresh it in a minute, or create it again, which looks first.")
    if isinstance(problem, OrderBusy):
        return _("Look at it again in a minute.")
    if isinstance(problem, FlowwiseConfigurationError):
        return _("Have the settings corrected; nothing was sent.")
    return _("Nothing was changed.")


def level_of(problem: Problem) -> int:
    """Warn where nothing is lost, and call it an error where somebody must act."""
    return messages.WARNING if isinstance(problem, (RequestNotSent, OutcomeUnknown, OrderBusy)) else messages.ERROR
