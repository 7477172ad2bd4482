"""The page of one order: its payments and refunds, with buttons for what payers, banks and Flowwise do to them.

Only the urlconf imports it.
"""

from __future__ import annotations

from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import page
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.pages.described import (
    described_order,
    described_payment,
    details_path,
    find_order,
)
from django_flowwise.emulator.pages.forms import acted, odd_form, sent_form, unknown_act
from django_flowwise.emulator.payments import PaymentClosed
from django_flowwise.emulator.refunds import RefundClosed
from django_flowwise.emulator.refusals import act_too_late, payment_not_found, refund_not_found
from django_flowwise.emulator.tenders import PAYMENT_ENDS, REFUND_ENDS


def show_order(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Show an order with all that it has."""
    kept = find_order(ledger, order_id)
    return page(
        "order.html",
        ledger.behaviour,
        order=described_order(kept, ledger.behaviour),
        payments=[described_payment(payment) for payment in kept.payments],
    )


def act_on_order(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Do what the button says to the payment or the refund that its form names, then show the order again."""
    find_order(ledger, order_id)
    form = sent_form(request, "act", "payment_id", "refund_id")
    if len(form.keys() & {"payment_id", "refund_id"}) != 1:
        raise odd_form("field", "Name one payment_id, or one refund_id.")
    act = form.get("act", "")
    try:
        done = (
            {"refund": _act_on_refund(ledger, form["refund_id"], act)}
            if "refund_id" in form
            else {"payment": _act_on_payment(ledger, form["payment_id"], act)}
        )
    except (PaymentClosed, RefundClosed) as err:
        raise act_too_late(str(err)) from err
    return acted(request, details_path(order_id), done)


def _act_on_payment(ledger: Ledger, payment_id: str, act: str) -> dict[str, Any]:
    try:
        if act in PAYMENT_ENDS:
            return ledger.finish_payment(payment_id, act)
        if act == "reverse":
            return ledger.reverse(payment_id)
    except KeyError as err:
        raise payment_not_found(404) from err
    raise unknown_act(*PAYMENT_ENDS, "reverse")


def _act_on_refund(ledger: Ledger, refund_id: str, act: str) -> dict[str, Any]:
    if act not in REFUND_ENDS:
        raise unknown_act(*REFUND_ENDS)
    try:
        return ledger.settle_refund(refund_id, act)
    except KeyError as err:
        raise refund_not_found(404) from err
