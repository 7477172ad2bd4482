"""The operations on refunds."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import json_answer
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.operations.requests import check_credentials, read_body
from django_flowwise.emulator.refusals import refund_not_found
from django_flowwise.emulator.request_rules import REFUND, check_body


def refund_payment(request: WSGIRequest, ledger: Ledger, payment_id: str) -> HttpResponse:
    """Answer POST /payments/{payment_id}.

    Source: Create Refund by Payment ID,
    https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/refunds/create-a-refund-by-payment-id
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    sent = check_body(read_body(request, ledger.behaviour), REFUND, ledger.behaviour)
    return json_answer(ledger.refund_payment(payment_id, sent))


def refund_order(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Answer POST /orders/{order_id}/refunds.

    Source: Create Refund by Order ID,
    https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/refunds/create-a-refund-by-order-id
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    sent = check_body(read_body(request, ledger.behaviour), REFUND, ledger.behaviour)
    return json_answer(ledger.refund_order(order_id, sent), ledger.behaviour.refund_order_status)


def get_refund(request: WSGIRequest, ledger: Ledger, refund_id: str) -> HttpResponse:
    """Answer GET /refunds/{refund_id}.

    Source: Get Refund, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/refunds/get-a-refund
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    try:
        return json_answer(ledger.find_refund(refund_id))
    except KeyError as err:
        raise refund_not_found(ledger.behaviour.unknown_refund_status) from err
