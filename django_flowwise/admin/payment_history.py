"""What the admin's history says of money: who asked for how much under which key, and what came of it."""

from __future__ import annotations

import dataclasses
from typing import Any, Self

from django.utils.translation import gettext as _

from django_flowwise.admin.history import cause_of
from django_flowwise.admin.payment_wording import capture_name, payment_words, refund_name
from django_flowwise.admin.wording import Problem
from django_flowwise.exceptions import OutcomeUnknown, RequestNotSent, RequestRefused
from django_flowwise.models import CaptureAction, Payment, Refund
from django_flowwise.states import RefundState


@dataclasses.dataclass(frozen=True, slots=True)
class RefundTrace:
    """Hold what of a refund an act can move; empty where there is no such refund yet."""

    state: str = ""
    attempts: int = 0

    @classmethod
    def of(cls, refund: Refund | None) -> Self:
        """Note it down."""
        return cls() if refund is None else cls(refund.state, refund.attempts)


def refund_sentence(before: RefundTrace, refund: Refund | None, problem: Problem | None) -> str:
    """Say what became of a refund; empty where nothing moved."""
    if refund is None or RefundTrace.of(refund) == before:
        return ""
    label = str(RefundState(refund.state).label)
    if isinstance(problem, (RequestRefused, OutcomeUnknown)):
        return f"{refund_name(refund)}: {label}, {cause_of(problem)}."
    if problem is None or (isinstance(problem, RequestNotSent) and before == RefundTrace()):
        return f"{refund_name(refund)}: {label}."
    return ""  # by definition of the error, nothing was sent or changed


def capture_sentence(action: CaptureAction, payment: Payment, amount: Any, problem: Problem | None) -> str:
    """Say what became of a capture or void; empty where Flowwise was not asked."""
    name = capture_name(action, payment, amount)
    if problem is None:
        return _("%(name)s: Flowwise says %(words)s.") % {"name": name, "words": payment_words(payment)}
    if isinstance(problem, (RequestRefused, OutcomeUnknown)):
        return f"{name}: {cause_of(problem)}."
    return ""
