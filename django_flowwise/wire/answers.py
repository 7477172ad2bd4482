"""What Flowwise says: every field may be absent, and a field that cannot be kept counts as absent."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from django_flowwise.money import is_storable
from django_flowwise.wire.json_objects import storable_object

Word = Annotated[str, Meta(max_length=64, pattern=r"\A[^\x00]*\Z")]
Line = Annotated[str, Meta(max_length=255, pattern=r"\A[^\x00]*\Z")]
Text = Annotated[str, Meta(max_length=4096, pattern=r"\A[^\x00]*\Z")]
Opaque = Annotated[str, Meta(max_length=64 * 1024, pattern=r"\A[^\x00]*\Z")]
Moment = Annotated[datetime.datetime, Meta(tz=True)]

UNREADABLE_WORD = "UNREADABLE"
"""Stands for a word that decides about money and cannot be read: absent would speak for the payment."""
DECIDING_FIELDS = {
    "status": "status",
    "payment_status": "payment_status",
    "capture_status": "capture_status",
    "capture_amount": "capture_status",
    "refund_status": "refund_status",
}
"""Each field that decides, with the word that speaks against it where the field cannot be read."""
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
        _refuse_odd_moments(self.order_expiry_time, self.added_on)

    def __repr__(self) -> str:
        """Show no customer's data: reprs end up in error reports."""
        return f"<OrderSnapshot {self.order_id} {self.order_status}>"


class PaymentSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what Flowwise said about one payment; amounts in major units, None where it said nothing that fits.

    Source: Get All Payments for Order, example, and Get Payment; Create Payment adds what stands from
    ``payment_status`` on, Authorize Payment ``payment_message`` and ``redirect_url`` (read 2026-11-24).
    """

    payment_id: Line | None = None
    order_id: Line | None = None
    status: Word | None = None
    payment_amount: Decimal | None = None
    payment_currency: Word | None = None
    payment_method: Line | None = None
    capture_status: Word | None = None
    capture_amount: Decimal | None = None
    gateway_details: dict[str, Any] | None = None
    """Whatever the gateway says, as a JSON column keeps it: see storable_object."""
    payment_message: Text | None = None
    """Prose, for people."""
    payment_status: Word | None = None
    """What Create Payment calls ``status``."""
    processor_ref: Line | None = None
    redirect_url: Text | None = None
    """Where the customer finishes the payment."""
    return_url: Text | None = None
    payload: Opaque | None = None
    """Looks like a token; what it is for is not documented, so it is shown nowhere."""
    payment_time: Moment | None = None
    order_expiry_time: Moment | None = None

    def __post_init__(self) -> None:
        """Refuse what no column holds, so that it is read as absent."""
        _refuse_odd_moments(self.payment_time, self.order_expiry_time)
        _refuse_odd_amounts(self.payment_amount, self.capture_amount)
        _keep_details(self)

    def __repr__(self) -> str:
        """Show no customer's data: reprs end up in error reports."""
        return f"<PaymentSnapshot {self.payment_id} {self.word}>"

    @property
    def word(self) -> str:
        """The payment's status, by either of the names that the pages use; unreadable where the two differ."""
        said = {word for word in (self.status, self.payment_status) if word is not None}
        return UNREADABLE_WORD if len(said) > 1 else "".join(said)


class RefundSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what Flowwise said about a refund; the amount in major units, None where it said nothing that fits.

    Source: Create Refund by Payment ID, example; Get Refund answers the same (read 2026-11-24).
    """

    payment_id: Line | None = None
    order_id: Line | None = None
    refund_id: Line | None = None
    refund_amount: Decimal | None = None
    refund_status: Word | None = None
    """SUCCESS is no proof of credit: the example says beside it that the money arrives days later."""
    refund_type: Word | None = None
    refund_note: Text | None = None
    refund_message: Text | None = None
    """Prose, for people."""
    gateway_details: dict[str, Any] | None = None
    """Whatever the gateway says, as a JSON column keeps it: see storable_object."""

    def __post_init__(self) -> None:
        """Refuse what no column holds, so that it is read as absent."""
        _refuse_odd_amounts(self.refund_amount)
        _keep_details(self)

    def __repr__(self) -> str:
        """Show no customer's data: reprs end up in error reports."""
        return f"<RefundSnapshot {self.refund_id} {self.refund_status}>"


class CustomerSnapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Hold what Flowwise said about a customer; None where it said nothing that fits.

    Source: Create Customer, response; Update Customer answers the same (read 2026-11-24).
    """

    id: Line | None = None
    """Flowwise's own key of the record."""
    added_on: Moment | None = None
    updated_on: Moment | None = None
    customer_id: Text | None = None
    project_id: Line | None = None
    scope: Word | None = None
    status: Word | None = None
    name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    address: Text | None = None

    def __post_init__(self) -> None:
        """Refuse a moment that nobody can count from, so that it is read as absent."""
        _refuse_odd_moments(self.added_on, self.updated_on)

    def __repr__(self) -> str:
        """Show no customer's data, of which the keys are a part: reprs end up in error reports."""
        return f"<CustomerSnapshot {self.status}>"


class ErrorAnswer(msgspec.Struct, frozen=True):
    """Hold what an error answer says of itself. Its shape is not documented, so everything may be absent.

    Source: shape as in the vendor's public plugin interface (cashfree/flowwise-native 4c50471, ErrorData; read
    2026-11-24), evidence and no contract.
    """

    message: Text | None = None
    code: Annotated[str, Meta(pattern=r"\A[A-Za-z0-9_.-]{1,64}\Z")] | None = None


def _refuse_odd_moments(*moments: datetime.datetime | None) -> None:
    for moment in moments:
        if moment is not None and not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise ValueError("the moment is out of range")


def _refuse_odd_amounts(*amounts: Decimal | None) -> None:
    for amount in amounts:
        if amount is not None and not is_storable(amount):
            raise ValueError("the amount does not fit")


def _keep_details(snapshot: PaymentSnapshot | RefundSnapshot) -> None:
    if snapshot.gateway_details is not None:
        msgspec.structs.force_setattr(snapshot, "gateway_details", storable_object(snapshot.gateway_details))
