"""The ledger's payments: how they begin, and how their money moves.

Only the ledger imports it.
"""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import Any, Final

from django_flowwise.emulator.ledger.orders import OrderBook
from django_flowwise.emulator.orders import KeptOrder, OrderClosed
from django_flowwise.emulator.payments import (
    KeptPayment,
    PaymentClosed,
    Phase,
    authorization_answer,
    creation_answer,
    new_payment,
)
from django_flowwise.emulator.refusals import (
    invalid_field,
    order_closed,
    order_not_found,
    over_capture,
    payment_not_capturable,
    payment_not_found,
)
from django_flowwise.emulator.return_address import return_address
from django_flowwise.emulator.tenders import PAYMENT_ENDS, Tender, known_end

_PHASES: Final = {"SUCCESS": Phase.CAPTURED, "PENDING": Phase.OPEN}


class PaymentBook(OrderBook):
    """Payments, by payment_id and by order."""

    def pay(self, order_id: str, tender: Tender) -> dict[str, Any]:
        """Pay the order: a SUCCESS payment, and the order is PAID, whatever the amount.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: it cannot be paid any more.
        """
        with self._lock:
            return deepcopy(self._begin(self._payable(order_id), "SUCCESS", tender).answer)

    def fail(self, order_id: str, tender: Tender) -> dict[str, Any]:
        """Try to pay the order in vain: a FAILED payment; the order stays as it is.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: no payment can be tried any more.
        """
        with self._lock:
            return deepcopy(self._begin(self._payable(order_id), "FAILED", tender).answer)

    def drop(self, order_id: str, tender: Tender) -> dict[str, Any] | None:
        """Leave the checkout page: a USER_DROPPED payment, where Behaviour and the order's state let one be.

        Raises:
            KeyError: nobody created the order.
        """
        with self._lock:
            kept = self._look(order_id)
            if not (self.behaviour.leaving_records_payment and kept.is_payable(self.behaviour)):
                return None
            return deepcopy(self._begin(kept, "USER_DROPPED", tender).answer)

    def authorise(self, order_id: str, tender: Tender) -> dict[str, Any]:
        """Hold the order's money without taking it; Behaviour says whether the order is PAID then.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: no payment can be tried any more.
        """
        with self._lock:
            kept = self._payable(order_id)
            payment = self._add(kept, tender)
            payment.enter(Phase.HELD, self.behaviour.authorised_payment_status, self.behaviour)
            if self.behaviour.authorised_order_status == "PAID":
                kept.answer["order_status"] = "PAID"
            return deepcopy(payment.answer)

    def start_payment(self, order_id: str, tender: Tender) -> dict[str, Any]:
        """Begin a payment whose end nobody knows yet: PENDING.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: no payment can be tried any more.
        """
        with self._lock:
            return deepcopy(self._begin(self._payable(order_id), "PENDING", tender).answer)

    def finish_payment(self, payment_id: str, status: str) -> dict[str, Any]:
        """End a PENDING payment, also after its order has expired; any word but SUCCESS is a failure.

        Raises:
            KeyError: there is no such payment.
            PaymentClosed: it has ended already.
            ValueError: no payment ends in this word.
        """
        with self._lock:
            kept, payment = self._payments[payment_id]
            if payment.phase is not Phase.OPEN:
                raise PaymentClosed(payment_id, payment.status)
            if known_end(status, PAYMENT_ENDS) == "SUCCESS":
                payment.enter(Phase.CAPTURED, status, self.behaviour, captured=payment.amount)
                self._as_of_now(kept).succeed(self.behaviour)
            else:
                payment.enter(Phase.FAILED, status, self.behaviour)
            return deepcopy(payment.answer)

    def reverse(self, payment_id: str) -> dict[str, Any]:
        """Send held or captured money back to the payer: the payment is REVERSED.

        Raises:
            KeyError: there is no such payment.
            PaymentClosed: it has no money.
        """
        with self._lock:
            kept, payment = self._payments[payment_id]
            if payment.phase not in {Phase.HELD, Phase.CAPTURED}:
                raise PaymentClosed(payment_id, payment.status)
            payment.reverse(self.behaviour)
            kept.lose_money(self.behaviour.reversed_order_status, self._clock())
            return deepcopy(payment.answer)

    def find_payment(self, payment_id: str) -> KeptPayment:
        """Return a copy of the payment.

        Raises:
            KeyError: there is no such payment.
        """
        with self._lock:
            return deepcopy(self._payments[payment_id][1])

    def pay_by_hash(self, order_hash: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Keep a checked Create Payment body as a new payment, and return it in that operation's shape.

        Raises:
            Refusal: no such order, or it takes no payment, or not by this method.
        """
        with self._lock:
            behaviour, method = self.behaviour, sent["payment_method"]
            if order_hash not in self._by_hash:
                raise order_not_found(behaviour.unknown_order_hash_status)
            kept = self._as_of_now(self._by_hash[order_hash])
            if not kept.is_payable(behaviour):
                raise order_closed(behaviour.closed_order_status, kept.status)
            if behaviour.refuses_methods_not_offered and not kept.offers(method):
                reason = "is not among the payment_methods of the order"
                raise invalid_field(behaviour.invalid_request_status, "payment_method", reason)
            payment = self._begin(kept, behaviour.created_payment_status, Tender(method=method))
            base = sent.get("return_base_url") or kept.sent.get("return_base_url", "")
            payment.return_url = return_address(base, kept.answer["order_id"], behaviour) if base else ""
            expiry = kept.answer["order_expiry_time"]
            return creation_answer(payment, order_expiry_time=expiry, origin=self.origin, behaviour=behaviour)

    def authorize(self, order_id: str, payment_id: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Capture or void held money as a checked Authorize Payment body says, and return the payment.

        Raises:
            Refusal: no such order or payment, or it holds no money, or not so much.
        """
        with self._lock:
            kept = self._wanted_order(order_id)
            payment = self._wanted_payment(payment_id)
            if payment not in kept.payments:
                raise payment_not_found(self.behaviour.unknown_payment_status)
            if sent["action"] == "VOID":
                self._void(kept, payment)
                return authorization_answer(payment, "Payment voided successfully")
            self._capture(kept, payment, Decimal(sent["capture_amount"]))
            return authorization_answer(payment, "Payment captured successfully")

    def _capture(self, kept: KeptOrder, payment: KeptPayment, amount: Decimal) -> None:
        behaviour = self.behaviour
        again = behaviour.second_capture_allowed and payment.phase is Phase.CAPTURED
        if payment.phase is not Phase.HELD and not again:
            raise payment_not_capturable(behaviour.uncapturable_payment_status, payment.status)
        left = payment.amount - payment.captured
        if not 0 < amount <= left or (amount < left and not behaviour.partial_capture_allowed):
            raise over_capture(behaviour.over_capture_status)
        payment.enter(Phase.CAPTURED, "SUCCESS", behaviour, captured=payment.captured + amount)
        kept.succeed(behaviour)

    def _void(self, kept: KeptOrder, payment: KeptPayment) -> None:
        behaviour = self.behaviour
        late = behaviour.void_after_capture_allowed and payment.phase is Phase.CAPTURED
        if payment.phase is not Phase.HELD and not late:
            raise payment_not_capturable(behaviour.uncapturable_payment_status, payment.status)
        payment.enter(Phase.VOIDED, behaviour.voided_payment_status, behaviour)
        kept.lose_money(behaviour.voided_order_status, self._clock())

    def _payable(self, order_id: str) -> KeptOrder:
        kept = self._look(order_id)
        if not kept.is_payable(self.behaviour):
            raise OrderClosed(order_id, kept.status)
        return kept

    def _wanted_payment(self, payment_id: str) -> KeptPayment:
        """Find the payment, or refuse the operation that names it."""
        if payment_id not in self._payments:
            raise payment_not_found(self.behaviour.unknown_payment_status)
        return self._payments[payment_id][1]

    def _begin(self, kept: KeptOrder, status: str, tender: Tender) -> KeptPayment:
        payment = self._add(kept, tender)
        phase = _PHASES.get(status, Phase.FAILED)
        captured = payment.amount if phase is Phase.CAPTURED else Decimal(0)
        payment.enter(phase, status, self.behaviour, captured=captured)
        if phase is Phase.CAPTURED:
            kept.answer["order_status"] = "PAID"
        return payment

    def _add(self, kept: KeptOrder, tender: Tender) -> KeptPayment:
        payment = new_payment(
            order_id=kept.answer["order_id"],
            method=tender.method,
            amount=kept.amount if tender.amount is None else tender.amount,
            currency=kept.sent["order_currency"] if tender.currency is None else tender.currency,
            started_at=self._clock(),
        )
        kept.payments.append(payment)
        self._payments[payment.payment_id] = (kept, payment)
        return payment
