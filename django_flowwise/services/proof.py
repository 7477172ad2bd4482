"""What an order's payments prove: pure reading, no request and no database."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from decimal import Decimal
from typing import Self

from django_flowwise.models import Order
from django_flowwise.money import is_storable
from django_flowwise.states import (
    AttentionReason,
    OrderState,
    OrderWord,
    has_failed,
    is_reversed,
    is_successful,
    sources_of,
)
from django_flowwise.wire import PaymentSnapshot


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """Hold what the successful payments of an order add up to."""

    agreeing: int
    """Successful payments in the order's amount and currency."""
    differing: int
    """Successful payments in another amount or currency, or with none that can be read."""
    amount_paid: Decimal
    """What came in, in the order's currency and major units."""
    is_reversed: bool
    """Whether all of it has gone back."""
    has_failed: bool
    """Whether there were payments, and none of them may bring money."""

    @classmethod
    def of(cls, order: Order, payments: Iterable[PaymentSnapshot]) -> Self:
        """Read the payments."""
        payments = list(payments)
        successes = [payment for payment in payments if is_successful(payment.word, payment.capture_status or "")]
        in_currency = [
            payment.payment_amount
            for payment in successes
            if payment.payment_currency == order.order_currency and payment.payment_amount is not None
        ]
        agreeing = sum(amount == order.order_amount for amount in in_currency)
        total = sum(in_currency, Decimal(0))
        words = [payment.word for payment in payments]
        return cls(
            agreeing=agreeing,
            differing=len(successes) - agreeing,
            # A sum that no column holds is a person's case anyway: it is more than one payment.
            amount_paid=total if is_storable(total) else order.order_amount,
            is_reversed=is_reversed(words),
            has_failed=has_failed(words),
        )

    @property
    def evidence(self) -> str:
        """What was seen, for those who must decide whether a settled case is to be opened again."""
        return f"{self.agreeing}+{self.differing} {self.amount_paid.normalize():f}"

    def target(self, state: OrderState, word: OrderWord) -> OrderState | None:
        """Say where an order in this state moves by this word; None for nowhere."""
        if word is OrderWord.PAID and self.agreeing and state in sources_of(OrderState.PAID):
            return OrderState.PAID
        if state == OrderState.PAID and self.is_reversed:
            return OrderState.REVERSED
        if word is OrderWord.EXPIRED and state in sources_of(OrderState.EXPIRED):
            return OrderState.EXPIRED
        if word is OrderWord.ACTIVE and state == OrderState.EXPIRED:
            return OrderState.ACTIVE
        return None

    def reasons(self, state: OrderState, target: OrderState | None) -> list[AttentionReason]:
        """Say why a person must look at an order that makes this move."""
        reasons = []
        if self.differing:
            reasons.append(AttentionReason.AMOUNT_DIFFERS)
        if self.agreeing + self.differing > 1:
            reasons.append(AttentionReason.PAID_TWICE)
        if target == OrderState.PAID and state == OrderState.EXPIRED:
            reasons.append(AttentionReason.PAID_LATE)
        if target == OrderState.PAID and state == OrderState.WITHDRAWN:
            reasons.append(AttentionReason.PAID_AFTER_WITHDRAWAL)
        return reasons
