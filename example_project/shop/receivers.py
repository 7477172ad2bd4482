"""What the shop does when something happens to a Flowwise order.

Safe to repeat: signals about money may come twice.
"""

from __future__ import annotations

import re
from typing import Any

from django_flowwise.models import Order, Refund
from django_flowwise.states import RefundState
from example_project.shop.models import CURRENCY, Line, ShopOrder
from example_project.shop.refunding import latest_refund, line_of


def link_flowwise_order(order: Order, **kwargs: Any) -> ShopOrder | None:
    """Point the shop's order at the Flowwise order that can be paid now: a new link is a new one."""
    shop_order = _shop_order_of(order)
    if shop_order and shop_order.flowwise_order_id != order.pk:
        shop_order.flowwise_order = order
        shop_order.save(update_fields=["flowwise_order"])
    return shop_order


def mark_paid(order: Order, **kwargs: Any) -> None:
    """Note that the money is there; here a shop would send the goods."""
    if shop_order := link_flowwise_order(order):
        ShopOrder.objects.filter(pk=shop_order.pk, paid_at=None).update(paid_at=order.paid_at)


def note_refund(order: Order, refund: Refund, **kwargs: Any) -> None:
    """Note that the money of a line is on its way back, or is not after all; here a shop would tell the customer.

    What is noted follows from the line's latest refund, whichever is told of, and in whatever order.
    """
    line = line_of(refund)
    latest = latest_refund(line) if line else None
    if line and latest:
        refunded_at = latest.settled_at if latest.state == RefundState.ACCEPTED else None
        Line.objects.filter(pk=line.pk).update(refunded_at=refunded_at)


def _shop_order_of(order: Order) -> ShopOrder | None:
    """Find the shop's order by its reference, and believe it only where the money is the same too."""
    number = re.fullmatch(r"SHOP-([0-9]{6,18})-[0-9a-f]{12}", order.reference)
    shop_order = ShopOrder.objects.filter(pk=number[1]).first() if number else None
    if shop_order is None or (shop_order.reference, shop_order.total, CURRENCY) != (
        order.reference,
        order.order_amount,
        order.order_currency,
    ):
        return None
    return shop_order
