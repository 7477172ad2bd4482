"""A plain look at a page, over real sockets."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from django_flowwise.client import Obstacle, ProbeAnswer, probe
from django_flowwise.client.probe import LARGEST_PAGE
from tests.client.conftest import answer, read_request

Serve = Callable[[Callable[[socket.socket], None]], str]


def look(url: str, **seconds: float) -> ProbeAnswer | Obstacle:
    return probe(
        url,
        {"X-Asked": "1"},
        **{"connect_timeout_seconds": 1, "read_timeout_seconds": 1, "deadline_seconds": 2, **seconds},
    )


def test_probe__asks_without_credentials_and_follows_nothing(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    asked: list[bytes] = []

    def redirect(connection: socket.socket) -> None:
        asked.append(read_request(connection))
        connection.sendall(answer(b"", "Location: /elsewhere", "Set-Cookie: a=b", status="302 Found"))

    url = serve(redirect)
    found = look(url)
    assert isinstance(found, ProbeAnswer)
    assert (found.http_status, found.headers["location"]) == (302, "/elsewhere")
    look(url)
    assert len(asked) == 2
    for request in asked:
        head = request.decode().lower()
        assert head.startswith("get /router http/1.1")
        assert "\r\nx-asked: 1\r\n" in head
        assert not [word for word in ("authorization", "x-client", "cookie") if word in head]


def test_probe__takes_no_more_than_so_much(serve: Serve) -> None:
    taken: list[int] = []

    def endless(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(b"HTTP/1.1 404 Not Found\r\nX-Order-View: mark\r\n\r\n")
        while True:
            taken.append(connection.send(b"x" * LARGEST_PAGE))

    found = look(serve(endless))
    assert isinstance(found, ProbeAnswer)
    assert (found.http_status, found.headers["X-ORDER-VIEW"]) == (404, "mark")
    assert sum(taken) < 200 * LARGEST_PAGE


def say_nothing(connection: socket.socket) -> None:
    read_request(connection)
    connection.recv(1)


def hang_up(connection: socket.socket) -> None:
    read_request(connection)


@pytest.mark.parametrize(("script", "obstacle"), [(say_nothing, Obstacle.TIME), (hang_up, Obstacle.BROKEN)])
def test_probe__says_what_stood_in_the_way(serve: Serve, script: Any, obstacle: Obstacle) -> None:
    began = time.monotonic()
    assert look(serve(script), read_timeout_seconds=0.2) is obstacle
    assert time.monotonic() - began < 10


def test_probe__nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert look(f"http://127.0.0.1:{port}/") is Obstacle.CONNECTION


def test_probe__a_name_that_is_not_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def not_found(*args: Any, **kwargs: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", not_found)
    assert look("http://shop.invalid/") is Obstacle.NAME
