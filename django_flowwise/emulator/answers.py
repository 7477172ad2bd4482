"""The two kinds of answer: JSON for operations and for programs, HTML for people.

Operations, pages and the application import it. Everything here is written without the shop's settings.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from django.http import HttpResponse
from django.template import Context, Engine

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.exact_json import write_json
from django_flowwise.emulator.refusals import Refusal

JSON_CONTENT: Final = "application/json"

TEMPLATES: Final = Engine(dirs=[str(Path(__file__).parent / "templates")])


def json_answer(body: object, status: int = 200) -> HttpResponse:
    """Answer an operation."""
    return HttpResponse(write_json(body), status=status, content_type=JSON_CONTENT)


def refused_operation(refusal: Refusal, behaviour: Behaviour) -> HttpResponse:
    """Answer an operation that was refused, in the shape that Behaviour gives to errors."""
    if behaviour.error_shape == "json":
        return refused_act(refusal, behaviour)
    text = refusal.message if behaviour.error_shape == "text" else ""
    return HttpResponse(text, status=refusal.status, content_type="text/plain; charset=utf-8")


def page(template: str, behaviour: Behaviour, status: int = 200, **context: Any) -> HttpResponse:
    """Answer with a page of the emulator, under a Content-Security-Policy with nothing inline."""
    # Browsers hold a form's redirects to form-action as well, and the shop may have any address.
    targets = " ".join(f"{scheme}:" for scheme in behaviour.return_schemes)
    body = TEMPLATES.get_template(template).render(Context(context, use_l10n=False, use_tz=False))
    headers = {
        "Content-Security-Policy": (
            "default-src 'self'; style-src 'self'; script-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action 'self' {targets}"
        ),
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "no-store",
    }
    return HttpResponse(body, status=status, content_type="text/html; charset=utf-8", headers=headers)


def refused_act(refusal: Refusal, _behaviour: Behaviour) -> HttpResponse:
    """Answer a program that steers the emulator, and asked for what cannot be."""
    return json_answer({"message": refusal.message, "code": refusal.code, "type": refusal.kind}, refusal.status)


def wants_html(accept: str) -> bool:
    """Tell whether a browser asks, by its header Accept; a program that wants JSON, or anything, is none."""
    return "text/html" in accept.lower()


def refused_page(refusal: Refusal, behaviour: Behaviour) -> HttpResponse:
    """Answer a browser that asked for what is not there, or not so."""
    return page("notice.html", behaviour, refusal.status, title="This did not work", text=refusal.message)
