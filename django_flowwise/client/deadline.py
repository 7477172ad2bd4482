"""Connections that end a call at its deadline, however slowly its bytes arrive.

requests bounds each read and starts anew with every byte, in headers too. Here the socket's timeout is set to
what is left before each read, below http.client. Only the client's session uses this.
"""

from __future__ import annotations

import contextvars
import http.client
import io
import socket
import time
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool


class Deadline:
    """Say how much time a call has left."""

    def __init__(self, seconds: float) -> None:
        self._ends_at = time.monotonic() + seconds

    @property
    def left_seconds(self) -> float:
        """Seconds until the end; zero or less once it has passed."""
        return self._ends_at - time.monotonic()

    def less(self, seconds: float) -> Deadline:
        """Give a deadline that much earlier, yet not below half of what is left."""
        left = self.left_seconds
        return Deadline(max(left - seconds, left / 2))


class DeadlinePassedUnsent(Exception):
    """It is known that time was up before the first byte of the request left."""


class Call:
    """Follow one exchange: until when it may last, and whether any byte of the request has left."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.has_sent = False


current_call: contextvars.ContextVar[Call] = contextvars.ContextVar("flowwise_current_call")


class _DeadlineReader(io.RawIOBase):
    def __init__(self, raw: io.RawIOBase, sock: socket.socket, deadline: Deadline) -> None:
        self._raw = raw
        self._sock = sock
        self._deadline = deadline
        self._longest_wait = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline.left_seconds
        if left <= 0:
            raise TimeoutError("the deadline of the call has passed")
        self._sock.settimeout(left if self._longest_wait is None else min(left, self._longest_wait))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
            super().close()


class _DeadlineResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_DeadlineReader(raw, sock, current_call.get().deadline))


class _DeadlineMixin:
    response_class: Any = _DeadlineResponse

    def request(self: Any, *args: Any, **kwargs: Any) -> None:
        if self.sock is None:
            self.connect()
        call = current_call.get()
        # The look-up of a name has no timeout, so the clock is read once more here.
        if call.deadline.left_seconds <= 0:
            raise DeadlinePassedUnsent
        call.has_sent = True
        super().request(*args, **kwargs)  # type: ignore[misc]  # of the connection it is mixed into


class _DeadlineHTTPConnection(_DeadlineMixin, HTTPConnection):
    pass


class _DeadlineHTTPSConnection(_DeadlineMixin, HTTPSConnection):
    pass


class _DeadlineHTTPPool(HTTPConnectionPool):
    ConnectionCls = _DeadlineHTTPConnection


class _DeadlineHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _DeadlineHTTPSConnection


POOL_CLASSES = {"http": _DeadlineHTTPPool, "https": _DeadlineHTTPSPool}
"""For urllib3's pool managers, by scheme."""
