"""What we ask for, and how it is written."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

_encoder = msgspec.json.Encoder(decimal_format="number")


class CustomerDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """Say who pays. The children are collapsed on the public page: these four stand in its example."""

    customer_email: str | UnsetType = UNSET
    customer_phone: str | UnsetType = UNSET
    customer_address: str | UnsetType = UNSET
    customer_id: str | UnsetType = UNSET

    def __repr__(self) -> str:
        """Name the class alone: reprs end up in error reports."""
        return "<CustomerDetails>"


class CreateOrderRequest(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Ask for a new order. What is UNSET is left out.

    Source: Create Order, body parameters (read 2026-11-24).
    """

    order_id: str
    """Unique, and chosen by us."""
    order_amount: Decimal
    """Major units, with the currency's digits."""
    order_currency: str
    customer_details: CustomerDetails
    payment_methods: str | UnsetType = UNSET
    """Codes joined by commas."""
    expiry_time_in_minutes: int | UnsetType = UNSET
    order_note: str | UnsetType = UNSET
    order_tags: dict[str, str] | UnsetType = UNSET
    return_base_url: str | UnsetType = UNSET

    def __repr__(self) -> str:
        """Show no customer's data: reprs end up in error reports."""
        return f"<CreateOrderRequest {self.order_id}>"

    def private_texts(self) -> tuple[str, ...]:
        """Give what must not be repeated in an error: the customer's data, and what was noted freely."""
        customer = self.customer_details
        tags = self.order_tags.values() if isinstance(self.order_tags, dict) else ()
        texts = (
            customer.customer_id,
            customer.customer_email,
            customer.customer_phone,
            customer.customer_address,
            self.order_note,
            *tags,
        )
        return tuple(text for text in texts if text)


def encode(request: CreateOrderRequest) -> bytes:
    """Write a request as JSON; amounts become exact numbers without exponent."""
    return _encoder.encode(request)
