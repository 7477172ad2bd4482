"""A server on a socket of its own, for what no well-behaved server does."""

from __future__ import annotations

import dataclasses
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from django_flowwise.client.session import session_of
from django_flowwise.conf import Account

Script = Callable[[socket.socket], None]


def account(base_url: str = "https://sandbox.flowwise.com/router", **changes: float) -> Account:
    return Account(
        alias="default", client_id="the-client-id", client_secret="the-s3cret", base_url=base_url, **changes
    )


@pytest.fixture(autouse=True)
def fresh_sessions() -> Iterator[None]:
    session_of.cache_clear()
    yield
    session_of.cache_clear()


@pytest.fixture
def serve() -> Iterator[Callable[[Script], str]]:
    """Run a script on each connection; gives the base URL."""
    listeners: list[socket.socket] = []
    threads: list[threading.Thread] = []

    def start(script: Script) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def accept() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    try:
                        script(connection)
                    except OSError:
                        continue

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        threads.append(thread)
        return f"http://127.0.0.1:{listener.getsockname()[1]}/router"

    yield start
    session_of.cache_clear()  # closes the connections that the scripts wait on
    for listener in listeners:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
    for thread in threads:
        thread.join(timeout=5)


def read_request(connection: socket.socket) -> bytes:
    """Read one request without a body."""
    received = b""
    while b"\r\n\r\n" not in received:
        chunk = connection.recv(65536)
        if not chunk:
            raise OSError("closed")
        received += chunk
    return received


def answer(body: bytes, *headers: str, status: str = "200 OK") -> bytes:
    """Write an answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclasses.dataclass(frozen=True)
class Sent:
    """One request as it crossed the wire."""

    line: str
    headers: dict[str, str]
    """By their names in small letters."""
    body: bytes


class Recorder:
    """Answer every request alike, and keep each as it came."""

    def __init__(self, serve: Callable[[Script], str]) -> None:
        self.sent: list[Sent] = []
        self.body = b""
        self.status = "200 OK"
        self.base_url = serve(self._talk)

    def _talk(self, connection: socket.socket) -> None:
        while True:
            head, _, body = read_request(connection).partition(b"\r\n\r\n")
            line, *lines = head.decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
            while len(body) < int(headers.get("content-length", "0")):
                body += connection.recv(65536)
            self.sent.append(Sent(line, headers, body))
            connection.sendall(answer(self.body, status=self.status))


@pytest.fixture
def recorder(serve: Callable[[Script], str]) -> Recorder:
    return Recorder(serve)
