"""What an order's state and the clock allow to be offered: a payment, a submission, a new link. Reads nothing."""

from __future__ import annotations

from django.utils import timezone

from django_flowwise.models import Order
from django_flowwise.services.absence import has_lapsed_claim
from django_flowwise.states import SUBMITTABLE, OrderState


def is_past_expiry(order: Order) -> bool:
    """Tell whether the time that Flowwise gave for the order is over."""
    return order.order_expiry_time is not None and order.order_expiry_time <= timezone.now()


def is_submittable(order: Order) -> bool:
    """Tell whether submit_order may claim the order; a claim that was left behind may be taken over."""
    return order.state in SUBMITTABLE or has_lapsed_claim(order)


def is_reissuable(order: Order) -> bool:
    """Tell whether the order's link is of no more use, so that it may have a new one."""
    return order.state == OrderState.EXPIRED or (order.state == OrderState.ACTIVE and is_past_expiry(order))
