"""What a form has sent, and the answer to it: a browser is sent on, a program is told what has changed.

Only the pages import it.
"""

from __future__ import annotations

import difflib
from typing import Final
from urllib.parse import parse_qs

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import JSON_CONTENT, json_answer, wants_html
from django_flowwise.emulator.refusals import Refusal

FORM_CONTENT: Final = "application/x-www-form-urlencoded"


def sent_form(request: WSGIRequest, *names: str) -> dict[str, str]:
    """Read a form that may have these fields.

    Raises:
        Refusal: it is no form, or has another field, or one twice.
    """
    form = sent_fields(request)
    for name in form:
        if name not in names:
            nearest = difflib.get_close_matches(name, names, n=1)
            meant = f"; did you mean {nearest[0]!r}?" if nearest else f"; there are: {', '.join(names) or 'none'}."
            raise odd_form("field", f"There is no field {name!r} here{meant}")
    return form


def sent_fields(request: WSGIRequest) -> dict[str, str]:
    """Read a form, whatever its fields are.

    Raises:
        Refusal: it is no form, or has a field twice.
    """
    body = request.read()
    if body and request.content_type != FORM_CONTENT:
        message = f"Send a form, as {FORM_CONTENT}, not {request.content_type or 'nothing that is named'}."
        raise Refusal(415, "content_type_unsupported", message, "request_invalid")
    fields = parse_qs(body.decode("ascii", "replace"), keep_blank_values=True)
    for name, values in fields.items():
        if len(values) > 1:
            raise odd_form("field", f"The field {name!r} comes twice.")
    return {name: values[0] for name, values in fields.items()}


def acted(request: WSGIRequest, address: str, done: object, status: int = 303) -> HttpResponse:
    """Answer a form that was acted on: send a browser to that address; tell a program what has changed.

    A program that asks for JSON is not sent on; one that takes anything may go, or read what is said on the way.
    """
    accept = request.headers.get("Accept", "")
    if wants_html(accept):
        answer = HttpResponse(status=status, content_type="text/plain; charset=utf-8")
    elif JSON_CONTENT in accept.lower():
        return json_answer(done)
    else:
        answer = json_answer(done, status)
    answer.headers["Location"] = address
    answer.headers["Cache-Control"] = "no-store"
    return answer


def odd_form(name: str, message: str) -> Refusal:
    """Say that a field of the form has no sense."""
    return Refusal(400, f"{name}_value_invalid", message, "validation_error")


def unknown_act(*acts: str) -> Refusal:
    """Say which acts there are."""
    return odd_form("act", f"The form names no known button: act is one of {', '.join(acts)}.")
