"""Assumptions about orders and their checkout page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

CustomerField = Literal["customer_email", "customer_phone", "customer_address", "customer_id"]
"""A child of customer_details, as they stand in the page's example."""


@dataclass(frozen=True, kw_only=True)
class OrderBehaviour:
    """Assumptions about Create Order, Get Order, and how an order ends."""

    create_status: int = 200
    """HTTP status of a successful Create Order; its page shows the body only."""
    repeated_order_id: Literal["409", "400", "same", "second"] = "409"
    """A known order_id is refused with this status, or answered with the same order, or made a second time."""
    unknown_order_status: int = 404
    """HTTP status for an order_id that nobody created."""
    order_id_pattern: str = r"(?s).+"
    """What an order_id must match in full: any text that is not empty."""
    currency_pattern: str = "[A-Z]{3}"
    """What an order_currency must match in full."""
    required_customer_fields: tuple[CustomerField, ...] = ()
    """Children of customer_details that must be sent; the page keeps them folded away."""
    order_customer_must_exist: bool = False
    """A customer_id within customer_details must be that of a created customer, else unknown_customer_status."""
    tag_values_are_text: bool = True
    """A value of order_tags must be a string, as all those in the example are."""
    minimum_expiry_minutes: int = 1
    """The shortest expiry_time_in_minutes."""
    maximum_expiry_minutes: int = 5_256_000
    """The longest expiry_time_in_minutes: ten years."""
    default_expiry_minutes: int = 43_200
    """How long an order lives that names no expiry: 30 days."""
    active_outlives_expiry_seconds: int = 0
    """For how long the word stays ACTIVE, and the order payable, after order_expiry_time."""
    late_payment_allowed: bool = False
    """An EXPIRED order can still be paid, and is PAID then."""
    second_payment_allowed: bool = False
    """A PAID order can be paid once more."""
    default_payment_methods: str = "cc,dc,upi,nb,wallet"
    """What the checkout page offers when the order names no methods."""
    leaving_records_payment: bool = True
    """Leaving the checkout page leaves a payment behind, with the status USER_DROPPED."""
    return_parameter: str = "order_id"
    """Query parameter that carries the order_id back to return_base_url; with an empty name, none does."""
    return_base_with_query: Literal["append", "replace", "second_question_mark"] = "append"
    """What becomes of a query that return_base_url already has."""
    return_verb: Literal["GET", "POST"] = "GET"
    """How the browser comes back to return_base_url."""
