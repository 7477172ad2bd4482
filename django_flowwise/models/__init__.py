"""The tables of the package."""

from __future__ import annotations

from django_flowwise.models.claimed import ClaimedRow
from django_flowwise.models.fields import FORGOTTEN, SENT_FIELDS, live_key_of, new_order_id
from django_flowwise.models.orders import Order
from django_flowwise.models.payments import CaptureAction, Payment
from django_flowwise.models.querysets import OrderQuerySet
from django_flowwise.models.refunds import Refund, RefundQuerySet, amount_left, is_minted, new_refund_id

__all__ = [
    "FORGOTTEN",
    "SENT_FIELDS",
    "CaptureAction",
    "ClaimedRow",
    "Order",
    "OrderQuerySet",
    "Payment",
    "Refund",
    "RefundQuerySet",
    "amount_left",
    "is_minted",
    "live_key_of",
    "new_order_id",
    "new_refund_id",
]
