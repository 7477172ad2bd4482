"""The sockets: connections are kept, bodies are bounded, the end is prompt."""

from __future__ import annotations

import http.client
import logging
import socket
import time
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
import requests

from django_flowwise.emulator import Emulator
from django_flowwise.emulator.server import Server, _hang_up

CREDENTIALS = {"x-client-id": "emulator", "x-client-secret": "emulator-secret"}


@pytest.fixture
def connection(emulator: Emulator) -> Iterator[http.client.HTTPConnection]:
    kept = http.client.HTTPConnection(emulator.url.removeprefix("http://"), timeout=5)
    yield kept
    kept.close()


def raw_exchange(emulator: Emulator, sent: bytes) -> bytes:
    """Send bytes, end the sending side, return all that comes back until the server closes."""
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(sent)
        raw.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: raw.recv(65536), b""))


def test_connection__is_kept_open(connection: http.client.HTTPConnection) -> None:
    ports = set()
    for _ in range(5):
        connection.request("GET", "/router/orders/nobody", headers=CREDENTIALS)
        assert connection.sock is not None
        ports.add(connection.sock.getsockname()[1])
        response = connection.getresponse()
        response.read()
        assert (response.version, response.status) == (11, 404)
        assert response.headers["Connection"] == "keep-alive"
    assert len(ports) == 1


def test_connection__answers_without_delay(connection: http.client.HTTPConnection) -> None:
    """With Nagle's algorithm against delayed acknowledgements, each answer would take 40 ms."""
    began = time.monotonic()
    for _ in range(20):
        connection.request("GET", "/static/emulator.svg")
        connection.getresponse().read()
    assert time.monotonic() - began < 0.6


def test_connection__old_client_gets_it_closed(emulator: Emulator) -> None:
    answer = raw_exchange(emulator, b"GET / HTTP/1.0\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert b"\r\nConnection: close\r\n" in answer


def test_head__has_the_length_and_no_body(connection: http.client.HTTPConnection) -> None:
    connection.request("HEAD", "/static/emulator.svg")
    response = connection.getresponse()
    assert response.status == 200
    assert int(response.headers["Content-Length"]) > 100
    assert response.read() == b""
    connection.request("GET", "/static/emulator.svg")
    assert connection.getresponse().status == 200


@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Content-Length: no", 400),
        ("Content-Length: -1", 400),
        ("Content-Length: 1048577", 413),
        (f"Content-Length: {'9' * 5000}", 413),
        ("Transfer-Encoding: chunked", 411),
    ],
)
def test_body__unbounded_is_refused(emulator: Emulator, header: str, status: int) -> None:
    answer = raw_exchange(emulator, f"POST /router/orders HTTP/1.1\r\n{header}\r\n\r\n".encode())
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    assert emulator.requests == []


def test_body__cut_short_is_not_answered(emulator: Emulator) -> None:
    sent = b"POST /router/orders HTTP/1.1\r\nContent-Length: 10\r\n\r\n{}"
    assert raw_exchange(emulator, sent) == b""
    assert emulator.requests == []


def test_headers__underscore_is_no_hyphen_and_repeats_are_joined(emulator: Emulator) -> None:
    head = b"GET /router/orders/o?a=b HTTP/1.0\r\nx_client_id: emulator\r\nX-Seen: 1\r\nx-seen: 2\r\n\r\n"
    assert b"x_client_id_missing" in raw_exchange(emulator, head)
    (received,) = emulator.requests
    assert received.headers["X-SEEN"] == "1,2"
    assert "x-client-id" not in received.headers
    assert (received.path, received.query) == ("/router/orders/o", "a=b")


def test_client_that_goes_away__is_no_error(emulator: Emulator, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "django_flowwise.emulator.server")
    host, port = emulator.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as raw:
        raw.sendall(b"POST /router/orders HTTP/1.1\r\nContent-Length: 100000\r\n\r\n")
        # With a linger of nothing, closing resets the connection.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
    deadline = time.monotonic() + 5
    while "emulator_connection_lost" not in caplog.text and time.monotonic() < deadline:
        time.sleep(0.01)
    assert "emulator_connection_lost error=ConnectionResetError" in caplog.text
    assert requests.get(emulator.url, timeout=5).status_code == 200


def test_view_that_breaks__is_logged_and_hung_up(caplog: pytest.LogCaptureFixture) -> None:
    emulator = Emulator(clock=Mock(side_effect=ArithmeticError("no time")))
    body = {"order_id": "o", "order_amount": 1, "order_currency": "INR", "customer_details": {}}
    with emulator, pytest.raises(requests.ConnectionError):
        requests.post(f"{emulator.base_url}/orders", json=body, headers=CREDENTIALS, timeout=5)
    assert "emulator_failed" in caplog.text
    assert "no time" in caplog.text


def test_stop__closes_open_connections_at_once(emulator: Emulator) -> None:
    with requests.Session() as session:
        session.get(emulator.url, timeout=5)
        began = time.monotonic()
        address = emulator.url
        emulator.stop()
        assert time.monotonic() - began < 1
        with pytest.raises(requests.ConnectionError):
            session.get(address, timeout=5)


def test_hang_up__on_a_closed_socket() -> None:
    closed = socket.socket()
    closed.close()
    _hang_up(closed)
    assert closed.fileno() == -1


def test_port__taken() -> None:
    with Emulator() as first, pytest.raises(OSError, match="in use"):
        Server(int(first.url.rpartition(":")[2]), Mock(), pause=Mock(), tls=None)
