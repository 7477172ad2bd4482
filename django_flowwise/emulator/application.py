"""From a WSGI environ to an answer: Django's request, resolver and response, and nothing of the shop's.

Only the server calls it. No shop's middleware, ALLOWED_HOSTS, urlconf or database may come in.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any, Final
from urllib.parse import unquote

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.http.request import HttpHeaders
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern

from django_flowwise.emulator import urls
from django_flowwise.emulator.answers import refused_act, refused_operation, refused_page, wants_html
from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.failures import Failure
from django_flowwise.emulator.faults import Step, whole
from django_flowwise.emulator.ledger import Ledger, ReceivedRequest
from django_flowwise.emulator.refusals import Refusal, address_not_found, emulator_failed, invalid_request

logger = logging.getLogger(__name__)

RAW_PATH: Final = "django_flowwise.emulator.raw_path"
"""Key of the environ under which the server puts the path as it was sent."""

BODY: Final = "django_flowwise.emulator.body"
"""Key of the environ under which the server puts the body."""

Journey = Callable[[bytes, bytes], Iterator[Step]]
"""How an answer travels: takes its head and its body."""


class Application:
    """The emulator without its sockets."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._resolver = URLResolver(RegexPattern(r"^/"), urls)

    def __call__(self, environ: dict[str, Any]) -> tuple[HttpResponse, Journey]:
        """Answer one request, and say how the answer travels; one to the API is recorded first."""
        path = environ[RAW_PATH]
        if not _is_operation(path):
            return self._answer(environ, path, _refusing(path, environ.get("HTTP_ACCEPT", ""))), straight
        self._ledger.record(_received(environ))
        return self._answer_operation(environ, path)

    def refuse(self, path: str, accept: str, *, status: int, reason: str) -> HttpResponse:
        """Answer what is no request that can be read."""
        return _refusing(path, accept)(invalid_request(status, reason), self._ledger.behaviour)

    def own_up(self, environ: dict[str, Any], error: BaseException) -> HttpResponse:
        """Note what broke while a request was answered, and say that it was not Flowwise."""
        path = environ[RAW_PATH]
        failure = Failure(asked=f"{environ['REQUEST_METHOD']} {path}", error=error)
        self.note(failure)
        refuse = refused_page if wants_html(environ.get("HTTP_ACCEPT", "")) else refused_act
        return refuse(emulator_failed(str(failure)), self._ledger.behaviour)

    def note(self, failure: Failure) -> None:
        """Keep and log a failure; once, where it is met again on its way out."""
        if self._ledger.note_failure(failure):
            logger.error("emulator_failed asked=%s", failure.asked, exc_info=failure.error)

    def _answer_operation(self, environ: dict[str, Any], path: str) -> tuple[HttpResponse, Journey]:
        switch = self._ledger.switches.take(self._operation(environ, path))
        if switch is None:
            return self._answer(environ, path, refused_operation), straight
        fault = switch.fault
        if fault.seconds_before and not self._ledger.switches.pause(switch.seconds):
            return HttpResponse(status=503), straight
        answer = self._answer(environ, path, refused_operation) if fault.is_carried_out else HttpResponse()
        return fault.alteration(answer), lambda head, body: fault.delivery(head, body, switch.seconds)

    def _operation(self, environ: dict[str, Any], path: str) -> str:
        """Name the operation that is asked for; empty where there is none."""
        try:
            address: Any = self._resolver.resolve(path).func
            return str(address.view_for(WSGIRequest(environ)).__name__)
        except (Resolver404, Refusal):
            return ""

    def _answer(
        self, environ: dict[str, Any], path: str, refuse: Callable[[Refusal, Behaviour], HttpResponse]
    ) -> HttpResponse:
        try:
            return self._view(WSGIRequest(environ), path)
        except Refusal as refusal:
            response = refuse(refusal, self._ledger.behaviour)
            if refusal.allow:
                response.headers["Allow"] = refusal.allow
            return response

    def _view(self, request: WSGIRequest, path: str) -> HttpResponse:
        try:
            match = self._resolver.resolve(path)
        except Resolver404 as err:
            raise address_not_found() from err
        parts = {name: unquote(part) for name, part in match.kwargs.items()}
        response: HttpResponse = match.func(request, self._ledger, **parts)
        return response


def straight(head: bytes, body: bytes) -> Iterator[Step]:
    """Let an answer travel as it should."""
    return whole(head, body, 0)


def _is_operation(path: str) -> bool:
    return path.startswith(f"{urls.OPERATIONS_PREFIX}/")


def _refusing(path: str, accept: str) -> Callable[[Refusal, Behaviour], HttpResponse]:
    """Choose how a no is worded: as Flowwise's, or for the person or the program that steers the emulator."""
    if _is_operation(path):
        return refused_operation
    return refused_page if wants_html(accept) else refused_act


def _received(environ: dict[str, Any]) -> ReceivedRequest:
    public = {name: value for name, value in environ.items() if name != "HTTP_X_CLIENT_SECRET"}
    return ReceivedRequest(
        method=environ["REQUEST_METHOD"],
        path=environ[RAW_PATH],
        query=environ["QUERY_STRING"],
        headers=HttpHeaders(public),
        body=environ[BODY],
    )
