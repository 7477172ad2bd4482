"""How an answer is read: whole where it is sound, else field by field."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
import math
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from django_flowwise.wire.answers import (
    DECIDING_FIELDS,
    UNREADABLE_WORD,
    CustomerSnapshot,
    ErrorAnswer,
    OrderSnapshot,
    PaymentSnapshot,
    RefundSnapshot,
)

logger = logging.getLogger(__name__)

_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_MISSPELT_ORDER_ID = "order_id "
"""With a space at its end.

Source: the vendor's public plugin interface (cashfree/flowwise-native 4c50471, PaymentRefundResponse; read
2026-11-24), evidence and no contract.
"""
_LONGEST_INTEGER = 400
"""Characters; Python itself refuses to read integers of several thousand."""
_Answer = TypeVar("_Answer", OrderSnapshot, PaymentSnapshot, RefundSnapshot, CustomerSnapshot, ErrorAnswer)


class UnreadableAnswer(ValueError):
    """It is known that the answer is not what was asked for; its text never repeats the body."""


def read_order(body: bytes, order_id: str) -> OrderSnapshot:
    """Read an order that must be ours.

    Raises:
        UnreadableAnswer: it is no JSON object, or its order_id is not the one given.
    """
    snapshot = _read(OrderSnapshot, body)
    if snapshot.order_id != order_id:
        raise UnreadableAnswer("the answer does not carry our order_id")
    return snapshot


def read_payment(body: bytes, *, payment_id: str | None = None, order_id: str | None = None) -> PaymentSnapshot:
    """Read a payment: the one given, or, where none is, any that has a payment_id.

    Raises:
        UnreadableAnswer: it is no JSON object, its payment_id is another or none, or it names another order.
    """
    snapshot = _read(PaymentSnapshot, body)
    if not snapshot.payment_id or payment_id not in {None, snapshot.payment_id}:
        raise UnreadableAnswer("the answer does not carry the payment_id")
    if order_id is not None:
        _refuse_foreign("order_id", snapshot.order_id, order_id)
    return snapshot


def read_refund(
    body: bytes, refund_id: str, *, payment_id: str | None = None, order_id: str | None = None
) -> RefundSnapshot:
    """Read a refund that must be ours, and of the payment or order given.

    Raises:
        UnreadableAnswer: it is no JSON object, its refund_id is not the one given, or it names another payment or
            order.
    """
    snapshot = _read(RefundSnapshot, body)
    if snapshot.refund_id != refund_id:
        raise UnreadableAnswer("the answer does not carry our refund_id")
    if snapshot.order_id is None:
        snapshot = _with_misspelt_order_id(snapshot, body)
    if payment_id is not None:
        _refuse_foreign("payment_id", snapshot.payment_id, payment_id)
    if order_id is not None:
        _refuse_foreign("order_id", snapshot.order_id, order_id)
    return snapshot


def read_customer(body: bytes, customer_id: str) -> CustomerSnapshot:
    """Read a customer that must be ours.

    Raises:
        UnreadableAnswer: it is no JSON object, or its customer_id is not the one given.
    """
    snapshot = _read(CustomerSnapshot, body)
    if snapshot.customer_id != customer_id:
        raise UnreadableAnswer("the answer does not carry our customer_id")
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
    return msgspec.json.Decoder(shape, float_hook=_exact_number)


def _read(shape: type[_Answer], body: bytes) -> _Answer:
    try:
        answer: _Answer = _decoder(shape).decode(body)
    except _UNREADABLE:
        return _fitting(shape, _plain_json(body))
    return answer


def _plain_json(body: bytes) -> Any:
    """Read JSON that one field may spoil: the standard library lets half a character pair through."""
    with contextlib.suppress(ValueError, ArithmeticError, RecursionError):
        return json.loads(body, parse_float=_exact_number, parse_int=_exact_integer)
    # Not raised from what was caught, which holds the body.
    raise UnreadableAnswer("the answer is not JSON")


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
                if field.name in DECIDING_FIELDS:
                    fitting[DECIDING_FIELDS[field.name]] = UNREADABLE_WORD
    return shape(**fitting)


def _refuse_foreign(name: str, said: str | None, ours: str) -> None:
    if said not in {None, ours}:
        raise UnreadableAnswer(f"the answer names another {name}")


def _with_misspelt_order_id(snapshot: RefundSnapshot, body: bytes) -> RefundSnapshot:
    given = _plain_json(body)
    if given.get("order_id") is not None or _MISSPELT_ORDER_ID not in given:
        return snapshot
    meant = _fitting(RefundSnapshot, {"order_id": given[_MISSPELT_ORDER_ID]})
    return msgspec.structs.replace(snapshot, order_id=meant.order_id)


def _exact_number(written: str) -> Decimal | float:
    """Read a number with all its digits; one beyond every range is none, and fits no field."""
    try:
        return Decimal(written)
    except ArithmeticError:
        return math.nan


def _exact_integer(written: str) -> int | float:
    return int(written) if len(written) <= _LONGEST_INTEGER else math.nan


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        value.encode()  # refuses half of a character pair, which no database takes
    return value
