"""What a program in any language needs to steer and to read: all that is kept, the behaviour, a new beginning.

Only the urlconf imports it. Acts on orders, payments and refunds are the forms of their pages.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import JSON_CONTENT, json_answer
from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.behaviour.written import UnknownAssumption, assuming
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.pages.forms import acted, odd_form, sent_fields, sent_form

DESCRIPTION: Final = Path(__file__).parent.parent / "openapi.json"


def describe(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Send the description of the operations, in OpenAPI."""
    return HttpResponse(DESCRIPTION.read_bytes(), content_type=JSON_CONTENT)


def show_state(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Give as JSON what the object `Emulator` shows to Python, by the same names."""
    orders = ledger.all_orders()
    return json_answer(
        {
            "orders": {order_id: kept.answer for order_id, kept in orders.items()},
            "sent": {order_id: kept.sent for order_id, kept in orders.items()},
            "payments": {
                order_id: [payment.answer for payment in kept.payments] for order_id, kept in orders.items()
            },
            "refunds": ledger.all_refunds(),
            "customers": ledger.all_customers(),
            "requests": [
                {
                    "method": asked.method,
                    "path": asked.path,
                    "query": asked.query,
                    "headers": dict(asked.headers),
                    "body": asked.body.decode(errors="replace"),
                }
                for asked in ledger.all_requests()
            ],
            "failures": [str(failure) for failure in ledger.all_failures()],
            "faults": [switch.fault.name for switch in ledger.switches.in_force()],
            "behaviour": _assumptions(ledger.behaviour),
        }
    )


def change_behaviour(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Assume from now on what the form's fields say, each named as the assumption; the others stay."""
    form = sent_fields(request)
    if not form:
        raise odd_form("behaviour", "Name at least one assumption, such as repeated_order_id=same.")
    try:
        ledger.behaviour = assuming(ledger.behaviour, form)
    except UnknownAssumption as err:
        raise odd_form("behaviour", str(err)) from err
    return acted(request, "/#behaviour", {"behaviour": _assumptions(ledger.behaviour)})


def start_over(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Forget everything, mend every fault, and behave again as at the beginning."""
    sent_form(request)
    ledger.start_over()
    return acted(request, "/", {"behaviour": _assumptions(ledger.behaviour)})


def _assumptions(behaviour: Behaviour) -> dict[str, Any]:
    """Give the assumptions as JSON has them: words, numbers, truths, lists of words."""
    values = {field.name: getattr(behaviour, field.name) for field in fields(Behaviour)}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in values.items()}
