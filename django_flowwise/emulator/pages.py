"""The pages for people: the list of orders, the checkout page, what came of it, and their stylesheet.

Only the urlconf imports it. The pages speak one fixed language: they stand for another party's site, not for the
shop's.
"""

from __future__ import annotations

import re
from dataclasses import fields
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import parse_qs

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import page
from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.faults import FAULTS, OPERATIONS, UnknownFault
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.orders import PROJECT_ID, KeptOrder, OrderClosed, checkout_path
from django_flowwise.emulator.refusals import Refusal, address_not_found, order_not_found
from django_flowwise.emulator.return_address import return_address
from django_flowwise.emulator.verbs import Address

STATIC: Final = Path(__file__).parent / "static"
STATIC_TYPES: Final = MappingProxyType(
    {"emulator.css": "text/css; charset=utf-8", "emulator.svg": "image/svg+xml; charset=utf-8"}
)

METHOD_NAMES: Final = MappingProxyType(
    {"cc": "Credit card", "dc": "Debit card", "upi": "UPI", "nb": "Net banking", "wallet": "Wallet"}
)

STATUS_TEXTS: Final = MappingProxyType(
    {
        "ACTIVE": ("Waiting for payment", "This order can be paid."),
        "PAID": ("Paid", "This order is paid. There is nothing left to do here."),
        "EXPIRED": ("Expired", "The time to pay this order is over."),
    }
)

PAYMENT_TEXTS: Final = MappingProxyType(
    {
        "FAILED": "The last payment failed.",
        "USER_DROPPED": "The customer left without paying.",
    }
)


def show_orders(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Show every order and the behaviour in force."""
    behaviour = ledger.behaviour
    usual = Behaviour()
    return page(
        "start.html",
        behaviour,
        orders=[_described(kept, behaviour) for kept in reversed(ledger.all_orders().values())],
        assumptions=[
            {
                "name": field.name,
                "written": _written(getattr(behaviour, field.name)),
                "is_changed": getattr(behaviour, field.name) != getattr(usual, field.name),
            }
            for field in fields(behaviour)
        ],
        faults=FAULTS.values(),
        operations=OPERATIONS,
        switches=ledger.switches.in_force(),
    )


def switch_faults(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Switch a fault on, or all of them off, as the form says; then show the list again."""
    form = parse_qs(request.read().decode("ascii", "replace"))
    if form.get("act") == ["mend"]:
        ledger.switches.switch_all_off()
    else:
        seconds = form.get("seconds", [""])[0].strip()
        try:
            ledger.switches.switch_on(
                form.get("fault", [""])[0],
                operation=form.get("operation", [""])[0],
                calls=None if form.get("calls") == ["all"] else 1,
                seconds=_seconds(seconds) if seconds else None,
            )
        except UnknownFault as err:
            raise Refusal(400, "fault_value_invalid", str(err), "validation_error") from err
    return HttpResponse(status=303, headers={"Location": "/#faults", "Cache-Control": "no-store"})


def _seconds(written: str) -> float:
    if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,3})?", written):
        raise Refusal(400, "seconds_value_invalid", "Write seconds as a number, such as 2.5.", "validation_error")
    return float(written)


def show_checkout(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Show the checkout page of an order that can be paid, else what became of it."""
    kept = _find(ledger, order_id)
    if not kept.is_payable(ledger.behaviour):
        return _show_outcome(kept, ledger.behaviour)
    return page("checkout.html", ledger.behaviour, order=_described(kept, ledger.behaviour))


def act_on_checkout(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Do what the button says, then send the browser back to the shop, or to the outcome without one."""
    kept = _find(ledger, order_id)
    form = parse_qs(request.read().decode("ascii", "replace"))
    try:
        _act(ledger, kept, act=form.get("act", [""])[0], method=form.get("method", [""])[0])
    except OrderClosed:
        return _show_outcome(ledger.find(order_id), ledger.behaviour, status=409)
    address = _return_address(kept, ledger.behaviour)
    # Only 307 makes a browser repeat the form's POST at the new address.
    status = 307 if address and ledger.behaviour.return_verb == "POST" else 303
    return HttpResponse(
        status=status,
        headers={"Location": address or f"{checkout_path(order_id)}/outcome", "Cache-Control": "no-store"},
        content_type="text/plain; charset=utf-8",
    )


def show_outcome(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Show what has happened to an order so far."""
    return _show_outcome(_find(ledger, order_id), ledger.behaviour)


def send_static(request: WSGIRequest, ledger: Ledger, name: str) -> HttpResponse:
    """Send the stylesheet or the icon."""
    if name not in STATIC_TYPES:
        raise address_not_found()
    return HttpResponse(
        (STATIC / name).read_bytes(),
        content_type=STATIC_TYPES[name],
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "no-cache"},
    )


def _find(ledger: Ledger, order_id: str) -> KeptOrder:
    try:
        return ledger.find(order_id)
    except KeyError as err:
        raise order_not_found(404) from err


def _act(ledger: Ledger, kept: KeptOrder, *, act: str, method: str) -> None:
    order_id = kept.answer["order_id"]
    codes = _method_codes(kept, ledger.behaviour)
    if act in {"pay", "fail"} and method not in codes:
        message = f"Choose one of the payment methods: {', '.join(codes)}."
        raise Refusal(400, "method_value_invalid", message, "validation_error")
    if act == "pay":
        ledger.pay(order_id, amount=None, currency=None, method=method)
    elif act == "fail":
        ledger.fail(order_id, amount=None, currency=None, method=method)
    elif act == "leave":
        ledger.drop(order_id, method=method if method in codes else codes[0])
    elif act == "expire":
        ledger.expire(order_id)
    else:
        raise Refusal(400, "act_value_invalid", "The form names no known button.", "validation_error")


def _show_outcome(kept: KeptOrder, behaviour: Behaviour, status: int = 200) -> HttpResponse:
    last = kept.payments[-1]["status"] if kept.payments else ""
    return page(
        "outcome.html",
        behaviour,
        status,
        order=_described(kept, behaviour),
        last_payment=PAYMENT_TEXTS.get(last, ""),
    )


def _described(kept: KeptOrder, behaviour: Behaviour) -> dict[str, Any]:
    title, text = STATUS_TEXTS[kept.status]
    return {
        "order_id": kept.answer["order_id"],
        "project_id": PROJECT_ID,
        "status": kept.status,
        "status_title": title,
        "status_text": text,
        "amount": written_amount(kept.amount),
        "currency": kept.sent["order_currency"],
        "note": kept.answer.get("order_note") or "",
        "expires_at": f"{kept.expires_at:%d %b %Y, %H:%M} UTC",
        "expires_machine": kept.answer["order_expiry_time"],
        "methods": [{"code": c, "name": METHOD_NAMES.get(c, c)} for c in _method_codes(kept, behaviour)],
        "is_payable": kept.is_payable(behaviour),
        "path": checkout_path(kept.answer["order_id"]),
        "return_address": _return_address(kept, behaviour),
        "payment_count": len(kept.payments),
    }


def _method_codes(kept: KeptOrder, behaviour: Behaviour) -> list[str]:
    for written in (kept.sent.get("payment_methods", ""), behaviour.default_payment_methods):
        codes = [code.strip() for code in written.split(",") if code.strip()]
        if codes:
            return list(dict.fromkeys(codes))
    return ["upi"]


def _return_address(kept: KeptOrder, behaviour: Behaviour) -> str:
    base = kept.sent.get("return_base_url", "")
    return return_address(base, kept.answer["order_id"], behaviour) if base else ""


def written_amount(amount: Decimal) -> str:
    """Write an amount for people: thousands apart, and no single decimal."""
    whole, _, decimals = f"{amount:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}" if decimals.rstrip("0") else whole


def _written(value: object) -> str:
    return ", ".join(value) if isinstance(value, tuple) else str(value)


start = Address(GET=show_orders)
checkout = Address(GET=show_checkout, POST=act_on_checkout)
outcome = Address(GET=show_outcome)
faults = Address(POST=switch_faults)
static = Address(GET=send_static)
