"""The body of a request as it comes over the wire: of a length that the head says, or in chunks.

Only the server imports it. Source of the chunks: RFC 9112, section 7.1.
"""

from __future__ import annotations

import re
from email.message import Message
from io import BufferedIOBase
from typing import Final

MAXIMUM_BODY_BYTES: Final = 1 << 20
LONGEST_LINE: Final = 1024
"""Bytes of a line between chunks, with its extensions, or of a trailer."""
MOST_TRAILERS: Final = 100


class BodyRefused(Exception):
    """The body cannot be read, or is too long."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status = status
        self.reason = reason


class BodyCutShort(Exception):
    """The other side went away before the body's end."""


def read_body(headers: Message, stream: BufferedIOBase) -> bytes:
    """Read the body that these headers announce; none where they announce none.

    Raises:
        BodyRefused: no such length or coding, or more than MAXIMUM_BODY_BYTES.
        BodyCutShort: it ended too soon.
    """
    coding = headers.get("transfer-encoding", "").strip().lower()
    if not coding:
        return _exactly(stream, _length(headers.get("content-length", "0")))
    if coding != "chunked":
        raise BodyRefused(501, "Of transfer codings, only chunked is known here.")
    if "content-length" in headers:
        raise BodyRefused(400, "Content-Length and Transfer-Encoding contradict each other.")
    return _chunked(stream)


def _length(written: str) -> int:
    if not (written.isascii() and written.isdigit()):
        raise BodyRefused(400, "Content-Length is not a number.")
    # An absurd number of digits is refused by its length: int() itself would object to it.
    if len(written) > 12 or int(written) > MAXIMUM_BODY_BYTES:
        raise _too_long()
    return int(written)


def _chunked(stream: BufferedIOBase) -> bytes:
    body = b""
    while size := _chunk_size(_line(stream)):
        if len(body) + size > MAXIMUM_BODY_BYTES:
            raise _too_long()
        body += _exactly(stream, size)
        if _line(stream):
            raise BodyRefused(400, "A chunk is longer than it says.")
    for _ in range(MOST_TRAILERS):
        if not _line(stream):
            return body
    raise BodyRefused(400, "There are too many trailers.")


def _chunk_size(line: bytes) -> int:
    written = line.partition(b";")[0].strip()
    if not re.fullmatch(rb"[0-9A-Fa-f]{1,12}", written):
        raise BodyRefused(400, "The size of a chunk is not a hexadecimal number.")
    return int(written, 16)


def _line(stream: BufferedIOBase) -> bytes:
    line = stream.readline(LONGEST_LINE)
    if not line.endswith(b"\n"):
        if len(line) == LONGEST_LINE:
            raise BodyRefused(400, "A line between chunks is too long.")
        raise BodyCutShort
    return line.rstrip(b"\r\n")


def _exactly(stream: BufferedIOBase, length: int) -> bytes:
    body = stream.read(length)
    if len(body) < length:
        raise BodyCutShort
    return body


def _too_long() -> BodyRefused:
    return BodyRefused(413, f"More than {MAXIMUM_BODY_BYTES} bytes are not taken.")
