"""The one exchange that every operation makes: a request, an answer, and the error where there is none."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import TypeVar

from django_flowwise import __version__
from django_flowwise.client.deadline import Call, Deadline
from django_flowwise.client.frames import FramesDropped
from django_flowwise.client.operations import Target
from django_flowwise.client.outcomes import TRANSPORT_ERRORS, refusal, transport_error, unreadable
from django_flowwise.client.session import LARGEST_ANSWER, session_of
from django_flowwise.conf import Account
from django_flowwise.exceptions import FlowwiseAPIError, RequestNotSent
from django_flowwise.wire import Request, UnreadableAnswer, encode

_HEADERS = {
    "User-Agent": f"django-flowwise/{__version__}",
    "Accept": "application/json",
    "Accept-Encoding": "identity",
}
_JSON_HEADERS = {**_HEADERS, "Content-Type": "application/json"}
Answer = TypeVar("Answer")


class Exchange:
    """Speak to Flowwise for one account; the operations are mixed in."""

    def __init__(self, account: Account) -> None:
        self._account = account

    def _exchange(
        self,
        target: Target,
        read: Callable[[bytes], Answer],
        *,
        request: Request | None = None,
        deadline: Deadline | None = None,
    ) -> Answer | FlowwiseAPIError:
        """Make the one request."""
        account = self._account
        if not _is_writable(request):
            return RequestNotSent(
                "The request holds half of a character pair, which cannot be sent.",
                operation=target.operation.name,
            )
        call = Call(deadline or Deadline(account.deadline_seconds))
        try:
            with FramesDropped():
                response, answer = session_of(account).send(
                    target.operation.verb,
                    account.base_url + target.path,
                    _HEADERS if request is None else _JSON_HEADERS,
                    None if request is None else encode(request),
                    call,
                )
        except TRANSPORT_ERRORS as error:
            return transport_error(error, call, target)
        if not 200 <= response.status_code < 300:
            return refusal(
                response,
                answer,
                target,
                private=request.private_texts() if request else (),
                secrets=(account.client_secret, account.client_id),
            )
        try:
            with FramesDropped():
                return read(_whole(answer))
        except UnreadableAnswer as error:
            return unreadable(error, target, http_status=response.status_code)


def or_raise(outcome: Answer | FlowwiseAPIError) -> Answer:
    """Give the answer, or raise the error.

    Raised where no variable holds a secret, a header or a customer's data: error reports print variables.
    """
    if isinstance(outcome, FlowwiseAPIError):
        raise outcome
    return outcome


def _is_writable(request: Request | None) -> bool:
    # Before the call, where any ValueError is one of the connection's. What was written is kept in no variable.
    with contextlib.suppress(UnicodeEncodeError):
        if request is not None:
            encode(request)
        return True
    return False


def _whole(answer: bytes) -> bytes:
    if len(answer) > LARGEST_ANSWER:
        raise UnreadableAnswer("the answer is longer than any order")
    return answer
