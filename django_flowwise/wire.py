"""What crosses the wire, both ways: frozen structs with the vendor's field names.

Knows JSON and nothing of HTTP, settings or the database. Every field of an answer is optional and is read by
itself: one that does not fit counts as absent, since the public pages mark none of them as required.

Source: Create Order, Get Order and Get All Payments for Order under
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (read 2026-11-24).
"""

from __future__ import annotations

import datetime
import functools
import json
import logging
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import UNSET, Meta, UnsetType

from django_flowwise.money import is_storable

logger = logging.getLogger(__name__)

Word = Annotated[str, Meta(max_length=64, pattern=r"\A[^\x00]*\Z")]
Line = Annotated[str, Meta(max_length=255, pattern=r"\A[^\x00]*\Z")]
Text = Annotated[str, Meta(max_length=4096, pattern=r"\A[^\x00]*\Z")]
Moment = Annotated[datetime.datetime, Meta(tz=True)]

UNREADABLE_WORD = "UNREADABLE"
"""Stands for a word that decides about money and cannot be read: absent would speak for the payment."""
_DECIDING = frozenset({"status", "payment_status", "capture_status"})
_FIRST_YEAR, _LAST_YEAR = 1970, 9000
"""Beyond these, adding a day or changing the zone may leave what a datetime can hold."""
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class UnreadableAnswer(ValueError):
    """It is known that the answer is not what was asked for; its text never repeats the body."""


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


_Answer = TypeVar("_Answer", OrderSnapshot, PaymentSnapshot, ErrorAnswer)
_encoder = msgspec.json.Encoder(decimal_format="number")


def encode(request: CreateOrderRequest) -> bytes:
    """Write a request as JSON; amounts become exact numbers without exponent."""
    return _encoder.encode(request)


def read_order(body: bytes, order_id: str) -> OrderSnapshot:
    """Read an order that must be ours.

    Raises:
        UnreadableAnswer: it is no JSON object, or its order_id is not the one given.
    """
    snapshot = _read(OrderSnapshot, body)
    if snapshot.order_id != order_id:
        raise UnreadableAnswer("the answer does not carry our order_id")
    return snapshot


def read_payments(body: bytes, order_id: str) -> tuple[PaymentSnapshot, ...]:
    """Read the payments of an order, in the order of the answer; those that name another order are left out.

    Raises:
        UnreadableAnswer: it is no JSON array of objects.
    """
    try:
        snapshots: list[PaymentSnapshot] = _decoder(list[PaymentSnapshot]).decode(body)
    except _UNREADABLE:
        elements = _plain_json(body)
        if not isinstance(elements, list):
            raise UnreadableAnswer("the answer is not a JSON array") from None
        snapshots = [_fitting(PaymentSnapshot, element) for element in elements]
    ours = tuple(snapshot for snapshot in snapshots if snapshot.order_id in {None, order_id})
    if len(ours) != len(snapshots):
        logger.warning("foreign_payments_ignored order_id=%s count=%d", order_id, len(snapshots) - len(ours))
    return ours


def read_error(body: bytes) -> ErrorAnswer:
    """Read what can be read of an error answer; anything else is empty."""
    try:
        return _read(ErrorAnswer, body)
    except UnreadableAnswer:
        return ErrorAnswer()


@functools.cache
def _decoder(shape: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(shape)


def _read(shape: type[_Answer], body: bytes) -> _Answer:
    try:
        answer: _Answer = _decoder(shape).decode(body)
    except _UNREADABLE:
        return _fitting(shape, _plain_json(body))
    return answer


def _plain_json(body: bytes) -> Any:
    """Read JSON that one field may spoil: the standard library lets half a character pair through."""
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError) as error:
        raise UnreadableAnswer("the answer is not JSON") from error


def _fitting(shape: type[_Answer], given: Any) -> _Answer:
    """Read each field by itself; one that does not fit counts as absent, or speaks against the payment."""
    if not isinstance(given, dict):
        raise UnreadableAnswer("the answer is not a JSON object")
    fitting: dict[str, Any] = {}
    for field in msgspec.structs.fields(shape):
        if field.name in given:
            try:
                # A one-field object, so that the struct's own checks apply too.
                alone = msgspec.convert({field.name: _sound(given[field.name])}, shape)
                fitting[field.name] = getattr(alone, field.name)
            except (msgspec.MsgspecError, ValueError):
                logger.warning("field_ignored answer=%s field=%s", shape.__name__, field.name)
                if field.name in _DECIDING:
                    fitting[field.name] = UNREADABLE_WORD
    return shape(**fitting)


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        value.encode()  # refuses half of a character pair, which no database takes
    return value
