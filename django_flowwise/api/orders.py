"""Orders: look at them, create them, and have them created at Flowwise."""

from __future__ import annotations

import dataclasses
import uuid
from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.decorators.debug import sensitive_variables
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from rest_framework.viewsets import GenericViewSet

from django_flowwise import services
from django_flowwise.api.bodies import EmptyBody, OrderBody, read_body
from django_flowwise.api.endpoint import Endpoint, address_of
from django_flowwise.api.filters import OrderFilter
from django_flowwise.api.pagination import OrderPagination
from django_flowwise.api.permissions import OrderPermission, has_permissions
from django_flowwise.api.placement import Placement, draft, in_doubt, live_orders, live_orders_of, place
from django_flowwise.api.problems import Problem
from django_flowwise.api.serializers import OrderSerializer
from django_flowwise.exceptions import FlowwiseAPIError, FlowwiseError, MoveNotAllowed, OutcomeUnknown
from django_flowwise.models import FORGOTTEN, Order
from django_flowwise.services.transactions import writing_database


class OrderEndpoint(Endpoint, GenericViewSet[Order]):
    """Stand under every view about one order, which is found by its key."""

    queryset = Order.objects.select_related("superseded_by")
    filter_backends: list[Any] = []
    pagination_class: Any = None
    concerned: Order | None = None
    """The order that a problem of this request is about."""

    def get_order(self) -> Order:
        """Read the order; 404 where there is none, or the key is written otherwise than we write it."""
        key = str(self.kwargs["key"])
        try:
            is_key = str(uuid.UUID(key)) == key
        except ValueError:
            is_key = False
        if not is_key:
            raise Http404
        order: Order = get_object_or_404(self.get_queryset(), key=key)
        self.check_object_permissions(self.request, order)
        self.concerned = order
        return order

    def get_order_alone(self) -> Order:
        """Read the order of an act that takes nothing else; what is sent all the same is refused by name."""
        order = self.get_order()
        read_body(self.request, EmptyBody)
        return order

    def get_queryset(self) -> QuerySet[Order]:
        """Read where the services write: a copy that lags behind would not know what was just created."""
        return super().get_queryset().using(writing_database())

    def problem_members(self) -> dict[str, Any]:
        """Say which order a problem is about."""
        if self.concerned is None:
            return {}
        return {"order": address_of(self.request, "order-detail", key=self.concerned.key)}


class OrderViewSet(OrderEndpoint):
    """Answer for orders."""

    serializer_class: type[BaseSerializer[Order]] = OrderSerializer
    permission_classes = [OrderPermission]
    filter_backends = [OrderFilter]
    pagination_class = OrderPagination

    def list(self, request: Request, **_captured: Any) -> Response:
        """List orders, newest first."""
        orders = self.filter_queryset(self.get_queryset())
        page = self.paginate_queryset(orders)
        shown = self.get_serializer(orders if page is None else page, many=True).data
        return Response(shown) if page is None else self.get_paginated_response(shown)

    def retrieve(self, request: Request, **_captured: Any) -> Response:
        """Show an order as it is known here; asks Flowwise nothing."""
        return self.show(self.get_order())

    @sensitive_variables("content")
    def create(self, request: Request, **_captured: Any) -> Response:
        """Create an order, and with ``submit`` at Flowwise too; the same once more is the same order."""
        content = read_body(request, OrderBody)
        is_sent = content.pop("submit", False)
        for earlier in live_orders_of(content):
            # It would be told of, and perhaps superseded.
            self.check_object_permissions(request, earlier)
        try:
            return self.show_placement(place(content) if is_sent else draft(content))
        except FlowwiseError:
            self.concerned = live_orders_of(content).first()
            raise

    def submit(self, request: Request, **_captured: Any) -> Response:
        """Create the order at Flowwise; where it is not known whether that went well, the order tells."""
        order = self.get_order_alone()
        try:
            return self.show(services.submit_order(order))
        except OutcomeUnknown as error:
            return self.show_placement(in_doubt(order, error))

    def refresh(self, request: Request, **_captured: Any) -> Response:
        """Ask Flowwise about the order, its payments and its refunds."""
        return self.show(services.refresh_order(self.get_order_alone()))

    def reissue(self, request: Request, **_captured: Any) -> Response:
        """Give the reference of an expired order a new one; answers with the new order."""
        order = self.get_order_alone()
        had_successor = order.superseded_by_id is not None
        try:
            fresh = services.reissue_order(order)
        except OutcomeUnknown as error:
            return self.show_placement(in_doubt(live_orders(order.account, order.reference).first(), error))
        except (FlowwiseAPIError, MoveNotAllowed):
            self.concerned = live_orders(order.account, order.reference).first() or order
            raise
        return self.show_placement(Placement(fresh, 200 if had_successor else 201))

    def worded(self, problem: Problem) -> Problem:
        """Keep which of a customer's fields differ from those who may not see them: they could guess."""
        fields = problem.members.get("fields", ())
        if FORGOTTEN.keys().isdisjoint(fields) or has_permissions(self.request, "change_order"):
            return problem
        told = list(dict.fromkeys("customer" if name in FORGOTTEN else name for name in fields))
        return dataclasses.replace(problem, detail=problem.plain, members={**problem.members, "fields": told})

    def show(self, order: Order, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
        """Answer with an order."""
        return Response(self.get_serializer(order).data, status=status, headers=dict(headers or {}))

    def show_placement(self, placement: Placement) -> Response:
        """Answer with an order that may be new, and say where it is."""
        address = address_of(self.request, "order-detail", key=placement.order.key)
        return self.show(placement.order, placement.status, {"Location": address, **placement.headers})
