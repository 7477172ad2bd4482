"""The pages of a customer: the checkout page, what came of it, and the page where one payment is finished.

Only the urlconf imports it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import page, wants_html
from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.orders import KeptOrder, OrderClosed, checkout_path
from django_flowwise.emulator.pages.described import (
    described_order,
    described_payment,
    find_order,
    method_codes,
    order_return_address,
)
from django_flowwise.emulator.pages.forms import acted, odd_form, sent_form, unknown_act
from django_flowwise.emulator.payments import KeptPayment, PaymentClosed, Phase, redirect_path
from django_flowwise.emulator.refusals import act_too_late, payment_not_found
from django_flowwise.emulator.tenders import Tender

PAYMENT_TEXTS: Final = MappingProxyType(
    {
        Phase.OPEN: "The last payment is pending: nobody knows yet how it ends.",
        Phase.HELD: "The money of the last payment is held, not taken.",
        Phase.FAILED: "The last payment failed.",
        Phase.VOIDED: "The last payment was voided.",
        Phase.REVERSED: "The last payment was sent back.",
    }
)
"""What the outcome page says of the last payment, where the order's own word leaves it open."""


def show_checkout(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Show the checkout page of an order that can be paid, else what became of it."""
    kept = find_order(ledger, order_id)
    if not kept.is_payable(ledger.behaviour):
        return _show_outcome(kept, ledger.behaviour)
    return page("checkout.html", ledger.behaviour, order=described_order(kept, ledger.behaviour))


def act_on_checkout(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Do what the button says, then send the browser back to the shop, or to the outcome without one."""
    kept = find_order(ledger, order_id)
    form = sent_form(request, "act", "method", "amount", "currency")
    try:
        done = _act(ledger, kept, form)
    except OrderClosed as err:
        return _show_closed(request, ledger.find(order_id), ledger.behaviour, err)
    return _back_to_shop(request, kept, order_return_address(kept, ledger.behaviour), ledger.behaviour, done)


def show_outcome(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Show what has happened to an order so far."""
    return _show_outcome(find_order(ledger, order_id), ledger.behaviour)


def show_redirect(request: WSGIRequest, ledger: Ledger, payment_id: str) -> HttpResponse:
    """Show the page where the payer of Create Payment's redirect_url finishes, or what became of the order."""
    payment = _find_payment(ledger, payment_id)
    kept = find_order(ledger, payment.answer["order_id"])
    if payment.phase is not Phase.OPEN:
        return _show_outcome(kept, ledger.behaviour)
    return page(
        "redirect.html",
        ledger.behaviour,
        order=described_order(kept, ledger.behaviour),
        payment=described_payment(payment),
        path=redirect_path(payment_id),
        return_address=payment.return_url or order_return_address(kept, ledger.behaviour),
    )


def act_on_redirect(request: WSGIRequest, ledger: Ledger, payment_id: str) -> HttpResponse:
    """Finish the payment as the button says, then send the browser back to the shop."""
    payment = _find_payment(ledger, payment_id)
    kept = find_order(ledger, payment.answer["order_id"])
    statuses = {"succeed": "SUCCESS", "fail": "FAILED", "leave": "USER_DROPPED"}
    act = sent_form(request, "act").get("act", "")
    if act not in statuses:
        raise unknown_act(*statuses)
    try:
        done = {"payment": ledger.finish_payment(payment_id, statuses[act])}
    except PaymentClosed as err:
        return _show_closed(request, kept, ledger.behaviour, err)
    address = payment.return_url or order_return_address(kept, ledger.behaviour)
    return _back_to_shop(request, kept, address, ledger.behaviour, done)


def _find_payment(ledger: Ledger, payment_id: str) -> KeptPayment:
    try:
        return ledger.find_payment(payment_id)
    except KeyError as err:
        raise payment_not_found(404) from err


def _act(ledger: Ledger, kept: KeptOrder, form: Mapping[str, str]) -> dict[str, Any]:
    order_id, act = kept.answer["order_id"], form.get("act", "")
    beginnings = {
        "pay": ledger.pay,
        "fail": ledger.fail,
        "hold": ledger.authorise,
        "start": ledger.start_payment,
    }
    if act in beginnings:
        return {"payment": beginnings[act](order_id, _tender(kept, form, ledger.behaviour))}
    if act == "leave":
        # A form of a browser has a method, which one who leaves need not have chosen.
        method = form.get("method") or method_codes(kept, ledger.behaviour)[0]
        return {"payment": ledger.drop(order_id, _tender(kept, {**form, "method": method}, ledger.behaviour))}
    if act == "expire":
        ledger.expire(order_id)
        return {"order": ledger.find(order_id).answer}
    raise unknown_act(*beginnings, "leave", "expire")


def _tender(kept: KeptOrder, form: Mapping[str, str], behaviour: Behaviour) -> Tender:
    method, written, codes = form.get("method", ""), form.get("amount"), method_codes(kept, behaviour)
    if method not in codes:
        raise odd_form("method", f"Choose one of the payment methods: {', '.join(codes)}.")
    if written is not None and not re.fullmatch(r"[0-9]{1,15}(\.[0-9]{1,4})?", written):
        raise odd_form("amount", "Write the amount in major units, such as 2299.50.")
    try:
        return Tender.of(method=method, amount=written, currency=form.get("currency"))
    except ValueError as err:
        raise odd_form("tender", str(err)) from err


def _back_to_shop(
    request: WSGIRequest, kept: KeptOrder, address: str, behaviour: Behaviour, done: dict[str, Any]
) -> HttpResponse:
    # Only 307 makes a browser repeat the form's POST at the new address.
    status = 307 if address and behaviour.return_verb == "POST" else 303
    return acted(request, address or f"{checkout_path(kept.answer['order_id'])}/outcome", done, status)


def _show_closed(
    request: WSGIRequest, kept: KeptOrder, behaviour: Behaviour, closed: OrderClosed | PaymentClosed
) -> HttpResponse:
    if wants_html(request.headers.get("Accept", "")):
        return _show_outcome(kept, behaviour, status=409)
    raise act_too_late(str(closed)) from closed


def _show_outcome(kept: KeptOrder, behaviour: Behaviour, status: int = 200) -> HttpResponse:
    text = ""
    if kept.payments:
        last = kept.payments[-1]
        left = last.status == "USER_DROPPED"
        text = "The customer left without paying." if left else PAYMENT_TEXTS.get(last.phase, "")
    return page("outcome.html", behaviour, status, order=described_order(kept, behaviour), last_payment=text)
