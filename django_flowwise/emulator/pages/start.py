"""The start page: every order, the faults, the behaviour in force; and what all pages are dressed in.

Only the urlconf imports it.
"""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import page
from django_flowwise.emulator.behaviour import ASSUMPTIONS_OF, Behaviour
from django_flowwise.emulator.behaviour.written import written_assumption
from django_flowwise.emulator.faults import FAULTS, OPERATIONS, UnknownFault
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.pages.described import described_order
from django_flowwise.emulator.pages.forms import acted, odd_form, sent_form, unknown_act
from django_flowwise.emulator.refusals import address_not_found

STATIC: Final = Path(__file__).parent.parent / "static"
STATIC_TYPES: Final = MappingProxyType(
    {"emulator.css": "text/css; charset=utf-8", "emulator.svg": "image/svg+xml; charset=utf-8"}
)


def show_orders(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Show every order, the faults, and the behaviour in force."""
    behaviour = ledger.behaviour
    return page(
        "start.html",
        behaviour,
        orders=[described_order(kept, behaviour) for kept in reversed(ledger.all_orders().values())],
        assumptions={noun: _assumptions(part, behaviour) for noun, part in ASSUMPTIONS_OF.items()},
        faults=FAULTS.values(),
        operations=OPERATIONS,
        switches=ledger.switches.in_force(),
    )


def switch_faults(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Switch a fault on, or all of them off, as the form says; then show the list again."""
    form = sent_form(request, "act", "fault", "operation", "calls", "seconds")
    if form.get("act", "switch_on") not in {"mend", "switch_on"}:
        raise unknown_act("mend", "switch_on")
    if form.get("act") == "mend":
        ledger.switches.switch_all_off()
    else:
        seconds = form.get("seconds", "").strip()
        try:
            ledger.switches.switch_on(
                form.get("fault", ""),
                operation=form.get("operation", ""),
                calls=_calls(form.get("calls", "")),
                seconds=_seconds(seconds) if seconds else None,
            )
        except UnknownFault as err:
            raise odd_form("fault", str(err)) from err
    return acted(request, "/#faults", {"faults": [switch.fault.name for switch in ledger.switches.in_force()]})


def send_static(request: WSGIRequest, ledger: Ledger, name: str) -> HttpResponse:
    """Send the stylesheet or the icon."""
    if name not in STATIC_TYPES:
        raise address_not_found()
    return HttpResponse(
        (STATIC / name).read_bytes(),
        content_type=STATIC_TYPES[name],
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
    )


def _assumptions(part: Any, behaviour: Behaviour) -> list[dict[str, Any]]:
    usual = Behaviour()
    return [
        {
            "name": field.name,
            "written": written_assumption(getattr(behaviour, field.name)),
            "is_changed": getattr(behaviour, field.name) != getattr(usual, field.name),
        }
        for field in fields(part)
    ]


def _calls(written: str) -> int | None:
    if written == "all":
        return None
    if not re.fullmatch(r"(next|[1-9][0-9]{0,5})?", written):
        raise odd_form("calls", "Write how many calls go wrong as a number, or all, or next.")
    return int(written) if written.isdigit() else 1


def _seconds(written: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", written):
        raise odd_form("seconds", "Write seconds as a number, such as 2.5.")
    return float(written)
