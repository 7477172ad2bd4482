"""Connections that end a call at its deadline, however slowly its bytes arrive, and take no more than so many.

requests bounds each read and starts anew with every byte, in headers too, and with every address of a name. Here
the socket's timeout is set to what is left before each read, below http.client, and before each address is tried.
Only the client's session uses this.
"""

from __future__ import annotations

import contextvars
import http.client
import io
import socket
import time
from collections.abc import Callable
from typing import Any, Final

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
from urllib3.util.connection import allowed_gai_family

MOST_BYTES: Final = 2 * 1024 * 1024
"""Bytes of one answer, headers and chunk sizes included, before anything is unpacked."""


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
        self._bytes_left = MOST_BYTES

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline.left_seconds
        if left <= 0:
            raise TimeoutError("the deadline of the call has passed")
        if self._bytes_left <= 0:
            raise OSError("the answer is longer than any")
        self._sock.settimeout(left if self._longest_wait is None else min(left, self._longest_wait))
        count = self._raw.readinto(buffer)
        self._bytes_left -= count or 0
        return count

    def close(self) -> None:
        if not self.closed:
            self._raw.close()
            super().close()


class _DeadlineResponse(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        raw = self.fp.detach()
        self.fp = io.BufferedReader(_DeadlineReader(raw, sock, current_call.get().deadline))


def _connected(connection: Any, connect: Callable[[], socket.socket]) -> socket.socket:
    """Connect to the first address of the name that answers, each within what is left of the time."""
    name, longest = connection._dns_host, connection.timeout
    try:
        found = socket.getaddrinfo(name, connection.port, allowed_gai_family(), socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return connect()  # looks again, and words the error
    error: Exception = DeadlinePassedUnsent()
    try:
        for *_, address in found:
            left = current_call.get().deadline.left_seconds
            if left <= 0:
                raise DeadlinePassedUnsent
            connection._dns_host, connection.timeout = address[0], min(longest, left)
            try:
                return connect()
            except (NewConnectionError, ConnectTimeoutError) as failure:
                error = failure
        raise error
    finally:
        connection._dns_host, connection.timeout = name, longest


class _DeadlineMixin:
    response_class: Any = _DeadlineResponse

    def _new_conn(self: Any) -> socket.socket:
        return _connected(self, super()._new_conn)  # type: ignore[misc]  # of what it is mixed into

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
