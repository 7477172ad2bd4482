"""Addresses of the API; include them under any prefix, namespace or version."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path

from django_flowwise.api.orders import OrderViewSet
from django_flowwise.api.payments import PaymentViewSet
from django_flowwise.api.refunds import RefundViewSet

app_name = "flowwise-api"


def routes(
    orders: type[OrderViewSet] = OrderViewSet,
    payments: type[PaymentViewSet] = PaymentViewSet,
    refunds: type[RefundViewSet] = RefundViewSet,
) -> list[URLPattern]:
    """Give the addresses, for a shop that has changed one of the views."""

    def view(noun: Any, **actions: str) -> Any:
        return noun.as_view(actions, detail="list" not in actions.values())

    return [
        path("orders/", orders.as_view({"get": "list", "post": "create"}), name="order-list"),
        path("orders/<str:key>/", orders.as_view({"get": "retrieve"}, detail=True), name="order-detail"),
        path("orders/<str:key>/submit/", view(orders, post="submit"), name="order-submit"),
        path("orders/<str:key>/refresh/", view(orders, post="refresh"), name="order-refresh"),
        path("orders/<str:key>/reissue/", view(orders, post="reissue"), name="order-reissue"),
        path("orders/<str:key>/payments/", view(payments, get="list"), name="order-payments"),
        path("orders/<str:key>/refunds/", view(refunds, get="list", post="create"), name="order-refunds"),
    ]


urlpatterns = routes()
