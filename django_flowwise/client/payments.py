"""Payments: create, look, capture and void. Refunds are apart, though one of them shares a payment's path."""

from __future__ import annotations

from decimal import Decimal

from django_flowwise.client.deadline import Deadline
from django_flowwise.client.exchange import Exchange, or_raise
from django_flowwise.client.operations import (
    CAPTURE_PAYMENT,
    CREATE_PAYMENT,
    GET_PAYMENT,
    LIST_PAYMENTS,
    VOID_PAYMENT,
)
from django_flowwise.wire import (
    AuthorizePaymentRequest,
    CreatePaymentRequest,
    PaymentSnapshot,
    read_payment,
    read_payments,
)


class PaymentOperations(Exchange):
    """Create, look at, capture and void payments."""

    def create_payment(
        self, order_hash: str, request: CreatePaymentRequest, *, deadline: Deadline | None = None
    ) -> PaymentSnapshot:
        """Start a payment of an order. Not safe to repeat: it has no key of ours; in doubt, list the payments.

        Its errors name no id, since an order_hash opens the order to whoever holds it.

        Source: Create Payment, POST /order/pay/{order_hash} (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                CREATE_PAYMENT.on(order_hash=order_hash), read_payment, request=request, deadline=deadline
            )
        )

    def get_payment(self, payment_id: str, *, deadline: Deadline | None = None) -> PaymentSnapshot:
        """Ask what Flowwise knows about a payment. Safe to repeat.

        Source: Get Payment, GET /payments/{payment_id} (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                GET_PAYMENT.on(payment_id=payment_id),
                lambda body: read_payment(body, payment_id=payment_id),
                deadline=deadline,
            )
        )

    def list_payments(self, order_id: str, *, deadline: Deadline | None = None) -> tuple[PaymentSnapshot, ...]:
        """Ask for every payment of an order, in no promised sequence. Safe to repeat.

        Source: Get All Payments for Order, GET /orders/{orderId}/payments (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                LIST_PAYMENTS.on(order_id=order_id),
                lambda body: read_payments(body, order_id),
                deadline=deadline,
            )
        )

    def capture_payment(
        self, order_id: str, payment_id: str, capture_amount: Decimal, *, deadline: Deadline | None = None
    ) -> PaymentSnapshot:
        """Take the money of an authorised payment. Not safe to repeat before a look at the payment.

        Source: Authorize Payment, POST /orders/{order_id}/payments/{payment_id}/authorize (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                CAPTURE_PAYMENT.on(order_id=order_id, payment_id=payment_id),
                lambda body: read_payment(body, payment_id=payment_id, order_id=order_id),
                request=AuthorizePaymentRequest("CAPTURE", capture_amount),
                deadline=deadline,
            )
        )

    def void_payment(
        self, order_id: str, payment_id: str, capture_amount: Decimal, *, deadline: Deadline | None = None
    ) -> PaymentSnapshot:
        """Let go of an authorised payment. Not safe to repeat before a look at the payment.

        Source: Authorize Payment, POST /orders/{order_id}/payments/{payment_id}/authorize (read 2026-11-24);
        ``capture_amount`` is listed as required there, and nothing says that a void does without.
        """
        return or_raise(
            self._exchange(
                VOID_PAYMENT.on(order_id=order_id, payment_id=payment_id),
                lambda body: read_payment(body, payment_id=payment_id, order_id=order_id),
                request=AuthorizePaymentRequest("VOID", capture_amount),
                deadline=deadline,
            )
        )
