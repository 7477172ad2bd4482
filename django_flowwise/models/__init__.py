"""The tables of the package."""

from __future__ import annotations

from django_flowwise.models.fields import SENT_FIELDS, live_key_of, new_order_id
from django_flowwise.models.orders import Order
from django_flowwise.models.querysets import OrderQuerySet

__all__ = ["SENT_FIELDS", "Order", "OrderQuerySet", "live_key_of", "new_order_id"]
