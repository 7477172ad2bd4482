"""From a basket to an order that is on its way to being paid."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from django_flowwise import services
from example_project.shop.basket import Basket
from example_project.shop.models import CURRENCY, Line, ShopOrder


class TotalChanged(ValidationError):
    """It costs something else than the customer was shown; nothing was saved."""


def order_of(key: uuid.UUID | None) -> ShopOrder | None:
    """Give the order that was taken under this key, if one was."""
    return ShopOrder.objects.filter(key=key).first() if key else None


def take_order(basket: Basket, key: uuid.UUID, order: ShopOrder, *, shown_total: Decimal) -> ShopOrder:
    """Save the shop's order and the draft of its Flowwise order, both or neither; makes no request.

    Taken twice with the same key, as after a double click, it is the order that was there first.

    Raises:
        TotalChanged: it costs something else than the customer was shown; nothing was saved.
    """
    order.key = key
    try:
        with transaction.atomic():
            return _save(basket, order, shown_total)
    except IntegrityError:
        return as_shown(ShopOrder.objects.get(key=key), shown_total)


def as_shown(order: ShopOrder, shown_total: Decimal) -> ShopOrder:
    """Give the order, as long as it costs what the customer was shown.

    Raises:
        TotalChanged: it does not.
    """
    if order.total != shown_total:
        raise TotalChanged(
            "The basket has changed since this page was loaded. Load it again to see what it costs."
        )
    return order


def content_of(order: ShopOrder) -> dict[str, Any]:
    """Say what the shop's order is to be at Flowwise; the amount is the sum of its lines."""
    return {
        "reference": order.reference,
        "order_amount": order.total,
        "order_currency": CURRENCY,
        "customer_id": f"customer-{order.key.hex}",
        "customer_email": order.email,
        "customer_phone": order.phone,
        "customer_address": order.address,
        "order_note": f"Order {order.number}",
        "order_tags": {"source": "web"},
    }


def _save(basket: Basket, order: ShopOrder, shown_total: Decimal) -> ShopOrder:
    order.save()
    Line.objects.bulk_create(
        Line(order=order, product=product, quantity=quantity, price=product.price)
        for product, quantity, _total in basket.lines
    )
    order.flowwise_order = services.create_order(**content_of(as_shown(order, shown_total)))
    order.save(update_fields=["flowwise_order"])
    return order
