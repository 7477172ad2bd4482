"""What crosses the wire in the tests, held against the local Flowwise's OpenAPI description by openapi-core.

Every request of the client is, wherever it goes: to a local Flowwise, to canned answers, to a test's own mock.
It is known by its User-Agent: tests send others malformed on purpose. Answers are where a test asks for it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.http import HttpResponse
from openapi_core import OpenAPI
from openapi_core.exceptions import OpenAPIError
from openapi_core.testing import MockRequest, MockResponse

import django_flowwise
from django_flowwise.client.session import CLIENT_ID_HEADER
from django_flowwise.emulator.answers import refused_operation
from django_flowwise.emulator.application import BODY, Application

DESCRIPTION = Path(django_flowwise.__file__).parent / "emulator" / "openapi.json"
DESCRIBED = json.loads(DESCRIPTION.read_text())
PATHS = [
    (verb.upper(), re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$"))
    for path, operations in DESCRIBED["paths"].items()
    for verb in operations
]
OURS = "django-flowwise/"
PREFIX = "/router"


class Watch:
    """Stand where requests leave and a local Flowwise answers, in this process, and note what does not fit."""

    def __init__(self) -> None:
        self._described = OpenAPI.from_dict(DESCRIBED)
        self._offences: list[str] = []
        self.checks_answers = False

    def stand_in(self, monkeypatch: pytest.MonkeyPatch) -> None:
        send, answer = requests.Session.send, Application._answer

        def watching_requests(session: requests.Session, request: requests.PreparedRequest, **named: Any) -> Any:
            if is_for_flowwise(request):
                self._hold(leaving(request))
            return send(session, request, **named)

        def watching_answers(application: Application, environ: dict[str, Any], path: str, refuse: Any) -> Any:
            response = answer(application, environ, path, refuse)
            is_described = refuse is refused_operation and application._operation(environ, path)
            if self.checks_answers and is_described and environ["REQUEST_METHOD"] != "HEAD":
                self._hold(arriving(environ, path), response)
            return response

        monkeypatch.setattr(requests.Session, "send", watching_requests)
        monkeypatch.setattr(Application, "_answer", watching_answers)

    def offences(self) -> list[str]:
        """Give what did not fit since this was last asked."""
        offences, self._offences = self._offences, []
        return offences

    def _hold(self, request: MockRequest, response: HttpResponse | None = None) -> None:
        try:
            if response is None:
                self._described.validate_request(request)
            elif response.content:  # openapi-core finds data lacking where there is none, whatever is described
                written = MockResponse(
                    response.content, response.status_code, content_type=response["Content-Type"]
                )
                self._described.validate_response(request, written)
        except OpenAPIError as error:
            self._offences.append(f"{request.method.upper()} {request.path}: {error} {error.__cause__ or ''}")


def is_for_flowwise(request: requests.PreparedRequest) -> bool:
    """Tell whether the client asks Flowwise, and not for a page of the shop's own."""
    is_ours = str(request.headers.get("User-Agent", "")).startswith(OURS)
    return is_ours and (CLIENT_ID_HEADER in request.headers or f"{PREFIX}/" in urlsplit(str(request.url)).path)


def leaving(request: requests.PreparedRequest) -> MockRequest:
    method, path = str(request.method), urlsplit(str(request.url)).path
    return described(method, PREFIX + below_base_url(method, path), request.headers, request.body)


def below_base_url(method: str, path: str) -> str:
    """Give what follows the base URL; where that is not the usual one, by the longest path of any operation."""
    if f"{PREFIX}/" in path:
        return path.partition(PREFIX)[2]
    found = [at[0] for verb, pattern in PATHS if verb == method and (at := pattern.search(path))]
    return max(found, key=len, default=path)


def arriving(environ: dict[str, Any], path: str) -> MockRequest:
    headers = {
        name.removeprefix("HTTP_").replace("_", "-"): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    headers["Content-Type"] = environ["CONTENT_TYPE"]
    return described(environ["REQUEST_METHOD"], path, headers, environ[BODY])


def described(method: str, path: str, headers: Mapping[str, Any], body: Any) -> MockRequest:
    return MockRequest(
        "http://127.0.0.1/",
        method.lower(),
        path,
        headers={name.lower(): value for name, value in headers.items()},
        data=body or None,
        content_type=headers.get("Content-Type", ""),
    )
