"""What the tests of the shop share: something to buy, and an order for it."""

from __future__ import annotations

from typing import Any

import pytest

from django_flowwise import services
from example_project.shop.models import CURRENCY, Line, Product, ShopOrder
from example_project.shop.stock import fill_shelves


@pytest.fixture
def lamp() -> Product:
    fill_shelves()
    return Product.objects.get(name="Brass lamp")


@pytest.fixture
def ordered(lamp: Product, flowwise_emulator: Any) -> ShopOrder:
    """Give an order for two lamps and a tea set that its customer can pay."""
    order = ShopOrder.objects.create(
        name="Priya Sharma", email="p@example.com", phone="+919876543210", address="x"
    )
    tea = Product.objects.get(name="Tea for two")
    Line.objects.create(order=order, product=lamp, quantity=2, price=lamp.price)
    Line.objects.create(order=order, product=tea, quantity=1, price=tea.price)
    order.flowwise_order = services.place_order(
        reference=order.reference,
        order_amount=order.total,
        order_currency=CURRENCY,
        customer_id=f"customer-{order.key.hex}",
    )
    order.save()
    return order


@pytest.fixture
def paid(ordered: ShopOrder, flowwise_emulator: Any) -> ShopOrder:
    assert ordered.flowwise_order
    flowwise_emulator.pay(ordered.flowwise_order.order_id)
    services.refresh_order(ordered.flowwise_order)
    ordered.refresh_from_db()
    return ordered
