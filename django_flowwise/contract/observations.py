"""One exchange, and of its answer only what may be shown to others: status, shape, and words from short lists."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django_flowwise import __version__
from django_flowwise.client.deadline import Call, Deadline
from django_flowwise.client.obstacles import obstacle_of
from django_flowwise.client.operations import Operation
from django_flowwise.client.outcomes import TRANSPORT_ERRORS
from django_flowwise.client.session import CLIENT_ID_HEADER, CLIENT_SECRET_HEADER, Session
from django_flowwise.conf import Account
from django_flowwise.contract.questions import QUESTIONS
from django_flowwise.contract.redaction import NOT_SHOWN, Redaction
from django_flowwise.exceptions import RequestNotSent

JSON: Final = "application/json"
_RATE_LIMITS: Final = [f"x-ratelimit-{part}" for part in ("limit", "remaining", "reset", "retry", "type")]
_HEADERS: Final = frozenset(
    {
        "retry-after",
        "www-authenticate",
        "x-request-id",
        "x-idempotency-key",
        "x-idempotency-replayed",
        *_RATE_LIMITS,
    }
)
NO_ADDRESS: Final = "NO_ADDRESS"
"""The obstacle of an id that no address can carry."""
_CONTENT_TYPES: Final = (JSON, "application/problem+json", "text/html", "text/plain", "text/xml")


@dataclass(frozen=True, kw_only=True)
class Observation:
    """What came of one step."""

    step: str
    """In our own words."""
    asks: str
    """What the public pages leave open, and this step answers."""
    switches: tuple[str, ...] = ()
    """The fields of the local Flowwise's Behaviour that stand for it."""
    operation: str
    http_status: int | None = None
    """None where no whole answer came."""
    obstacle: str = ""
    """What stood in the way, where no whole answer came."""
    content_type: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    """The kind of each field of the answer, by its path."""
    words: Mapping[str, str] = field(default_factory=dict)
    """The words of the answer, by the path of their field."""
    headers: tuple[str, ...] = ()
    """Names of headers about limits, retries and requests; never their values."""

    @property
    def is_success(self) -> bool:
        """Whether Flowwise did what was asked: any 2xx, since the pages show only a few statuses."""
        return self.http_status is not None and _is_success(self.http_status)


class Observer:
    """Ask one account, each time with one request, and keep what may be shown."""

    def __init__(self, account: Account, private: Collection[str]) -> None:
        self._account = account
        self._redaction = Redaction({account.client_id, account.client_secret, *private})
        self._session = Session(
            account.base_url,
            connect_timeout_seconds=account.connect_timeout_seconds,
            read_timeout_seconds=account.read_timeout_seconds,
        )

    def ask(
        self,
        step: str,
        operation: Operation,
        body: bytes | None = None,
        /,
        *,
        secret: str | None = None,
        content_type: str = JSON,
        **ids: str,
    ) -> tuple[Observation, Any]:
        """Make one request; give what may be shown, and the answer itself for the next steps to go on with."""
        account = self._account
        headers = self._headers(account.client_secret if secret is None else secret)
        if body is not None:
            headers["Content-Type"] = content_type
        call = Call(Deadline(account.deadline_seconds))
        asks, switches = QUESTIONS[step]
        asked: dict[str, Any] = {"step": step, "asks": asks, "switches": switches, "operation": operation.name}
        try:
            url = f"{account.base_url}{operation.on(**ids).path}"
            response, raw = self._session.send(operation.verb, url, headers, body, call)
        except RequestNotSent:
            return Observation(**asked, obstacle=NO_ADDRESS), None
        except TRANSPORT_ERRORS as error:
            return Observation(**asked, obstacle=obstacle_of(error).name), None
        answer = _read(raw)
        observed = Observation(
            **asked,
            http_status=response.status_code,
            content_type=_content_type(response.headers),
            fields=self._redaction.kinds_of(answer),
            words=self._redaction.words_of(
                answer, operation.name, is_refusal=not _is_success(response.status_code)
            ),
            headers=tuple(sorted(_HEADERS.intersection(name.lower() for name in response.headers))),
        )
        return observed, answer

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def _headers(self, secret: str) -> dict[str, str]:
        headers = {
            "User-Agent": f"django-flowwise-contract/{__version__}",
            "Accept": JSON,
            "Accept-Encoding": "identity",
            CLIENT_ID_HEADER: self._account.client_id,
        }
        return headers | ({CLIENT_SECRET_HEADER: secret} if secret else {})


def _is_success(status: int) -> bool:
    return 200 <= status < 300


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw, parse_float=Decimal)
    except (ValueError, ArithmeticError, RecursionError):
        return raw.decode(errors="replace")


def _content_type(headers: Mapping[str, str]) -> str:
    named = headers.get("Content-Type", "").partition(";")[0].strip().lower()
    return named if named in _CONTENT_TYPES else NOT_SHOWN * bool(named)
