"""The API operations: checked requests in, documented answers out.

Only the urlconf imports it. A further operation is one more function here and one more line there.
"""

from __future__ import annotations

import hmac

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import JSON_CONTENT, json_answer
from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.exact_json import NotJSON, read_json
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.orders import KeptOrder
from django_flowwise.emulator.refusals import (
    Refusal,
    invalid_request,
    missing_header,
    order_not_found,
    payments_not_found,
    wrong_credentials,
)
from django_flowwise.emulator.request_rules import check_order
from django_flowwise.emulator.verbs import Address


def create_order(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Answer POST /orders.

    Source: Create Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order
    (read 2026-11-24).
    """
    _check_credentials(request, ledger)
    behaviour = ledger.behaviour
    return json_answer(
        ledger.create(check_order(_read_body(request, behaviour), behaviour)), behaviour.create_status
    )


def get_order(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Answer GET /orders/{order_id}.

    Source: Get Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/get-an-order
    (read 2026-11-24).
    """
    _check_credentials(request, ledger)
    return json_answer(_find(ledger, order_id).answer)


def list_payments(request: WSGIRequest, ledger: Ledger, order_id: str) -> HttpResponse:
    """Answer GET /orders/{orderId}/payments.

    Source: Get All Payments for Order,
    https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/get-all-payments-for-an-order
    (read 2026-11-24).
    """
    _check_credentials(request, ledger)
    payments = _find(ledger, order_id).payments
    if not payments and ledger.behaviour.no_payments == "404":
        raise payments_not_found()
    return json_answer(payments[::-1] if ledger.behaviour.newest_payment_first else payments)


def _check_credentials(request: WSGIRequest, ledger: Ledger) -> None:
    expected = {"x-client-id": ledger.client_id, "x-client-secret": ledger.client_secret}
    for name in expected:
        if name not in request.headers:
            raise missing_header(ledger.behaviour.missing_credentials_status, name)
    for name, value in expected.items():
        if not hmac.compare_digest(request.headers[name].encode(), value.encode()):
            raise wrong_credentials(ledger.behaviour.wrong_credentials_status)


def _read_body(request: WSGIRequest, behaviour: Behaviour) -> object:
    if request.content_type != JSON_CONTENT:
        status = behaviour.unsupported_media_type_status
        message = f"content-type : must be {JSON_CONTENT}"
        raise Refusal(status, "content_type_unsupported", message, "request_invalid")
    try:
        return read_json(request.read())
    except NotJSON as err:
        raise invalid_request(behaviour.invalid_request_status, f"not JSON: {err}") from err


def _find(ledger: Ledger, order_id: str) -> KeptOrder:
    try:
        return ledger.find(order_id)
    except KeyError as err:
        raise order_not_found(ledger.behaviour.unknown_order_status) from err


orders = Address(POST=create_order)
order = Address(GET=get_order)
order_payments = Address(GET=list_payments)
