"""From a WSGI environ to an answer: Django's request, resolver and response, and nothing of the shop's.

Only the server calls it. No shop's middleware, ALLOWED_HOSTS, urlconf or database may come in.
"""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import unquote

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse
from django.http.request import HttpHeaders
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern

from django_flowwise.emulator import urls
from django_flowwise.emulator.answers import refused_operation, refused_page
from django_flowwise.emulator.ledger import Ledger, ReceivedRequest
from django_flowwise.emulator.refusals import Refusal, address_not_found

RAW_PATH: Final = "django_flowwise.emulator.raw_path"
"""Key of the environ under which the server puts the path as it was sent."""

BODY: Final = "django_flowwise.emulator.body"
"""Key of the environ under which the server puts the body."""


class Application:
    """The emulator without its sockets."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._resolver = URLResolver(RegexPattern(r"^/"), urls)

    def __call__(self, environ: dict[str, Any]) -> HttpResponse:
        """Answer one request; one to the API is recorded first."""
        path = environ[RAW_PATH]
        is_operation = path.startswith(f"{urls.OPERATIONS_PREFIX}/")
        if is_operation:
            self._ledger.record(_received(environ))
        try:
            return self._answer(WSGIRequest(environ), path)
        except Refusal as refusal:
            behaviour = self._ledger.behaviour
            answer = refused_operation if is_operation else refused_page
            response = answer(refusal, behaviour)
            if refusal.allow:
                response.headers["Allow"] = refusal.allow
            return response

    def _answer(self, request: WSGIRequest, path: str) -> HttpResponse:
        try:
            match = self._resolver.resolve(path)
        except Resolver404 as err:
            raise address_not_found() from err
        parts = {name: unquote(part) for name, part in match.kwargs.items()}
        response: HttpResponse = match.func(request, self._ledger, **parts)
        return response


def _received(environ: dict[str, Any]) -> ReceivedRequest:
    public = {name: value for name, value in environ.items() if name != "HTTP_X_CLIENT_SECRET"}
    return ReceivedRequest(
        method=environ["REQUEST_METHOD"],
        path=environ[RAW_PATH],
        query=environ["QUERY_STRING"],
        headers=HttpHeaders(public),
        body=environ[BODY],
    )
