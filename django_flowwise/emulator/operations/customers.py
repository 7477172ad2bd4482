"""The operations on customers."""

from __future__ import annotations

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.answers import json_answer
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.operations.requests import check_credentials, read_body
from django_flowwise.emulator.request_rules import CUSTOMER, check_body


def create_customer(request: WSGIRequest, ledger: Ledger) -> HttpResponse:
    """Answer POST /customer.

    Source: Create Customer,
    https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/customers/create-a-customer
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    sent = check_body(read_body(request, ledger.behaviour), CUSTOMER, ledger.behaviour)
    return json_answer(ledger.create_customer(sent))


def update_customer(request: WSGIRequest, ledger: Ledger, customer_id: str) -> HttpResponse:
    """Answer PUT /customer/{customer_id}.

    Source: Update Customer,
    https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/customers/update-a-customer
    (read 2026-11-24).
    """
    check_credentials(request, ledger)
    sent = check_body(read_body(request, ledger.behaviour), CUSTOMER, ledger.behaviour)
    return json_answer(ledger.update_customer(customer_id, sent), ledger.behaviour.update_customer_status)
