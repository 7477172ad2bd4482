"""What may be sent, as far as JSON Schema can say it: the names of the bodies, in the limits of the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.plumbing import append_meta
from rest_framework.serializers import Serializer

from django_flowwise.api.bodies import EmptyBody, OrderBody, RefundBody
from django_flowwise.api.fields import TruthField, VerbatimAmountField
from django_flowwise.api.schema.columns import amount_schema, column_schema
from django_flowwise.conf import DEFAULT_ALIAS
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.money import DECIMAL_PLACES, SIGNIFICANT_DIGITS, currencies_by_digits

_ORDER_COLUMNS: dict[str, Any] = {column.name: column for column in Order._meta.fields}
_REFUND_COLUMNS: dict[str, Any] = {
    "payment_id": Payment._meta.get_field("payment_id"),
    "note": Refund._meta.get_field("refund_note"),
    "refund_id": Refund._meta.get_field("refund_id"),
}


def order_body() -> dict[str, Any]:
    """Describe what an order is made from; the amount's digits are those of its currency."""
    body = _body(OrderBody, _ORDER_COLUMNS)
    body["properties"]["account"]["default"] = DEFAULT_ALIAS
    by_digits = sorted(currencies_by_digits().items())
    return {**body, "anyOf": [_priced(digits, currencies) for digits, currencies in by_digits]}


def refund_body() -> dict[str, Any]:
    """Describe what is to be given back."""
    return _body(RefundBody, _REFUND_COLUMNS)


def empty_body() -> dict[str, Any]:
    """Describe what an act takes that takes nothing."""
    return {**_body(EmptyBody, {}), "description": "Nothing can be said: send no body, or `{}`."}


def _body(body: type[Serializer[Any]], columns: Mapping[str, Any]) -> dict[str, Any]:
    fields = body().fields
    required = [name for name, field in fields.items() if field.required]
    return {
        "type": "object",
        "description": "Other names are refused.",
        "properties": {name: _property(field, columns.get(name)) for name, field in fields.items()},
        **({"required": required} if required else {}),
        "additionalProperties": False,
    }


def _property(field: Any, column: Any) -> dict[str, Any]:
    if isinstance(field, TruthField):
        schema: dict[str, Any] = {"type": "boolean", "default": False}
    elif isinstance(field, VerbatimAmountField):
        schema = amount_schema(DECIMAL_PLACES, SIGNIFICANT_DIGITS)  # as any currency has them
    else:
        schema = column_schema(column)
    said = {"description": field.help_text} if field.help_text else {}
    return dict(append_meta(schema, {**said, **({"nullable": True} if field.allow_null else {})}))


def _priced(digits: int, currencies: list[str]) -> dict[str, Any]:
    return {
        "title": f"An amount with {digits} digits after the point",
        "properties": {
            "order_amount": amount_schema(digits, SIGNIFICANT_DIGITS - digits),
            "order_currency": {"type": "string", "enum": currencies},
        },
    }


ORDER_BODY_EXAMPLES: dict[str, Any] = {
    "least": {
        "summary": "The least that is needed",
        "value": {
            "reference": "INV-2026-0001",
            "order_amount": "2299.50",
            "order_currency": "INR",
            "customer_id": "cust_priya_sharma_2024",
        },
    },
    "submitted": {
        "summary": "Created at Flowwise in the same call",
        "value": {
            "reference": "INV-2026-0002",
            "order_amount": "2299.50",
            "order_currency": "INR",
            "customer_id": "cust_priya_sharma_2024",
            "customer_email": "priya.sharma@example.com",
            "customer_phone": "+919876543210",
            "payment_methods": "cc,upi",
            "expiry_time_in_minutes": 120,
            "order_tags": {"source": "app"},
            "submit": True,
        },
    },
}
REFUND_BODY_EXAMPLES: dict[str, Any] = {
    "whole": {"summary": "All that is left", "value": {"payment_id": "5114915190391", "refund_id": "RET-1"}},
    "part": {
        "summary": "A part",
        "value": {
            "payment_id": "5114915190391",
            "amount": "1149.75",
            "note": "One of two came back.",
            "refund_id": "RET-2",
        },
    },
}
BODIES: dict[str, tuple[Callable[[], dict[str, Any]], dict[str, Any]]] = {
    "OrderBody": (order_body, ORDER_BODY_EXAMPLES),
    "RefundBody": (refund_body, REFUND_BODY_EXAMPLES),
    "EmptyBody": (empty_body, {}),
}
"""How each body is described, and examples of it."""
