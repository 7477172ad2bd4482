"""The sockets: connections are kept, bodies are bounded, the end is prompt."""

from __future__ import annotations

import http.client
import json
import logging
import re
import socket
import time
from collections.abc import Iterator
from unittest.mock import Mock

import pytest
import requests

from django_flowwise.emulator import Behaviour, Emulator, EmulatorFailed
from django_flowwise.emulator.server import Connection, Server, _hang_up

CREDENTIALS = {"x-client-id": "emulator", "x-client-secret": "emulator-secret"}
ORDER = {"order_id": "o", "order_amount": 1, "order_currency": "INR", "customer_details": {}}


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


@pytest.mark.parametrize(
    ("target", "status"),
    [
        (b"http://anything.example/openapi.json?x=1", b"200"),
        (b"HTTP://anything.example:80", b"200"),
        (b"https://anything.example/nowhere", b"404"),
    ],
)
def test_request__may_name_the_host_as_to_a_proxy(emulator: Emulator, target: bytes, status: bytes) -> None:
    answer = raw_exchange(emulator, b"GET %s HTTP/1.1\r\nHost: anything.example\r\n\r\n" % target)
    assert answer.split()[1] == status


def test_connection__answers_without_delay(connection: http.client.HTTPConnection) -> None:
    """With Nagle's algorithm against delayed acknowledgements, each answer would take 40 ms."""
    began = time.monotonic()
    for _ in range(100):
        connection.request("GET", "/static/emulator.svg")
        connection.getresponse().read()
    assert time.monotonic() - began < 3


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


@pytest.mark.parametrize("path", ["/router/orders", "/behaviour"])
@pytest.mark.parametrize(
    ("header", "status"),
    [
        ("Content-Length: no", 400),
        ("Content-Length: -1", 400),
        ("Content-Length: 1048577", 413),
        (f"Content-Length: {'9' * 5000}", 413),
        ("Transfer-Encoding: gzip", 501),
        ("Content-Length: 1\r\nTransfer-Encoding: chunked", 400),
    ],
)
def test_body__unbounded_is_refused(emulator: Emulator, path: str, header: str, status: int) -> None:
    answer = raw_exchange(emulator, f"POST {path} HTTP/1.1\r\n{header}\r\n\r\n".encode())
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert b"\r\nContent-Type: application/json\r\n" in head
    assert b"\r\nConnection: close" in head
    assert json.loads(body)["code"] == "request_invalid"
    assert emulator.requests == []


def in_chunks(emulator: Emulator, *sent: bytes) -> bytes:
    head = "".join(f"{name}: {value}\r\n" for name, value in CREDENTIALS.items()).encode()
    head += b"Content-Type: application/json\r\nTransfer-Encoding: Chunked\r\n\r\n"
    return raw_exchange(emulator, b"POST /router/orders HTTP/1.1\r\n" + head + b"".join(sent))


def test_body__in_chunks_is_one_body(emulator: Emulator) -> None:
    body = json.dumps(ORDER).encode()
    first, rest = f"{7:x};name=value\r\n".encode(), f"{len(body) - 7:X}\r\n".encode()
    answer = in_chunks(emulator, first, body[:7], b"\r\n", rest, body[7:], b"\r\n", b"0\r\nX-Trailer: 1\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    [received] = emulator.requests
    assert received.body == body
    assert received.json == ORDER


def test_body__in_chunks_leaves_the_connection_open(connection: http.client.HTTPConnection) -> None:
    headers = {**CREDENTIALS, "Content-Type": "application/json"}
    for status in (200, 409):
        connection.request(
            "POST", "/router/orders", iter([json.dumps(ORDER).encode()]), headers, encode_chunked=True
        )
        response = connection.getresponse()
        response.read()
        assert (response.status, response.headers["Connection"]) == (status, "keep-alive")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"x\r\n", 400),
        (b"-1\r\n", 400),
        (b"2\r\n{}}\r\n0\r\n\r\n", 400),
        (b"0" * 2000, 400),
        (b"2\r\n{}\r\n0\r\n" + b"a: b\r\n" * 101, 400),
        (b"100001\r\n", 413),
        (b"80000\r\n" + b" " * 0x80000 + b"\r\n80001\r\n", 413),
    ],
)
def test_body__odd_chunks_are_refused(emulator: Emulator, sent: bytes, status: int) -> None:
    assert in_chunks(emulator, sent).startswith(f"HTTP/1.1 {status} ".encode())
    assert emulator.requests == []


@pytest.mark.parametrize("sent", [b"", b"2", b"2\r\n{", b"2\r\n{}", b"2\r\n{}\r\n0\r\n"])
def test_body__chunks_cut_short_are_not_answered(emulator: Emulator, sent: bytes) -> None:
    assert in_chunks(emulator, sent) == b""
    assert emulator.requests == []


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (b"POST /router/orders HTTP/x\r\n\r\n", 400),
        (b"BREW /router/orders HTTP/1.1\r\n\r\n", 501),
        (b"GET /router/orders HTTP/2.0\r\n\r\n", 505),
        (b"GET /router/orders a b HTTP/1.1\r\n\r\n", 400),
        # Nothing may be left unread, or closing would reset the connection.
        (b"GET /router/".ljust(65_537, b"o"), 414),
    ],
)
def test_line__that_is_none_is_refused_in_json(emulator: Emulator, line: bytes, status: int) -> None:
    head, _, body = raw_exchange(emulator, line).partition(b"\r\n\r\n")
    assert head.startswith(f"HTTP/1.1 {status} ".encode())
    assert json.loads(body)["code"] == "request_invalid"


def test_refusal__has_the_shape_of_its_address(emulator: Emulator) -> None:
    """Operations keep to Behaviour; a browser reads a page."""
    emulator.behaviour = Behaviour(error_shape="text")
    assert b"\r\n\r\nrequest : " in raw_exchange(emulator, b"BREW /router/orders HTTP/1.1\r\n\r\n")
    assert b'{"message": ' in raw_exchange(emulator, b"BREW /faults HTTP/1.1\r\n\r\n")
    asked = b"BREW /faults HTTP/1.1\r\nAccept: text/html,*/*;q=0.8\r\n\r\n"
    assert b"<h1>This did not work</h1>" in raw_exchange(emulator, asked)
    two = b"GET /state HTTP/1.1\r\nAccept: text/html\r\n\r\nGET / HTTP/x\r\n\r\n"
    assert b"<h1>" not in raw_exchange(emulator, two)


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


def test_view_that_breaks__says_so_itself(caplog: pytest.LogCaptureFixture) -> None:
    with Emulator(clock=Mock(side_effect=ArithmeticError("no time"))) as emulator:
        emulator.behaviour = Behaviour(error_shape="empty")
        response = requests.post(f"{emulator.base_url}/orders", json=ORDER, headers=CREDENTIALS, timeout=5)
        assert (response.status_code, response.headers["Connection"]) == (500, "close")
        assert response.json()["code"] == "emulator_failed"
        assert "The emulator itself failed" in response.json()["message"]
        [failure] = emulator.failures
        assert isinstance(failure.error, ArithmeticError)
        assert str(failure) == "POST /router/orders: ArithmeticError: no time"
        with pytest.raises(EmulatorFailed, match=re.escape(f"itself failed at {failure}; at {failure}")):
            raise EmulatorFailed([failure, failure])
        emulator.reset()
        assert emulator.failures == []
    assert caplog.text.count("emulator_failed asked=POST /router/orders") == 1
    assert "Traceback" in caplog.text


def test_page_that_breaks__says_so_itself(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = [ArithmeticError("<no orders>"), ArithmeticError("no state")]
    monkeypatch.setattr(emulator._ledger, "all_orders", Mock(side_effect=errors))
    response = requests.get(emulator.url, headers={"Accept": "text/html"}, timeout=5)
    assert response.status_code == 500
    assert "&lt;no orders&gt;" in response.text
    response = requests.get(f"{emulator.url}/state", timeout=5)
    assert (response.status_code, response.json()["code"]) == (500, "emulator_failed")
    assert [failure.asked for failure in emulator.failures] == ["GET /", "GET /state"]


def test_delivery_that_breaks__is_noted_and_hung_up(
    emulator: Emulator, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(Connection, "_take", Mock(side_effect=ArithmeticError("no step")))
    with pytest.raises(requests.ConnectionError):
        requests.get(emulator.url, timeout=5)
    [failure] = emulator.failures
    assert re.fullmatch(r"a request from \('127.0.0.1', \d+\): ArithmeticError: no step", str(failure))
    assert "emulator_failed asked=a request from" in caplog.text


def test_stop__closes_open_connections_at_once(emulator: Emulator) -> None:
    with requests.Session() as session:
        session.get(emulator.url, timeout=5)
        began = time.monotonic()
        address = emulator.url
        emulator.stop()
        assert time.monotonic() - began < 4
        with pytest.raises(requests.ConnectionError):
            session.get(address, timeout=5)


def test_hang_up__on_a_closed_socket() -> None:
    closed = socket.socket()
    closed.close()
    _hang_up(closed)
    assert closed.fileno() == -1


def test_port__taken() -> None:
    with Emulator() as first, pytest.raises(OSError, match="in use"):
        Server(("127.0.0.1", int(first.url.rpartition(":")[2])), Mock(), pause=Mock(), tls=None)
