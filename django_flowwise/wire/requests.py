"""What we ask for about orders and customers, and how every request is written."""

from __future__ import annotations

from decimal import Decimal

import msgspec
from msgspec import UNSET, UnsetType

_encoder = msgspec.json.Encoder(decimal_format="number")


class Request(msgspec.Struct, frozen=True):
    """Stand above every body that is sent. What is UNSET is left out."""

    def private_texts(self) -> tuple[str, ...]:
        """Give what must not be repeated in an error: nothing, where a request says nothing freely."""
        return ()


class CustomerDetails(msgspec.Struct, frozen=True, omit_defaults=True):
    """Say who pays. The children are collapsed on the public page: these four stand in its example."""

    customer_email: str | UnsetType = UNSET
    customer_phone: str | UnsetType = UNSET
    customer_address: str | UnsetType = UNSET
    customer_id: str | UnsetType = UNSET

    def __repr__(self) -> str:
        """Name the class alone: reprs end up in error reports."""
        return "<CustomerDetails>"


class CreateOrderRequest(Request, frozen=True, omit_defaults=True, kw_only=True):
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


class CustomerRequest(Request, frozen=True):
    """Describe a customer, new or known. Not the names of an order: ``email`` here, ``customer_email`` there.

    Whether an update clears what is left out is not documented, so give the whole record.

    Raises:
        ValueError: the scope is neither of the two.

    Source: Create Customer, body parameters; Update Customer takes the same (read 2026-11-24).
    """

    customer_id: str
    """Unique, and chosen by us."""
    scope: str
    """``PROJECT`` or ``GLOBAL``; what the latter means is not documented."""
    name: str | UnsetType = UNSET
    phone: str | UnsetType = UNSET
    email: str | UnsetType = UNSET
    address: str | UnsetType = UNSET
    """One line."""

    def __post_init__(self) -> None:
        """Refuse a scope that is not documented."""
        if self.scope not in {"PROJECT", "GLOBAL"}:
            raise ValueError("The scope of a customer is PROJECT or GLOBAL.")

    def __repr__(self) -> str:
        """Name the class alone: reprs end up in error reports."""
        return "<CustomerRequest>"

    def private_texts(self) -> tuple[str, ...]:
        """Give what must not be repeated in an error: all of it but the scope."""
        texts = (self.customer_id, self.name, self.phone, self.email, self.address)
        return tuple(text for text in texts if text)


def encode(request: Request) -> bytes:
    """Write a request as JSON; amounts become exact numbers without exponent."""
    return _encoder.encode(request)
