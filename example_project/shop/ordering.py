"""From a basket to an order that is on its way to being paid."""

from __future__ import annotations

import uuid

from django.db import IntegrityError, transaction

from django_flowwise import services
from example_project.shop.basket import Basket
from example_project.shop.models import CURRENCY, Line, ShopOrder


def order_of(key: uuid.UUID | None) -> ShopOrder | None:
    """Give the order that was taken under this key, if one was."""
    return ShopOrder.objects.filter(key=key).first() if key else None


def take_order(basket: Basket, key: uuid.UUID, order: ShopOrder) -> ShopOrder:
    """Save the shop's order and the draft of its Flowwise order, both or neither; makes no request.

    Taken twice with the same key, as after a double click, it is the order that was there first.
    """
    order.key = key
    try:
        with transaction.atomic():
            return _save(basket, order)
    except IntegrityError:
        return ShopOrder.objects.get(key=key)


def _save(basket: Basket, order: ShopOrder) -> ShopOrder:
    order.save()
    Line.objects.bulk_create(
        Line(order=order, product=product, quantity=quantity, price=product.price)
        for product, quantity, _total in basket.lines
    )
    order.flowwise_order = services.create_order(
        reference=order.reference,
        order_amount=order.total,
        order_currency=CURRENCY,
        customer_id=f"customer-{order.key.hex}",
        customer_email=order.email,
        customer_phone=order.phone,
        customer_address=order.address,
        order_note=f"Order {order.number}",
        order_tags={"source": "web"},
    )
    order.save(update_fields=["flowwise_order"])
    return order
