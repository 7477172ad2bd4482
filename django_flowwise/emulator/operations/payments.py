"""The operations on single payments."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import json_answer
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.operations.requests import check_credentials, read_body
from django_flowwise.emulator.refusals import payment_not_found
from django_flowwise.emulator.request_rules import PAYMENT, check_authorization, check_body


def create_payment(request: WSGIRequest, ledger: Ledger, order_hash: str) -> HttpResponse:
    """Answer POST /order/pay/{order_hash}.

    Source: Create Payment,
    https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/create-a-payment
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    sent = check_body(read_body(request, ledger.behaviour), PAYMENT, ledger.behaviour)
    return json_answer(ledger.pay_by_hash(order_hash, sent))


def get_payment(request: WSGIRequest, ledger: Ledger, payment_id: str) -> HttpResponse:
    """Answer GET /payments/{payment_id}.

    Source: Get Payment, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/get-a-payment
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    try:
        return json_answer(ledger.find_payment(payment_id).answer)
    except KeyError as err:
        raise payment_not_found(ledger.behaviour.unknown_payment_status) from err


def authorize_payment(request: WSGIRequest, ledger: Ledger, order_id: str, payment_id: str) -> HttpResponse:
    """Answer POST /orders/{order_id}/payments/{payment_id}/authorize.

    Source: Authorize Payment,
    https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/authorise-a-payment
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    sent = check_authorization(read_body(request, ledger.behaviour), ledger.behaviour)
    return json_answer(ledger.authorize(order_id, payment_id, sent), ledger.behaviour.authorize_payment_status)
