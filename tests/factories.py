"""What tests start from: a valid order in the database, and the bodies that Flowwise documents."""

from __future__ import annotations

import itertools
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from django_flowwise.models import Order

_BODIES = Path(__file__).parent / "flowwise_bodies"
_numbers = itertools.count(1)


def make_order(**overrides: Any) -> Order:
    """Save a valid order with a reference of its own, checked as the services check it."""
    order = Order(
        **{
            "reference": f"INV-{next(_numbers)}",
            "order_amount": Decimal("2299.50"),
            "order_currency": "INR",
            "customer_id": "cust_priya_sharma_2024",
            "customer_email": "priya.sharma@example.com",
            "customer_phone": "+919876543210",
            "customer_address": "123 Connaught Place, New Delhi, Delhi 110001, India",
            **overrides,
        }
    )
    order.full_clean(validate_unique=False, validate_constraints=False)
    order.save()
    return order


def vendor_bytes(name: str) -> bytes:
    """Give a documented body as it crosses the wire."""
    return (_BODIES / f"{name}.json").read_bytes()


def vendor_body(name: str) -> Any:
    """Give a documented body with exact numbers."""
    return json.loads(vendor_bytes(name), parse_float=Decimal)
