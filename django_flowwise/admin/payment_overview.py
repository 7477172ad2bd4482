"""What an order's page shows of its money: payments, their refunds, and their sums. Reads each table once."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from decimal import Decimal
from typing import Self

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from django_flowwise.admin.payment_acts import PAYMENT_ACTS, REFUND, PaymentAct, may_be_sent, may_do
from django_flowwise.admin.payment_wording import obstacle_of, payment_amount
from django_flowwise.models import CaptureAction, Order, Payment, Refund, amount_left
from django_flowwise.states import UNDER_WAY, RefundState
from django_flowwise.templatetags.flowwise import money


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class RefundLine:
    """Show one refund."""

    refund: Refund
    badge: SafeString
    amount: str
    may_be_sent: bool


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class PaymentLine:
    """Show one payment, and its refunds."""

    payment: Payment
    amount: str
    captured: str
    """What was captured, where that is not the amount; empty else."""
    asked_for: str
    """What was asked for, where nobody knows yet what became of it."""
    acts: list[PaymentAct]
    refunds: list[RefundLine]


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Say what an order's payments in one currency come to."""

    paid: str
    refunded: str
    under_way: str
    """What may go back, and has not been accepted; empty where that is nothing."""
    refundable: str

    @classmethod
    def of(cls, currency: str, payments: Iterable[Payment]) -> Self:
        """Add up."""
        payments = list(payments)
        refunds = [refund for payment in payments for refund in payment.refunds.all()]
        accepted = [refund.refund_amount for refund in refunds if refund.state == RefundState.ACCEPTED]
        open_ones = [refund.refund_amount for refund in refunds if refund.state in UNDER_WAY]
        return cls(
            paid=money(_sum(payment.amount_captured for payment in payments), currency),
            refunded=money(_sum(accepted), currency),
            under_way=money(_sum(open_ones), currency) if open_ones else "",
            refundable=money(_sum(amount_left(payment) for payment in payments), currency),
        )


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """Show the money of an order."""

    obstacle: str
    """Why nothing can be sent for it; empty where nothing stands in the way."""
    sums: list[Sums]
    """One for each currency that money came in."""
    lines: list[PaymentLine]


def overview_of(request: HttpRequest, order: Order) -> Overview:
    """Read the payments and refunds of an order, with the buttons for this person."""
    payments = list(order.payments.prefetch_related("refunds"))
    obstacle = obstacle_of(order) if payments else ""
    acts = [] if obstacle else [act for act in PAYMENT_ACTS if may_do(request, act.permission)]
    taken = [payment for payment in payments if payment.is_successful or payment.refunds.all()]
    currencies = dict.fromkeys(payment.payment_currency for payment in taken)
    return Overview(
        obstacle=obstacle,
        sums=[
            Sums.of(currency, (payment for payment in taken if payment.payment_currency == currency))
            for currency in currencies
        ],
        lines=[_line(payment, acts) for payment in payments],
    )


def refund_badge(refund: Refund) -> SafeString:
    """Show the state by word and by colour."""
    label = RefundState(refund.state).label
    return format_html('<span class="flowwise-badge flowwise-{}">{}</span>', refund.state.lower(), label)


def _line(payment: Payment, acts: list[PaymentAct]) -> PaymentLine:
    differs = payment.capture_amount not in {None, payment.payment_amount}
    return PaymentLine(
        payment=payment,
        amount=payment_amount(payment, payment.payment_amount),
        captured=payment_amount(payment, payment.capture_amount) if differs else "",
        asked_for=str(CaptureAction(payment.capture_action).label) if payment.capture_action else "",
        acts=[act for act in acts if act.fits(payment)],
        refunds=[
            RefundLine(
                refund=refund,
                badge=refund_badge(refund),
                amount=money(refund.refund_amount, refund.refund_currency),
                may_be_sent=REFUND in acts and may_be_sent(refund),
            )
            for refund in payment.refunds.all()
        ],
    )


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, Decimal(0))
