"""What crosses the wire, both ways: frozen structs with the vendor's field names.

Knows JSON and nothing of HTTP, settings or the database. Every field of an answer is optional and is read by
itself: one that does not fit counts as absent, since the public pages mark none of them as required.

Source: the eleven operations under https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (read
2026-11-24).
"""

from __future__ import annotations

from django_flowwise.wire.answers import (
    UNREADABLE_WORD,
    CustomerSnapshot,
    ErrorAnswer,
    OrderSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
)
from django_flowwise.wire.payment_requests import (
    MERCHANT_INITIATED,
    PAYMENT_METHODS,
    AuthorizePaymentRequest,
    CardDataRefused,
    CreatePaymentRequest,
    RefundRequest,
)
from django_flowwise.wire.reading import (
    UnreadableAnswer,
    read_customer,
    read_error,
    read_order,
    read_payment,
    read_payments,
    read_refund,
)
from django_flowwise.wire.requests import CreateOrderRequest, CustomerDetails, CustomerRequest, Request, encode

__all__ = [
    "MERCHANT_INITIATED",
    "PAYMENT_METHODS",
    "UNREADABLE_WORD",
    "AuthorizePaymentRequest",
    "CardDataRefused",
    "CreateOrderRequest",
    "CreatePaymentRequest",
    "CustomerDetails",
    "CustomerRequest",
    "CustomerSnapshot",
    "ErrorAnswer",
    "OrderSnapshot",
    "PaymentSnapshot",
    "RefundRequest",
    "RefundSnapshot",
    "Request",
    "UnreadableAnswer",
    "encode",
    "read_customer",
    "read_error",
    "read_order",
    "read_payment",
    "read_payments",
    "read_refund",
]
