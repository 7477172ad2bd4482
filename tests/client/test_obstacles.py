"""What stood in the way."""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    SSLError,
)

from django_flowwise.client import Obstacle, obstacle_of
from django_flowwise.client.deadline import DeadlinePassedUnsent
from django_flowwise.exceptions import RequestNotSent

PLACE: Any = object()


def within(reason: Exception) -> Exception:
    """Wrap it as requests and our client do."""
    ours = RequestNotSent("nothing left")
    ours.__cause__ = requests.ConnectionError(MaxRetryError(PLACE, "/", reason))
    return ours


@pytest.mark.parametrize(
    ("error", "obstacle"),
    [
        (within(SSLError(ssl.SSLCertVerificationError("expired"))), Obstacle.CERTIFICATE),
        (within(SSLError(ssl.SSLError("wrong version number"))), Obstacle.TLS),
        (within(ProxyError("no", NewConnectionError(PLACE, "refused"))), Obstacle.PROXY),
        (within(NewConnectionError(PLACE, "refused")), Obstacle.CONNECTION),
        (within(ConnectTimeoutError(PLACE, "timed out")), Obstacle.TIME),
        (within(NameResolutionError("shop.invalid", PLACE, socket.gaierror())), Obstacle.NAME),
        (requests.ConnectTimeout(), Obstacle.TIME),
        (TimeoutError(), Obstacle.TIME),
        (DeadlinePassedUnsent(), Obstacle.TIME),
        (socket.gaierror(), Obstacle.NAME),
        (ConnectionResetError(), Obstacle.BROKEN),
        (RequestNotSent("nothing is known"), Obstacle.BROKEN),
    ],
    ids=lambda value: value.value if isinstance(value, Obstacle) else type(value).__name__,
)
def test_obstacle__is_read_from_what_is_behind_an_error(error: Exception, obstacle: Obstacle) -> None:
    assert obstacle_of(error) is obstacle


def test_obstacle__of_errors_in_a_circle() -> None:
    first, second = LookupError(), LookupError()
    first.args, second.args = (second,), (first,)
    assert obstacle_of(first) is Obstacle.BROKEN
