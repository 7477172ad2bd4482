"""What crosses the wire, both ways: frozen structs with the vendor's field names.

Knows JSON and nothing of HTTP, settings or the database. Every field of an answer is optional and is read by
itself: one that does not fit counts as absent, since the public pages mark none of them as required.

Source: Create Order, Get Order and Get All Payments for Order under
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (read 2026-11-24).
"""

from __future__ import annotations

import datetime
import functools
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
        elements = _decoder(list[msgspec.Raw]).decode(body)
    except _UNREADABLE as error:
        raise UnreadableAnswer("the answer is not a JSON array") from error
    snapshots = tuple(_read(PaymentSnapshot, bytes(element)) for element in elements)
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
        return _read_by_field(shape, body)
    return answer


def _read_by_field(shape: type[_Answer], body: bytes) -> _Answer:
    try:
        given = _decoder(dict[str, msgspec.Raw]).decode(body)
    except _UNREADABLE as error:
        raise UnreadableAnswer("the answer is not a JSON object") from error
    fitting = {}
    for field in msgspec.structs.fields(shape):
        if field.name in given:
            try:
                # A one-field object, so that the struct's own check of amounts applies too.
                fitting[field.name] = getattr(
                    _decoder(shape).decode(b'{"%s":%s}' % (field.name.encode(), bytes(given[field.name]))),
                    field.name,
                )
            except _UNREADABLE:
                logger.warning("field_ignored answer=%s field=%s", shape.__name__, field.name)
    return shape(**fitting)
