"""How an answer is read: whole where it is sound, else field by field."""

from __future__ import annotations

import contextlib
import functools
import json
import logging
from decimal import Decimal
from typing import Any, TypeVar

import msgspec

from django_flowwise.wire.answers import (
    DECIDING_FIELDS,
    UNREADABLE_WORD,
    ErrorAnswer,
    OrderSnapshot,
    PaymentSnapshot,
)

logger = logging.getLogger(__name__)

_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
_Answer = TypeVar("_Answer", OrderSnapshot, PaymentSnapshot, ErrorAnswer)


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
    with contextlib.suppress(ValueError, ArithmeticError, RecursionError):
        return json.loads(body, parse_float=Decimal)
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
                    fitting[field.name] = UNREADABLE_WORD
    return shape(**fitting)


def _sound(value: Any) -> Any:
    if isinstance(value, str):
        value.encode()  # refuses half of a character pair, which no database takes
    return value
