"""What the shop does when something happens to a Flowwise order.

Safe to repeat: signals about money may come twice.
"""

from __future__ import annotations

from typing import Any

from django_flowwise.models import Order
from example_project.shop.models import ShopOrder


def link_flowwise_order(order: Order, **kwargs: Any) -> None:
    """Point the shop's order at the Flowwise order that can be paid now: a new link is a new one."""
    for shop_order in _orders_of(order).exclude(flowwise_order_id=order.pk):
        shop_order.flowwise_order = order
        shop_order.save(update_fields=["flowwise_order"])


def mark_paid(order: Order, **kwargs: Any) -> None:
    """Note that the money is there; here a shop would send the goods."""
    _orders_of(order).filter(paid_at=None).update(paid_at=order.paid_at)


def _orders_of(order: Order) -> Any:
    number = order.reference.removeprefix("SHOP-")
    return ShopOrder.objects.filter(pk=int(number)) if number.isdecimal() else ShopOrder.objects.none()
