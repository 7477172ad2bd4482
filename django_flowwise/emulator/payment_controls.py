"""What code may do to payments, as their payers, their banks and Flowwise itself would.

Only the emulator's one object is made of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.tenders import Tender


class PaymentControls:
    """Payments by the hand of a test. An order may have several attempts."""

    _ledger: Ledger

    @property
    def payments(self) -> Mapping[str, list[dict[str, Any]]]:
        """A copy of the payments of every order, by order_id, oldest first, in the documented shape."""
        return {
            order_id: [payment.answer for payment in kept.payments]
            for order_id, kept in self._ledger.all_orders().items()
        }

    def pay(
        self,
        order_id: str,
        *,
        amount: Decimal | int | str | None = None,
        currency: str | None = None,
        method: str = "upi",
    ) -> dict[str, Any]:
        """Pay an order as its customer would, and return the payment.

        The order is PAID then, also when `amount` (major units) or `currency` is not the order's.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: it cannot be paid any more.
            ValueError: the amount is no number above 0, or the method or the currency no word.
        """
        return self._ledger.pay(order_id, Tender.of(amount=amount, currency=currency, method=method))

    def fail(
        self,
        order_id: str,
        *,
        amount: Decimal | int | str | None = None,
        currency: str | None = None,
        method: str = "upi",
    ) -> dict[str, Any]:
        """Try to pay an order in vain, and return the FAILED payment.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: no payment can be tried any more.
            ValueError: the amount is no number above 0, or the method or the currency no word.
        """
        return self._ledger.fail(order_id, Tender.of(amount=amount, currency=currency, method=method))

    def drop(self, order_id: str, *, method: str = "upi") -> dict[str, Any] | None:
        """Leave the checkout page without paying, and return the USER_DROPPED payment where one is kept.

        Raises:
            KeyError: nobody created the order.
            ValueError: the method is no word.
        """
        return self._ledger.drop(order_id, Tender.of(method=method))

    def authorise(
        self,
        order_id: str,
        *,
        amount: Decimal | int | str | None = None,
        currency: str | None = None,
        method: str = "cc",
    ) -> dict[str, Any]:
        """Hold an order's money without taking it, and return the payment, to be captured or voided.

        Its capture_status is AUTHORISED and its capture_amount 0; the order stays ACTIVE, unless
        `Behaviour.authorised_order_status` says otherwise.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: no payment can be tried any more.
            ValueError: the amount is no number above 0, or the method or the currency no word.
        """
        return self._ledger.authorise(order_id, Tender.of(amount=amount, currency=currency, method=method))

    def start_payment(
        self,
        order_id: str,
        *,
        amount: Decimal | int | str | None = None,
        currency: str | None = None,
        method: str = "upi",
    ) -> dict[str, Any]:
        """Begin a payment whose end nobody knows yet, and return it, PENDING; the order stays as it is.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: no payment can be tried any more.
            ValueError: the amount is no number above 0, or the method or the currency no word.
        """
        return self._ledger.start_payment(order_id, Tender.of(amount=amount, currency=currency, method=method))

    def finish_payment(self, payment_id: str, status: str = "SUCCESS") -> dict[str, Any]:
        """End a PENDING payment, also after its order has expired, and return it.

        SUCCESS takes the money; FAILED, USER_DROPPED, INIT_FAILED and CANCELLED leave it with the payer.

        Raises:
            KeyError: there is no such payment.
            PaymentClosed: it has ended already.
            ValueError: it cannot end in this word.
        """
        return self._ledger.finish_payment(payment_id, status)

    def reverse(self, payment_id: str) -> dict[str, Any]:
        """Send a payment's money back to the payer without a refund, and return it, REVERSED.

        What its order says then is `Behaviour.reversed_order_status`.

        Raises:
            KeyError: there is no such payment.
            PaymentClosed: it has no money, captured or held.
        """
        return self._ledger.reverse(payment_id)
