"""Orders: create and look."""

from __future__ import annotations

from django_flowwise.client.deadline import Deadline
from django_flowwise.client.exchange import Exchange, or_raise
from django_flowwise.client.operations import CREATE_ORDER, GET_ORDER
from django_flowwise.wire import CreateOrderRequest, OrderSnapshot, read_order


class OrderOperations(Exchange):
    """Create and look at orders."""

    def create_order(self, request: CreateOrderRequest, *, deadline: Deadline | None = None) -> OrderSnapshot:
        """Register an order. Not safe to repeat before a look, unless it raised RequestNotSent.

        Source: Create Order, POST /orders (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                CREATE_ORDER.on(order_id=request.order_id),
                lambda body: read_order(body, request.order_id),
                request=request,
                deadline=deadline,
            )
        )

    def get_order(self, order_id: str, *, deadline: Deadline | None = None) -> OrderSnapshot:
        """Ask what Flowwise knows about an order. Safe to repeat.

        Source: Get Order, GET /orders/{order_id} (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                GET_ORDER.on(order_id=order_id), lambda body: read_order(body, order_id), deadline=deadline
            )
        )
