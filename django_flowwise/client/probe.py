"""A plain look at a web page of the shop itself: no credentials, no cookies, no redirects, and only so much of it.

Says what came back, and raises nothing: a probe is made to find out what is wrong.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from requests.structures import CaseInsensitiveDict

from django_flowwise import __version__
from django_flowwise.client.deadline import Call, Deadline
from django_flowwise.client.frames import FramesDropped
from django_flowwise.client.obstacles import Obstacle, obstacle_of
from django_flowwise.client.outcomes import TRANSPORT_ERRORS
from django_flowwise.client.session import Session

LARGEST_PAGE = 64 * 1024
"""Bytes of the page that are taken."""
_HEADERS = {"User-Agent": f"django-flowwise/{__version__}", "Accept": "*/*", "Accept-Encoding": "identity"}


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class ProbeAnswer:
    """Say how a page answered."""

    http_status: int
    headers: Mapping[str, str]
    """By any case of their names."""


def probe(
    url: str,
    headers: Mapping[str, str],
    *,
    connect_timeout_seconds: float,
    read_timeout_seconds: float,
    deadline_seconds: float,
) -> ProbeAnswer | Obstacle:
    """GET the page, with these headers too, or say what stood in the way. One request; safe to repeat."""
    session = Session(
        url, connect_timeout_seconds=connect_timeout_seconds, read_timeout_seconds=read_timeout_seconds
    )
    call = Call(Deadline(deadline_seconds))
    try:
        with FramesDropped():
            response, _page = session.send(
                "GET", url, {**_HEADERS, **headers}, None, call, most_bytes=LARGEST_PAGE
            )
    except TRANSPORT_ERRORS as error:
        return obstacle_of(error)
    finally:
        session.close()
    return ProbeAnswer(http_status=response.status_code, headers=CaseInsensitiveDict(response.headers))
