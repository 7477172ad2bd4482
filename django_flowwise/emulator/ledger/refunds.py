"""The ledger's refunds: how they begin, of which payment, and how they end.

Only the ledger imports it.
"""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any

from django_flowwise.emulator.ledger.payments import PaymentBook
from django_flowwise.emulator.payments import KeptPayment, Phase
from django_flowwise.emulator.refunds import KeptRefund, RefundClosed, new_refund
from django_flowwise.emulator.refusals import (
    ambiguous_refund,
    over_refund,
    payment_not_refundable,
    refund_already_exists,
)
from django_flowwise.emulator.tenders import REFUND_ENDS, known_end


class RefundBook(PaymentBook):
    """Refunds, by refund_id and by payment."""

    def refund_payment(self, payment_id: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Keep a checked refund body as a refund of that payment, and return the refund.

        Raises:
            Refusal: no such payment, or it cannot bear the refund, or the refund_id is taken.
        """
        with self._lock:
            payment = self._wanted_payment(payment_id)
            return self._repeated(sent) or self._refund(self._bearer([payment], sent), sent)

    def refund_order(self, order_id: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Keep a checked refund body as a refund of the payment that Behaviour chooses, and return the refund.

        Raises:
            Refusal: no such order, or none or too many of its payments can bear it, or the refund_id is taken.
        """
        with self._lock:
            kept = self._wanted_order(order_id)
            return self._repeated(sent) or self._refund(self._bearer(kept.payments, sent), sent)

    def find_refund(self, refund_id: str) -> dict[str, Any]:
        """Return a copy of the refund in its documented shape.

        Raises:
            KeyError: nobody created it.
        """
        with self._lock:
            return deepcopy(self._refunds[refund_id][1].answer)

    def all_refunds(self) -> dict[str, dict[str, Any]]:
        """Return a copy of every refund in its documented shape, oldest first."""
        with self._lock:
            return {refund_id: self.find_refund(refund_id) for refund_id in self._refunds}

    def settle_refund(self, refund_id: str, refund_status: str) -> dict[str, Any]:
        """End a PENDING refund, or let one fail that had been taken on, and return it.

        Raises:
            KeyError: nobody created it.
            RefundClosed: it has ended already.
            ValueError: no refund ends in this word.
        """
        with self._lock:
            payment, refund = self._refunds[refund_id]
            end = known_end(refund_status, REFUND_ENDS)
            # Taken on is not yet credited.
            if refund.status != "PENDING" and (refund.status, end) != ("SUCCESS", "FAILED"):
                raise RefundClosed(refund_id, refund.status)
            refund.settle(end)
            self._reword(payment)
            return deepcopy(refund.answer)

    def _repeated(self, sent: dict[str, Any]) -> dict[str, Any] | None:
        """Give the refund that has this refund_id, or refuse it, or None where a new one is to be made."""
        choice = self.behaviour.repeated_refund_id
        if sent["refund_id"] not in self._refunds or choice == "second":
            return None
        if choice == "same":
            return self.find_refund(sent["refund_id"])
        raise refund_already_exists(int(choice))

    def _bearer(self, payments: list[KeptPayment], sent: dict[str, Any]) -> KeptPayment:
        behaviour, amount = self.behaviour, Decimal(sent["refund_amount"])
        captured = [payment for payment in payments if payment.phase is Phase.CAPTURED]
        if not captured:
            raise payment_not_refundable(behaviour.unrefundable_payment_status)
        able = [payment for payment in captured if amount <= self._left(payment)]
        if not able and behaviour.refuses_over_refund:
            raise over_refund(behaviour.over_refund_status)
        able = able or captured
        if len(able) > 1 and behaviour.order_refund_takes == "refused":
            raise ambiguous_refund(behaviour.ambiguous_refund_status)
        return able[-1] if behaviour.order_refund_takes == "newest" else able[0]

    def _left(self, payment: KeptPayment) -> Decimal:
        return payment.captured - payment.refunded(self.behaviour.counted_refund_statuses)

    def _refund(self, payment: KeptPayment, sent: dict[str, Any]) -> dict[str, Any]:
        order_id = payment.answer["order_id"]
        refund: KeptRefund = new_refund(
            sent, payment_id=payment.payment_id, order_id=order_id, behaviour=self.behaviour
        )
        payment.refunds.append(refund)
        self._refunds[sent["refund_id"]] = (payment, refund)
        self._reword(payment)
        return deepcopy(refund.answer)

    def _reword(self, payment: KeptPayment) -> None:
        if payment.phase is Phase.CAPTURED and payment.refunded(("SUCCESS",)) >= payment.captured:
            payment.answer["status"] = self.behaviour.refunded_payment_status
