"""The operations on orders."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import json_answer
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.operations.requests import check_credentials, read_body
from django_flowwise.emulator.refusals import order_not_found, payment_not_found
from django_flowwise.emulator.request_rules import check_order


def create_order(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Answer POST /orders.

    Source: Create Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    behaviour = ledger.behaviour
    sent = check_order(read_body(request, behaviour), behaviour)
    return json_answer(ledger.create(sent), behaviour.create_status)


def get_order(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Answer GET /orders/{order_id}.

    Source: Get Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/get-an-order
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    try:
        return json_answer(ledger.find(order_id).answer)
    except KeyError as err:
        raise order_not_found(ledger.behaviour.unknown_order_status) from err


def list_payments(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Answer GET /orders/{orderId}/payments.

    Source: Get All Payments for Order,
    https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/get-all-payments-for-an-order
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    try:
        payments = [payment.answer for payment in ledger.find(order_id).payments]
    except KeyError as err:
        raise order_not_found(ledger.behaviour.unknown_order_status) from err
    if not payments and ledger.behaviour.no_payments == "404":
        raise payment_not_found(404)
    newest_first = ledger.behaviour.newest_payment_first
    return json_answer(payments[::-1] if newest_first else payments, ledger.behaviour.list_payments_status)
