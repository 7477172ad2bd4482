"""What Flowwise says: every field may be absent, and a field that cannot be kept counts as absent."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

from django_flowwise.money import is_storable

Word = Annotated[str, Meta(max_length=64, pattern=r"\A[^\x00]*\Z")]
Line = Annotated[str, Meta(max_length=255, pattern=r"\A[^\x00]*\Z")]
Text = Annotated[str, Meta(max_length=4096, pattern=r"\A[^\x00]*\Z")]
Moment = Annotated[datetime.datetime, Meta(tz=True)]

UNREADABLE_WORD = "UNREADABLE"
"""Stands for a word that decides about money and cannot be read: absent would speak for the payment."""
DECIDING_FIELDS = frozenset({"status", "payment_status", "capture_status"})
"""Those words."""
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
"""Beyond these, adding a day or changing the zone may leave what a datetime can hold."""


class OrderSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what Flowwise said about an order; None where it said nothing that fits.

    Source: Create Order, response; Get Order answers the same (read 2026-11-24).
    """

    order_id: Line | None = None
    project_id: Line | None = None
    customer_email: Text | None = None
    customer_id: Text | None = None
    order_status: Word | None = None
    order_currency: Word | None = None
    payment_methods: Text | None = None
    order_note: Text | None = None
    checkout_url: Text | None = None
    order_hash: Text | None = None
    order_expiry_time: Moment | None = None
    added_on: Moment | None = None

    def __post_init__(self) -> None:
        """Refuse a moment that nobody can count from, so that it is read as absent."""
        for moment in (self.order_expiry_time, self.added_on):
            if moment is not None and not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
                raise ValueError("the moment is out of range")

    def __repr__(self) -> str:
        """Show no customer's data: reprs end up in error reports."""
        return f"<OrderSnapshot {self.order_id} {self.order_status}>"


class PaymentSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what Flowwise said about one payment; amounts in major units, None where it said nothing that fits.

    Source: Get All Payments for Order, example (read 2026-11-24).
    """

    payment_id: Line | None = None
    order_id: Line | None = None
    status: Word | None = None
    payment_status: Word | None = None
    """What Create Payment calls ``status``."""
    payment_amount: Decimal | None = None
    payment_currency: Word | None = None
    payment_method: Line | None = None
    capture_status: Word | None = None
    capture_amount: Decimal | None = None

    def __post_init__(self) -> None:
        """Refuse an amount that no column holds, so that it is read as absent."""
        for amount in (self.payment_amount, self.capture_amount):
            if amount is not None and not is_storable(amount):
                raise ValueError("the amount does not fit")

    @property
    def word(self) -> str:
        """The payment's status, by either of the names that the pages use."""
        return self.status or self.payment_status or ""


class ErrorAnswer(msgspec.Struct, frozen=True):
    """Hold what an error answer says of itself. Its shape is not documented, so everything may be absent.

    Source: shape as in the vendor's public plugin interface (cashfree/flowwise-native 4c50471, ErrorData; read
    2026-11-24), evidence and no contract.
    """

    message: Text | None = None
    code: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.-]{1,64}\Z")] | None = None
