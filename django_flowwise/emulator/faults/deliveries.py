"""How an answer travels: as it should, late, in drops, in part, or not at all.

A delivery is a sequence of steps that the server takes one after the other: bytes to write, seconds to wait, bytes
to write beneath TLS, or an end of the connection. Knows bytes alone, and nothing of what they say.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final


class End(enum.Enum):
    """How a connection ends before its time."""

    CLOSE = "close"
    """In good order: the other side reads the end of the stream."""
    RESET = "reset"
    """With a reset: the other side gets an error, and may lose what was on its way."""


@dataclass(frozen=True)
class Unencrypted:
    """Bytes that go out beneath TLS, where there is any: for the other side they are no TLS record."""

    content: bytes


Step = bytes | float | Unencrypted | End
Delivery = Callable[[bytes, bytes, float], Iterator[Step]]
"""Takes the head with its blank line, the body, and the fault's seconds."""

HUGE_BYTES: Final = 400 * 1024 * 1024
_CHUNK: Final = b" " * (1 << 20)


def whole(head: bytes, body: bytes, _seconds: float) -> Iterator[Step]:
    """Send the answer in one write."""
    yield head + body


def late(head: bytes, body: bytes, seconds: float) -> Iterator[Step]:
    """Send the answer after a wait."""
    yield seconds
    yield head + body


def dripping_head(head: bytes, body: bytes, seconds: float) -> Iterator[Step]:
    """Send the head byte by byte, with a wait after each."""
    for byte in head:
        yield bytes((byte,))
        yield seconds
    yield body


def dripping_body(head: bytes, body: bytes, seconds: float) -> Iterator[Step]:
    """Send the body byte by byte, with a wait after each."""
    yield head
    for byte in body:
        yield bytes((byte,))
        yield seconds


def endless_continue(_head: bytes, _body: bytes, seconds: float) -> Iterator[Step]:
    """Ask for more, for ever (RFC 9110 section 15.2.1)."""
    while True:
        yield b"HTTP/1.1 100 Continue\r\n\r\n"
        yield seconds


def truncated(head: bytes, body: bytes, _seconds: float) -> Iterator[Step]:
    """Send half of the body that the head has announced."""
    yield head + body[: len(body) // 2]
    yield End.CLOSE


def reset(_head: bytes, _body: bytes, _seconds: float) -> Iterator[Step]:
    """Say nothing, and reset the connection."""
    yield End.RESET


def broken_record(_head: bytes, _body: bytes, _seconds: float) -> Iterator[Step]:
    """Break TLS; without TLS, these bytes are no HTTP answer either."""
    yield Unencrypted(b"\x16\x03\x01 no record")
    yield End.CLOSE


def huge(head: bytes, body: bytes, _seconds: float) -> Iterator[Step]:
    """Send the body, and blanks up to the announced length."""
    yield head + body
    for _ in range(HUGE_BYTES // len(_CHUNK)):
        yield _CHUNK
