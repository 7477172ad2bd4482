"""The client's edge: where a request would leave, an answer that was arranged comes back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final, NoReturn
from urllib.parse import unquote

from django_flowwise.client import operations
from django_flowwise.client.session import CLIENT_ID_HEADER, DeadlineAdapter
from django_flowwise.emulator.exact_json import read_json, write_json

try:
    import responses
except ModuleNotFoundError:
    _HAS_RESPONSES = False
else:
    _HAS_RESPONSES = True

_OPERATIONS: Final[Mapping[str, operations.Operation]] = MappingProxyType(
    {
        "create_order": operations.CREATE_ORDER,
        "get_order": operations.GET_ORDER,
        "list_payments": operations.LIST_PAYMENTS,
        "create_payment": operations.CREATE_PAYMENT,
        "get_payment": operations.GET_PAYMENT,
        "authorize_payment": operations.CAPTURE_PAYMENT,
        "refund_payment": operations.REFUND_PAYMENT,
        "refund_order": operations.REFUND_ORDER,
        "get_refund": operations.GET_REFUND,
        "create_customer": operations.CREATE_CUSTOMER,
        "update_customer": operations.UPDATE_CUSTOMER,
    }
)
"""By the names that the local Flowwise has for them, too: a void is authorize_payment as a capture is."""


_SEND: Final = f"{DeadlineAdapter.__module__}.{DeadlineAdapter.__qualname__}.send"
_ANY_URL: Final = re.compile("")
_JSON: Final = MappingProxyType({"Content-Type": "application/json"})
_KINDS: Final = MappingProxyType(
    {401: "authentication_error", 403: "authorization_error", 404: "resource_error", 429: "internal_error"}
)
"""The word for `type` by HTTP status, as the local Flowwise has them; no page promises any."""


class UnarrangedRequest(AssertionError):
    """A request came to the client's edge for which the test arranged no answer; nothing was sent."""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request at the client's edge."""

    operation: str
    base_url: str
    ids: Mapping[str, str]
    """The ids of its path."""
    sent: Mapping[str, Any] = field(repr=False)
    """Its body, with exact numbers; empty without one."""


Answer = tuple[int, dict[str, str], str]
"""Status, headers and body."""


class Edge:
    """The answers that are arranged, by operation, and the requests that came.

    Attributes:
        requests: every request so far, oldest first, refused and unarranged ones included.
    """

    def __init__(self) -> None:
        self.requests: list[Asked] = []
        self._arranged: dict[str, list[Callable[[Asked], Answer]]] = {}
        self._latest: dict[str, Callable[[Asked], Answer]] = {}
        self._unarranged: list[str] = []

    def refuse(
        self,
        operation: str,
        http_status: int = 400,
        *,
        code: str = "",
        message: str = "",
        kind: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Arrange that an operation is answered with an error, such as a 422, or a 503 with Retry-After.

        Whether that is a no is for the status to say. The shape is not documented: message, code and type, which
        is `kind`, and goes by the status where it is not given. `headers` may replace the Content-Type.

        Raises:
            ValueError: there is no such operation, or the status is no error's.
        """
        if not 400 <= http_status <= 599:
            raise ValueError(f"The status of an error is from 400 to 599, not {http_status}.")
        usual = "internal_error" if http_status >= 500 else "validation_error"
        body = write_json({"message": message, "code": code, "type": kind or _KINDS.get(http_status, usual)})
        self._put(operation, lambda _asked: (http_status, {**_JSON, **headers}, body))

    def break_off(self, operation: str) -> None:
        """Arrange that the connection ends without an answer, so that nobody knows whether it was carried out.

        Raises:
            ValueError: there is no such operation.
        """

        def vanish(_asked: Asked) -> NoReturn:
            raise ConnectionResetError("The test broke the connection off.")

        self._put(operation, vanish)

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Stand at the edge while the block lasts.

        Raises:
            ModuleNotFoundError: `responses` is not installed.
        """
        if not _HAS_RESPONSES:
            raise ModuleNotFoundError(
                "flowwise_responses needs the library responses, which the extra testing brings: "
                "pip install './django-flowwise[testing]', or pip install responses",
                name="responses",
            )
        real_send: Any = DeadlineAdapter.send
        with responses.RequestsMock(
            assert_all_requests_are_fired=False,
            # The client's own door: a mock of the shop's, in or around this one, stands at that of requests.
            target=_SEND,
            real_adapter_send=real_send,
        ) as edge:
            edge.add_passthru(_ANY_URL)
            for verb in ("GET", "POST", "PUT"):
                edge.add_callback(verb, _ANY_URL, self._answer, match=[_is_for_flowwise])
            yield

    def check(self) -> None:
        """Let no request go unnoticed for which no answer was arranged.

        Raises:
            UnarrangedRequest: there was one.
        """
        if self._unarranged:
            raise UnarrangedRequest(self._unarranged[0])

    def _arrange(self, operation: str, make: Callable[[Asked], object]) -> None:
        self._put(operation, lambda asked: (200, dict(_JSON), write_json(make(asked))))

    def _put(self, operation: str, answer: Callable[[Asked], Answer]) -> None:
        if operation not in _OPERATIONS:
            raise ValueError(f"There is no operation {operation!r}; there is {', '.join(_OPERATIONS)}.")
        self._arranged.setdefault(operation, []).append(answer)

    def _answer(self, request: Any) -> Answer:
        asked = self._asked(request)
        self.requests.append(asked)
        waiting = self._arranged.get(asked.operation, [])
        if waiting:
            self._latest[asked.operation] = waiting.pop(0)
        if asked.operation not in self._latest:
            self._unarranged.append(
                f"{request.method} {request.url} came to the client's edge, and the test arranged no answer: call "
                f"flowwise_responses.{asked.operation}(), .refuse() or .break_off() before."
            )
            raise UnarrangedRequest(self._unarranged[-1])
        return self._latest[asked.operation](asked)

    def _asked(self, request: Any) -> Asked:
        sent: Any = read_json(request.body) if request.body else {}
        found = [
            (name, at)
            for name, operation in _OPERATIONS.items()
            if operation.verb == request.method and (at := _pattern(operation).search(request.url))
        ]
        # An id may look like another operation's path; whatever is longer has it within.
        name, at = max(found, key=lambda candidate: len(candidate[1][0]))
        ids = {key: unquote(part) for key, part in at.groupdict().items()}
        return Asked(operation=name, base_url=request.url[: at.start()], ids=ids, sent=sent)


def is_in_place() -> bool:
    """Tell whether canned answers stand between the client and Flowwise, wherever in this process."""
    # The adapter inherits how to send; only what stands in its place is an attribute of its own.
    return "send" in vars(DeadlineAdapter)


def _is_for_flowwise(request: Any) -> tuple[bool, str]:
    """Match what bears credentials; a look at a page of the shop's own has none."""
    return CLIENT_ID_HEADER in request.headers, "It bears no credentials."


def _pattern(operation: operations.Operation) -> re.Pattern[str]:
    return re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", operation.path) + "$")
