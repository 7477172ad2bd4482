"""What an order's payments prove: pure reading, no request and no database."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Self

from django_flowwise.models import Order
from django_flowwise.money import is_storable
from django_flowwise.services.payment_rows import Words, words_of
from django_flowwise.states import (
    PAYABLE,
    AttentionReason,
    OrderState,
    OrderWord,
    is_known_payment,
    is_reserved,
    is_reversed,
    is_successful,
    is_under_way,
    order_word,
    sources_of,
)
from django_flowwise.wire import PaymentSnapshot

_NO_WORD = "-"


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """Hold what the successful payments of an order add up to."""

    agreeing: int
    """Successful payments in the order's amount and currency."""
    differing: int
    """Successful payments in another amount or currency, or with none that can be read."""
    amount_paid: Decimal
    """What came in, in the order's currency and major units."""
    is_whole: bool
    """Whether no payment that was successful is missing from the list."""
    is_reversed: bool
    """Whether all of it has gone back."""
    is_under_way: bool
    """Whether the list has a payment for which Flowwise may call the order paid."""
    is_awaited: bool
    """Whether there is such a payment, in the list or known from before."""
    is_holding: bool
    """Whether money is held, in the list or as known from before."""
    words: tuple[str, ...]
    """What Flowwise calls each payment and its capture, as ``SUCCESS/CAPTURED``."""
    unknown_words: tuple[str, ...]
    """Those of them that are in no public vocabulary."""

    @classmethod
    def of(cls, order: Order, payments: Iterable[PaymentSnapshot], unlisted: Sequence[Words] = ()) -> Self:
        """Read the payments; ``unlisted`` are the words of those that are known, and missing from the list."""
        payments = list(payments)
        words = [words_of(payment) for payment in payments]
        known = [*words, *unlisted]
        successes = [payment for payment, both in zip(payments, words, strict=True) if is_successful(*both)]
        in_currency = [
            (payment.payment_amount, amount)
            for payment in successes
            if payment.payment_currency == order.order_currency and (amount := _taken(payment)) is not None
        ]
        agreeing = sum(asked == taken == order.order_amount for asked, taken in in_currency)
        total = sum((taken for _, taken in in_currency), Decimal(0))
        return cls(
            agreeing=agreeing,
            differing=len(successes) - agreeing,
            # A sum that no column holds is a person's case anyway: it is more than one payment.
            amount_paid=total if is_storable(total) else order.order_amount,
            is_whole=not any(is_successful(*both) for both in unlisted),
            is_reversed=is_reversed(known),
            is_under_way=any(is_under_way(*both) for both in words),
            is_awaited=any(is_under_way(*both) for both in known),
            is_holding=any(is_reserved(*both) for both in known),
            words=tuple(sorted(map(_written, words))),
            unknown_words=tuple(sorted({_written(both) for both in words if not is_known_payment(*both)})),
        )

    @property
    def evidence(self) -> str:
        """What was seen, for those who must decide whether a settled case is to be opened again."""
        return f"{self.agreeing}+{self.differing} {self.amount_paid.normalize():f}"

    def is_unsettled(self, state: OrderState, word: OrderWord) -> bool:
        """Tell whether money may still come of what there is, to an order in this state, however late.

        Beside money that came, an attempt that was left open is of no account; held money is.
        """
        return self.is_holding or (state in PAYABLE and (self.is_awaited or word is OrderWord.PAID))

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

    def contradictions(self, state: OrderState, order_status: str) -> dict[AttentionReason, str]:
        """Say why a person must look at what the words say, whatever the order's state, and what was seen."""
        word, seen = order_word(order_status), f"{order_status or _NO_WORD}; {', '.join(self.words) or _NO_WORD}"
        found: dict[AttentionReason, str] = {}
        has_money = self.agreeing + self.differing > 0
        if word is OrderWord.EXPIRED and has_money and state not in _SETTLED:
            found[AttentionReason.PAID_LATE] = seen
        elif word is not OrderWord.PAID and has_money:
            found[AttentionReason.WORDS_DISAGREE] = seen
        elif word is OrderWord.PAID and not self.is_under_way and state not in _SETTLED:
            reason = AttentionReason.REVERSED if self.is_reversed else AttentionReason.WORDS_DISAGREE
            found[reason] = seen
        unknown = [order_status] if order_status and word is OrderWord.UNKNOWN else []
        if unknown := [*unknown, *self.unknown_words]:
            found[AttentionReason.UNKNOWN_WORD] = ", ".join(unknown)
        return found


_SETTLED = frozenset({OrderState.PAID, OrderState.REVERSED})


def _taken(payment: PaymentSnapshot) -> Decimal | None:
    """Give what was taken: less than the payment, where less was captured."""
    return payment.payment_amount if payment.capture_amount is None else payment.capture_amount


def _written(words: Words) -> str:
    return "/".join(word for word in words if word) or _NO_WORD
