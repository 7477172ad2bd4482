"""Refunds of one order: look at them, and give money back."""

from __future__ import annotations

from typing import Any

from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response

from django_flowwise import services
from django_flowwise.api.bodies import RefundBody, read_body
from django_flowwise.api.endpoint import address_of
from django_flowwise.api.orders import OrderEndpoint
from django_flowwise.api.permissions import RefundPermission
from django_flowwise.api.placement import retry_after_doubt
from django_flowwise.api.serializers import RefundListSerializer, RefundSerializer
from django_flowwise.exceptions import MoveNotAllowed, OutcomeUnknown
from django_flowwise.models import Order, Payment, Refund, RefundQuerySet
from django_flowwise.services.transactions import writing_database


class RefundViewSet(OrderEndpoint):
    """Answer for refunds."""

    serializer_class = RefundListSerializer
    permission_classes = [RefundPermission]

    def list(self, request: Request, **_captured: Any) -> Response:
        """List the refunds of an order, oldest first; asks Flowwise nothing."""
        refunds = _refunds().filter(payment__order=self.get_order()).select_related("payment")
        return Response(self.get_serializer({"results": refunds}).data)

    @sensitive_variables("asked")
    def create(self, request: Request, **_captured: Any) -> Response:
        """Give money back; the same ``refund_id`` once more is the same refund."""
        order = self.get_order()
        asked = read_body(request, RefundBody)
        payment = _payment_of(order, asked.pop("payment_id"))
        refunds = _refunds().filter(payment=payment, refund_id=asked["refund_id"])
        is_known = refunds.exists()
        try:
            refund = services.refund_payment(payment, **asked)
        except OutcomeUnknown as error:
            doubted: Refund | None = refunds.select_related("payment").first()
            if doubted is None:
                raise
            return self._show(order, doubted, 202, retry_after_doubt(doubted, error))
        return self._show(order, refund, 200 if is_known else 201)

    def _show(self, order: Order, refund: Refund, status: int, headers: dict[str, str] | None = None) -> Response:
        refund.payment.order = order
        shown = RefundSerializer(refund, context=self.get_serializer_context())
        address = address_of(self.request, "order-refunds", key=order.key)
        return Response(shown.data, status=status, headers={"Location": address, **(headers or {})})


def _payment_of(order: Order, payment_id: str) -> Payment:
    for payment in order.payments.using(writing_database()):
        if payment.payment_id == payment_id:
            return payment
    raise MoveNotAllowed("The order has no payment of this payment_id here; refresh the order first.")


def _refunds() -> RefundQuerySet:
    return Refund.objects.using(writing_database())
