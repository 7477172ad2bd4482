"""A tap on the sockets to Flowwise: what left, and in which transactions it should not have left."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connections


class WireTap:
    """Note every connection to an address, every send over it, and each transaction that was open then."""

    def __init__(self, base_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
        parts = urlsplit(base_url)
        self._peer = (parts.hostname, parts.port)
        self.opened = 0
        self.sent = 0
        self.offences: list[str] = []
        for name in ("connect", "send", "sendall"):
            monkeypatch.setattr(socket.socket, name, self._tapped(name, getattr(socket.socket, name)))

    def _tapped(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def tapped(sock: socket.socket, given: Any, *rest: Any) -> Any:
            if name == "connect":
                is_ours = given == self._peer
                self.opened += is_ours
            else:
                is_ours = sock.family == socket.AF_INET and sock.getpeername() == self._peer
                self.sent += is_ours
            if is_ours:
                self.offences += [f"{name} within {alias}" for alias in open_transactions()]
            return real(sock, given, *rest)

        return tapped

    def forget(self) -> None:
        self.opened = self.sent = 0
        self.offences.clear()


def open_transactions() -> list[str]:
    """Name the databases on which a transaction of this thread is open."""
    return [each.alias for each in connections.all(initialized_only=True) if each.in_atomic_block]
