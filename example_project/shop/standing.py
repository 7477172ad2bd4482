"""How an order stands, as its customer is told: never better than it is known to be."""

from __future__ import annotations

import enum

from django_flowwise import services
from django_flowwise.models import Order
from django_flowwise.services import PaymentProgress
from django_flowwise.states import OrderState
from example_project.shop.models import ShopOrder


class Standing(enum.StrEnum):
    """Say what a customer reads."""

    PAID = "paid"
    """Proven: only an order that is PAID."""
    REVERSED = "reversed"
    """The money had arrived, and went back."""
    UNDER_WAY = "under_way"
    """A payment is open, or only held: the customer has done all, and must not pay again."""
    FAILED = "failed"
    """Every attempt has come to nothing; the customer can try again."""
    EXPIRED = "expired"
    """The link is of no more use, and there can be a new one."""
    CANCELLED = "cancelled"
    """The order was withdrawn."""
    OPEN = "open"
    """Nothing is known of a payment."""


_BY_STATE = {
    OrderState.PAID: Standing.PAID,
    OrderState.REVERSED: Standing.REVERSED,
}


def standing_of(order: ShopOrder) -> Standing:
    """Say how an order stands, by what was last seen; makes no request."""
    flowwise_order = order.flowwise_order
    if flowwise_order is None:
        return Standing.OPEN
    state = OrderState(flowwise_order.state)
    return _BY_STATE[state] if state in _BY_STATE else _unpaid(flowwise_order)


def _unpaid(order: Order) -> Standing:
    progress = services.payment_progress(order)
    if progress is PaymentProgress.UNDER_WAY:
        return Standing.UNDER_WAY
    if order.state == OrderState.WITHDRAWN:
        return Standing.CANCELLED
    if services.is_reissuable(order):
        return Standing.EXPIRED
    return Standing.FAILED if progress is PaymentProgress.FAILED else Standing.OPEN
