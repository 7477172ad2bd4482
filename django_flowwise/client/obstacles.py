"""What stood in the way of a call that brought no answer, read from the errors of the transport.

For people who must find out why: no outcome is decided by it. Only the client uses requests' and urllib3's errors.
"""

from __future__ import annotations

import enum
import socket
import ssl
from collections.abc import Iterator

import requests
import urllib3.exceptions

from django_flowwise.client.deadline import DeadlinePassedUnsent


class Obstacle(enum.Enum):
    """Name what stood in the way."""

    CERTIFICATE = "certificate"
    """The other side's certificate is not trusted, has expired, or is another name's."""
    PROXY = "proxy"
    """The proxy that the environment names did not let the call through."""
    NAME = "name"
    """The name of the host is not found."""
    TLS = "tls"
    """Something answered, but did not speak TLS as it should."""
    TIME = "time"
    """No connection, or no whole answer, in time."""
    CONNECTION = "connection"
    """Nobody listens at the address, or no way leads there."""
    BROKEN = "broken"
    """The connection broke, or what came over it was no HTTP."""


_SIGNS: dict[Obstacle, tuple[type[BaseException], ...]] = {
    Obstacle.CERTIFICATE: (ssl.SSLCertVerificationError,),
    Obstacle.PROXY: (requests.exceptions.ProxyError, urllib3.exceptions.ProxyError),
    Obstacle.NAME: (urllib3.exceptions.NameResolutionError, socket.gaierror),
    Obstacle.TLS: (ssl.SSLError, urllib3.exceptions.SSLError),
    Obstacle.CONNECTION: (urllib3.exceptions.NewConnectionError, ConnectionRefusedError),
    # urllib3 takes an error of connecting for one of time, so this comes after it.
    Obstacle.TIME: (TimeoutError, urllib3.exceptions.TimeoutError, requests.Timeout, DeadlinePassedUnsent),
}


def obstacle_of(error: BaseException) -> Obstacle:
    """Say what an error, or what it comes from, tells of the way."""
    links = tuple(_links(error))
    for obstacle, signs in _SIGNS.items():
        if any(isinstance(link, signs) for link in links):
            return obstacle
    return Obstacle.BROKEN


def _links(error: BaseException) -> Iterator[BaseException]:
    """Give the error and what is behind it; urllib3 and requests keep that in arguments, too."""
    waiting, seen = [error], set[int]()
    while waiting:
        link = waiting.pop()
        if id(link) not in seen:
            seen.add(id(link))
            yield link
            behind = (link.__cause__, getattr(link, "reason", None), *link.args)
            waiting += [each for each in behind if isinstance(each, BaseException)]
