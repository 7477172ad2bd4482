"""What crosses the wire, both ways: frozen structs with the vendor's field names.

Knows JSON and nothing of HTTP, settings or the database. Every field of an answer is optional and is read by
itself: one that does not fit counts as absent, since the public pages mark none of them as required.

Source: Create Order, Get Order and Get All Payments for Order under
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (read 2026-11-24).
"""

from __future__ import annotations

from django_flowwise.wire.answers import ErrorAnswer, OrderSnapshot, PaymentSnapshot
from django_flowwise.wire.reading import UnreadableAnswer, read_error, read_order, read_payments
from django_flowwise.wire.requests import CreateOrderRequest, CustomerDetails, encode

__all__ = [
    "CreateOrderRequest",
    "CustomerDetails",
    "ErrorAnswer",
    "OrderSnapshot",
    "PaymentSnapshot",
    "UnreadableAnswer",
    "encode",
    "read_error",
    "read_order",
    "read_payments",
]
