"""Payments of one order, as they are known here."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from django_flowwise.api.orders import OrderEndpoint
from django_flowwise.api.permissions import PaymentPermission
from django_flowwise.api.serializers import PaymentListSerializer
from django_flowwise.services.transactions import writing_database


class PaymentViewSet(OrderEndpoint):
    """Answer for payments."""

    serializer_class = PaymentListSerializer
    permission_classes = [PaymentPermission]

    def list(self, request: Request, **_captured: Any) -> Response:
        """List the attempts to pay an order, oldest first; asks Flowwise nothing."""
        payments = self.get_order().payments.using(writing_database())
        return Response(self.get_serializer({"results": payments}).data)
