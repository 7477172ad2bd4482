"""Refunds: of a payment, of an order, and a look. ``POST`` on a payment's path is one; ``GET`` there is none."""

from __future__ import annotations

from django_flowwise.client.deadline import Deadline
from django_flowwise.client.exchange import Exchange, or_raise
from django_flowwise.client.operations import GET_REFUND, REFUND_ORDER, REFUND_PAYMENT
from django_flowwise.wire import RefundRequest, RefundSnapshot, read_refund


class RefundOperations(Exchange):
    """Create and look at refunds. Keep the refund_id before the call: there is no list of them."""

    def refund_payment(
        self, payment_id: str, request: RefundRequest, *, deadline: Deadline | None = None
    ) -> RefundSnapshot:
        """Give money of a payment back. Not safe to repeat before get_refund, unless it raised RequestNotSent.

        Source: Create Refund by Payment ID, POST /payments/{payment_id} (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                REFUND_PAYMENT.on(payment_id=payment_id, refund_id=request.refund_id),
                lambda body: read_refund(body, request.refund_id, payment_id=payment_id),
                request=request,
                deadline=deadline,
            )
        )

    def refund_order(
        self, order_id: str, request: RefundRequest, *, deadline: Deadline | None = None
    ) -> RefundSnapshot:
        """Give money of an order back; of which payment, where there are several, is not documented.

        Not safe to repeat before get_refund, unless it raised RequestNotSent.

        Source: Create Refund by Order ID, POST /orders/{order_id}/refunds (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                REFUND_ORDER.on(order_id=order_id, refund_id=request.refund_id),
                lambda body: read_refund(body, request.refund_id, order_id=order_id),
                request=request,
                deadline=deadline,
            )
        )

    def get_refund(self, refund_id: str, *, deadline: Deadline | None = None) -> RefundSnapshot:
        """Ask what Flowwise knows about a refund. Safe to repeat.

        Source: Get Refund, GET /refunds/{refund_id} (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                GET_REFUND.on(refund_id=refund_id), lambda body: read_refund(body, refund_id), deadline=deadline
            )
        )
