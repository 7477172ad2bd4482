"""What the admin's history says of an act: a sentence where something moved, and nothing where nothing did."""

from __future__ import annotations

import dataclasses
from typing import Any, Self

from django.utils.translation import gettext as _

from django_flowwise.admin.acts import Act
from django_flowwise.admin.wording import Problem
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseAPIError,
    NotFound,
    OutcomeUnknown,
    RequestRefused,
)
from django_flowwise.models import Order
from django_flowwise.states import OrderState


@dataclasses.dataclass(frozen=True, slots=True)
class Trace:
    """Hold what of an order an act can move."""

    pk: int
    order_id: str
    state: str
    attempts: int
    attention: Any
    settlement_notes: Any

    @classmethod
    def of(cls, order: Order) -> Self:
        """Note it down; lists are replaced, never changed in place."""
        return cls(order.pk, order.order_id, order.state, order.attempts, order.attention, order.settlement_notes)


def sentence(act: Act, before: Trace, after: Order, problem: Problem | None) -> str:
    """Say what the act did to the order; empty where it moved nothing."""
    if Trace.of(after) == before:
        return ""
    if problem is None:
        return str(act.history or act.done) % {
            "state": OrderState(after.state).label,
            "note": act.note,
            "old": before.order_id,
            "new": after.order_id,
        }
    if isinstance(problem, (RequestRefused, OutcomeUnknown)):
        return f"{act.failed}: {cause_of(problem)}."
    return ""  # by definition of the error, nothing was sent or changed


def cause_of(problem: FlowwiseAPIError) -> str:
    """Say in a word why Flowwise did not do it."""
    if isinstance(problem, AuthenticationRefused):
        cause = _("credentials")
    elif isinstance(problem, NotFound):
        cause = _("address")
    elif isinstance(problem, RequestRefused):
        cause = _("refused")
    else:
        cause = _("no usable answer")
    return f"{cause} (HTTP {problem.http_status})" if problem.http_status else cause
