"""Giving back the money of one line, once however often it is asked for.

The refund_id is made of the line, so a double click, a reloaded page and a retry all name the same refund. Only
after one has failed, which Flowwise does not try again, does the line get another.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseConfigurationError, FlowwiseError, OutcomeUnknown
from django_flowwise.models import Payment, Refund
from django_flowwise.states import RefundState
from example_project.shop.models import Line, ShopOrder


class NothingToRefund(Exception):
    """No payment of this order has brought money that could be given back: nothing was sent."""


PROBLEMS = (FlowwiseError, FlowwiseConfigurationError, ValidationError, NothingToRefund)
"""What refund_line may raise, for pages that show it as a message."""
SENT_TO_NOBODY = frozenset({RefundState.DRAFT, RefundState.REFUSED})
"""Where a refund is staff's business alone."""
_REPEATABLE = frozenset({RefundState.DRAFT, RefundState.UNCONFIRMED, RefundState.REFUSED, RefundState.FAILED})


@dataclasses.dataclass(frozen=True, slots=True)
class Item:
    """Hold a line and what became of its money."""

    line: Line
    refund: Refund | None
    """The line's latest refund."""

    @property
    def is_told(self) -> bool:
        """Whether the customer hears of the refund: not of one that Flowwise does not have."""
        return self.refund is not None and self.refund.state not in SENT_TO_NOBODY


def items_of(order: ShopOrder) -> list[Item]:
    """Give the order's lines with their refunds, in two queries."""
    latest = {_line_pk(refund): refund for refund in _refunds(f"{order.refund_prefix}-")}
    lines = order.lines.select_related("product").order_by("pk")
    return [Item(line, latest.get(line.pk)) for line in lines]


def other_refunds_of(order: ShopOrder) -> QuerySet[Refund]:
    """Give the refunds that were made in another way, as for the whole payment, and that the customer hears of."""
    refunds = Refund.objects.filter(payment__order=order.flowwise_order).exclude(state__in=SENT_TO_NOBODY)
    return refunds.exclude(refund_id__startswith=f"{order.refund_prefix}-")


def latest_refund(line: Line) -> Refund | None:
    """Give the line's refund; of several, which there are where one has failed, the last."""
    return _refunds(line.refund_prefix).last()


def line_of(refund: Refund) -> Line | None:
    """Give the line that a refund is for; None where it is for none."""
    lines = Line.objects.select_related("order")
    pk = _line_pk(refund)
    line = lines.filter(pk=pk).first() if pk is not None else None
    return line if line is not None and refund.refund_id.startswith(line.refund_prefix) else None


def is_refundable(line: Line) -> bool:
    """Tell whether the line's money can be given back, or its refund be sent again."""
    refund = latest_refund(line)
    if refund is None:
        return bool(_successful_payments(line.order))
    return refund.state in _REPEATABLE


def refund_line(line: Line) -> Refund:
    """Give the money of a line back; asked for twice, it is one refund. Makes requests.

    Raises:
        FlowwiseError, FlowwiseConfigurationError, ValidationError: as services.refund_payment.
        NothingToRefund: the order has no successful payment.
    """
    refund = latest_refund(line)
    if refund is not None and refund.state != RefundState.FAILED:
        payment, refund_id = refund.payment, refund.refund_id
    else:
        payment = _payment_to_refund(line.order)
        refund_id = f"{line.refund_prefix}{_refunds(line.refund_prefix).count() + 1}"
    note = f"{line.order.number}, item {line.pk}"
    return services.refund_payment(payment, amount=line.total, note=note, refund_id=refund_id)


def explain(problem: Exception) -> str:
    """Say to staff what is known, and what to do next."""
    if isinstance(problem, ValidationError):
        return " ".join(problem.messages)
    if isinstance(problem, OutcomeUnknown):
        return f"{problem} Ask for it again in a minute: it stays one refund."
    return str(problem)


def _payment_to_refund(order: ShopOrder) -> Payment:
    payments = _successful_payments(order)
    if not payments:
        raise NothingToRefund(f"No payment of {order.number} has brought money that could be given back.")
    # Where a customer has paid twice, from the payment that has most left.
    return max(payments, key=services.refundable_amount)


def _successful_payments(order: ShopOrder) -> list[Payment]:
    payments: Iterable[Payment] = order.flowwise_order.payments.all() if order.flowwise_order else ()
    return [payment for payment in payments if payment.is_successful]


def _refunds(prefix: str) -> QuerySet[Refund]:
    return Refund.objects.filter(refund_id__startswith=prefix).select_related("payment__order").order_by("pk")


def _line_pk(refund: Refund) -> int | None:
    named = re.fullmatch(r"item-[0-9a-f]{12}-([0-9]{1,18})-[0-9]+", refund.refund_id)
    return int(named[1]) if named else None
