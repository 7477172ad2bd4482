"""The transport over real sockets: deadlines, sizes, connections, and what requests would do unasked."""

from __future__ import annotations

import gzip
import os
import socket
import time
import traceback
import zlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import urllib3.util.connection

from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.client.deadline import _DeadlineReader
from django_flowwise.client.session import session_of
from django_flowwise.exceptions import OutcomeUnknown, RequestNotSent
from tests.client.conftest import account, answer, read_request

ORDER = b'{"order_id":"o","order_status":"ACTIVE"}'
Serve = Callable[[Callable[[socket.socket], None]], str]


def look(base_url: str, *, deadline: Deadline | None = None, **changes: float) -> Any:
    return FlowwiseClient(account(base_url, **changes)).get_order("o", deadline=deadline)


def drip(connection: socket.socket, text: bytes) -> None:
    for byte in text:  # pragma: no branch  # the client hangs up first
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def drip_headers(connection: socket.socket) -> None:
    read_request(connection)
    drip(connection, answer(ORDER))


def drip_body(connection: socket.socket) -> None:
    read_request(connection)
    connection.sendall(answer(ORDER)[: -len(ORDER)])
    drip(connection, ORDER)


def continue_for_ever(connection: socket.socket) -> None:
    read_request(connection)
    while True:
        connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        time.sleep(0.05)


def say_nothing(connection: socket.socket) -> None:
    read_request(connection)
    connection.recv(1)


@pytest.mark.parametrize("script", [drip_headers, drip_body, continue_for_ever, say_nothing])
def test_deadline__ends_the_call_however_slowly_bytes_arrive(serve: Serve, script: Any) -> None:
    base_url = serve(script)
    started = time.monotonic()
    with pytest.raises(OutcomeUnknown):
        look(base_url, deadline_seconds=0.5)
    assert time.monotonic() - started < 3


def test_deadline__passed_before_the_first_byte(serve: Serve) -> None:
    heard: list[bytes] = []
    base_url = serve(lambda connection: heard.append(read_request(connection)))
    with pytest.raises(RequestNotSent):
        look(base_url, deadline=Deadline(-1))
    assert heard == []


def test_deadline__less_keeps_half() -> None:
    assert 9.9 < Deadline(20).less(10).left_seconds <= 10
    assert 4.9 < Deadline(10).less(10).left_seconds <= 5


def test_not_sent__nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(RequestNotSent):
        look(f"http://127.0.0.1:{port}")


def test_unknown__the_connection_breaks_after_the_request(serve: Serve) -> None:
    with pytest.raises(OutcomeUnknown):
        look(serve(lambda connection: read_request(connection) and None))


def test_connections__one_for_two_calls(serve: Serve) -> None:
    requests: list[tuple[int, bytes]] = []
    connections = []

    def script(connection: socket.socket) -> None:
        connections.append(True)
        while True:
            requests.append((len(connections), read_request(connection)))
            connection.sendall(answer(ORDER, "Set-Cookie: spy=1; Path=/"))

    base_url = serve(script)
    assert look(base_url).order_status == look(base_url).order_status == "ACTIVE"
    assert [number for number, _ in requests] == [1, 1]
    assert all(b"Cookie" not in request for _, request in requests)


def test_size__an_answer_is_cut_off(serve: Serve) -> None:
    sent = []

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 419430400\r\n\r\n")
        sent.extend(connection.sendall(b" " * 1024 * 1024) for _ in range(400))

    with pytest.raises(OutcomeUnknown, match="longer than any order"):
        look(serve(script))
    assert len(sent) < 50


@pytest.mark.parametrize("status", ["200 OK", "302 Found", "500 Oops"])
def test_size__a_bomb_is_not_inflated(serve: Serve, status: str) -> None:
    bomb = gzip.compress(b" " * 20 * 1024 * 1024)

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer(bomb, "Content-Encoding: gzip", "Location: /elsewhere", status=status))

    with pytest.raises(OutcomeUnknown):
        look(serve(script))


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_encoding__is_understood_though_not_asked_for(serve: Serve, encoding: str) -> None:
    body = gzip.compress(ORDER) if encoding == "gzip" else zlib.compress(ORDER)

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer(body, f"Content-Encoding: {encoding}"))

    assert look(serve(script)).order_id == "o"


def test_encoding__that_lies(serve: Serve) -> None:
    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer(ORDER, "Content-Encoding: gzip"))

    with pytest.raises(OutcomeUnknown):
        look(serve(script))


def test_redirect__is_not_followed(serve: Serve) -> None:
    asked = []

    def elsewhere(connection: socket.socket) -> None:  # pragma: no cover  # nobody may come here
        asked.append(read_request(connection))
        connection.sendall(answer(ORDER))

    target = serve(elsewhere)

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer(b"", f"Location: {target}/orders/o", status="307 Temporary Redirect"))

    with pytest.raises(OutcomeUnknown) as caught:
        look(serve(script))
    assert caught.value.http_status == 307
    assert asked == []


def test_netrc__is_not_consulted(serve: Serve, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login spy password spied\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    heard: list[bytes] = []

    def script(connection: socket.socket) -> None:
        heard.append(read_request(connection))
        connection.sendall(answer(ORDER))

    look(serve(script))
    assert b"Authorization" not in heard[0]
    assert b"x-client-secret: the-s3cret" in heard[0]


def test_proxy__of_the_environment_is_used_and_read_once(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bytes] = []

    def script(connection: socket.socket) -> None:
        while True:
            heard.append(read_request(connection))
            connection.sendall(answer(ORDER))

    proxy = serve(script).removesuffix("/router")
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("no_proxy", "")
    look("http://flowwise.invalid/router")
    monkeypatch.delenv("http_proxy")
    look("http://flowwise.invalid/router")
    assert [request.split(b" ")[1] for request in heard] == [b"http://flowwise.invalid/router/orders/o"] * 2


@pytest.mark.parametrize("name", ["http_proxy", "HTTP_PROXY", "all_proxy"])
def test_proxy__is_not_asked_for_this_machine(serve: Serve, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A local Flowwise, and no packet that leaves the machine, whatever the environment says."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(answer(ORDER))

    monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    assert look(serve(script)).order_id == "o"


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork__the_child_makes_connections_of_its_own(serve: Serve) -> None:
    def script(connection: socket.socket) -> None:
        while True:
            read_request(connection)
            connection.sendall(answer(ORDER))

    base_url = serve(script)
    look(base_url)
    in_parent = session_of(account(base_url))
    assert session_of(account(base_url)) is in_parent
    if not (child := os.fork()):  # pragma: no cover  # runs in a process that ends without a word to coverage
        os._exit(0 if session_of(account(base_url)) is not in_parent else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_threads__each_gets_its_own_answer(serve: Serve) -> None:
    def script(connection: socket.socket) -> None:
        order_id = read_request(connection).split(b" ")[1].rsplit(b"/", 1)[1]
        connection.sendall(answer(b'{"order_id":"%s"}' % order_id, "Connection: close"))

    client = FlowwiseClient(account(serve(script)))
    order_ids = [f"o{number}" for number in range(20)]
    with ThreadPoolExecutor(max_workers=20) as pool:
        assert [answer.order_id for answer in pool.map(client.get_order, order_ids)] == order_ids


def test_reader__says_no_once_time_is_up() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = _DeadlineReader(ours.makefile("rb", buffering=0), ours, Deadline(-1))
        with pytest.raises(TimeoutError, match="deadline"):
            reader.readinto(bytearray(1))
        reader.close()
        reader.close()
        assert reader.closed


@pytest.mark.parametrize("size", [b"-1", b"-5"])
def test_chunks__of_a_negative_size_are_no_answer(serve: Serve, size: bytes) -> None:
    sent = []

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + size + b"\r\n")
        sent.extend(connection.sendall(b" " * 1024 * 1024) for _ in range(100))

    with pytest.raises(OutcomeUnknown):
        look(serve(script))
    assert len(sent) < 50


def test_connecting__to_a_name_with_many_addresses_ends_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"127.0.0.{number}", 80)) for number in range(2, 9)]
    tried: list[str] = []

    def refuses(address: tuple[str, int], timeout: float, **kwargs: Any) -> Any:
        tried.append(address[0])
        time.sleep(timeout)
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *args: found)
    monkeypatch.setattr("urllib3.util.connection.create_connection", refuses)
    started = time.monotonic()
    with pytest.raises(RequestNotSent):
        look("http://shop.example/router", deadline_seconds=0.5, connect_timeout_seconds=0.2)
    assert time.monotonic() - started < 1.3
    assert tried in (["127.0.0.2", "127.0.0.3"], ["127.0.0.2", "127.0.0.3", "127.0.0.4"])


def test_connecting__takes_the_first_address_that_answers(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    hosts: list[bytes] = []

    def script(connection: socket.socket) -> None:
        hosts.append(read_request(connection))
        connection.sendall(answer(ORDER))

    port = int(serve(script).rpartition(":")[2].partition("/")[0])
    real = socket.getaddrinfo
    found = [real(host, port, type=socket.SOCK_STREAM)[0] for host in ("::1", "127.0.0.1")]
    monkeypatch.setattr(
        socket, "getaddrinfo", lambda host, *args: found if host == "shop.example" else real(host, *args)
    )
    assert look(f"http://shop.example:{port}/router").order_status == "ACTIVE"
    assert f"Host: shop.example:{port}".encode() in hosts[0]


@pytest.mark.parametrize("script", [say_nothing, drip_body])
def test_tracebacks__hold_no_secret_and_no_body(serve: Serve, script: Any) -> None:
    with pytest.raises(OutcomeUnknown) as caught:
        look(serve(script), deadline_seconds=0.3)
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "the-s3cret" not in "".join(told.format())
    assert caught.value.__cause__ is not None
    assert caught.value.__cause__.__traceback__ is None


def test_tracebacks__of_what_interrupts_a_call_and_not_of_what_was_being_handled(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*args: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("django_flowwise.client.session._read_body", interrupted)
    base_url = serve(lambda connection: connection.sendall(answer(ORDER)) if read_request(connection) else None)
    before = LookupError()

    def look_while_another_is_handled() -> None:
        try:
            raise before
        except LookupError:
            look(base_url)

    with pytest.raises(KeyboardInterrupt) as caught:
        look_while_another_is_handled()
    told = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    assert "the-s3cret" not in "".join(told.format())
    assert before.__traceback__ is not None


def test_connecting__that_takes_all_the_time_sends_nothing(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[bytes] = []
    base_url = serve(lambda connection: heard.append(read_request(connection)))
    real = urllib3.util.connection.create_connection

    def slow(*args: Any, **kwargs: Any) -> socket.socket:
        connection = real(*args, **kwargs)
        time.sleep(0.3)
        return connection

    monkeypatch.setattr("urllib3.util.connection.create_connection", slow)
    with pytest.raises(RequestNotSent):
        look(base_url, deadline_seconds=0.2)
    assert heard == []
