"""The documented requests, field by field, and the check of a body against its table.

Only the operations import it. Sources of names, types and what is required, pages below
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (all read 2026-11-24):
orders/create-an-order, payments/create-a-payment, payments/authorise-a-payment,
refunds/create-a-refund-by-payment-id and customers/create-a-customer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, get_args

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.behaviour.orders import CustomerField
from django_flowwise.emulator.refusals import invalid_field, invalid_request, missing_field, unknown_field
from django_flowwise.emulator.request_rules import values
from django_flowwise.emulator.request_rules.values import Check, matching, one_of, text

CUSTOMER_FIELDS: Final[tuple[str, ...]] = get_args(CustomerField)


@dataclass(frozen=True, kw_only=True)
class Request:
    """The body of one operation, as documented."""

    required: tuple[str, ...]
    """Fields that must be there."""
    checks: Mapping[str, Check]
    """Every field with what its value must be."""


ORDER: Final = Request(
    required=("order_id", "order_amount", "order_currency", "customer_details"),
    checks={
        "order_id": matching(lambda behaviour: behaviour.order_id_pattern),
        "order_amount": values.amount,
        "order_currency": matching(lambda behaviour: behaviour.currency_pattern),
        "customer_details": values.json_object,
        "payment_methods": text,
        "expiry_time_in_minutes": values.minutes,
        "order_note": text,
        "order_tags": values.tags,
        "return_base_url": values.return_url,
    },
)
PAYMENT: Final = Request(
    required=("payment_method", "payment_method_details"),
    checks={
        "payment_method": one_of(lambda _behaviour: ("upi", "card", "netbanking", "wallet")),
        "payment_method_details": values.json_object,
        "return_base_url": values.return_url,
    },
)
AUTHORIZATION: Final = Request(
    required=("action",),
    checks={
        "action": one_of(lambda _behaviour: ("CAPTURE", "VOID")),
        "capture_amount": values.number,
    },
)
REFUND: Final = Request(
    required=("refund_id", "refund_amount", "refund_type"),
    checks={
        "refund_id": matching(lambda behaviour: behaviour.refund_id_pattern),
        "refund_amount": values.amount,
        "refund_type": one_of(lambda behaviour: behaviour.known_refund_types),
        "refund_note": text,
    },
)
CUSTOMER: Final = Request(
    required=("customer_id", "scope"),
    checks={
        "customer_id": matching(lambda behaviour: behaviour.customer_id_pattern),
        "scope": one_of(lambda _behaviour: ("PROJECT", "GLOBAL")),
        "name": text,
        "phone": text,
        "email": text,
        "address": text,
    },
)


def check_order(sent: object, behaviour: Behaviour) -> dict[str, object]:
    """Check the body of Create Order, and the customer_details within it.

    Raises:
        Refusal: the body does not fit the documented request.
    """
    checked = check_body(sent, ORDER, behaviour)
    children = Request(required=behaviour.required_customer_fields, checks=dict.fromkeys(CUSTOMER_FIELDS, text))
    check_body(checked["customer_details"], children, behaviour, "customer_details.")
    return checked


def check_authorization(sent: object, behaviour: Behaviour) -> dict[str, object]:
    """Check the body of Authorize Payment, whose capture_amount a VOID may lack where Behaviour says so.

    Raises:
        Refusal: the body does not fit the documented request.
    """
    checked = check_body(sent, AUTHORIZATION, behaviour)
    needs_amount = checked["action"] == "CAPTURE" or behaviour.void_needs_capture_amount
    if needs_amount and "capture_amount" not in checked:
        raise missing_field(behaviour.invalid_request_status, "capture_amount")
    return checked


def check_body(sent: object, request: Request, behaviour: Behaviour, prefix: str = "") -> dict[str, object]:
    """Return the body as the object that it is, or refuse it by the name of its first wrong field.

    Raises:
        Refusal: the body does not fit the documented request.
    """
    status = behaviour.invalid_request_status
    if not isinstance(sent, dict):
        raise invalid_request(status, "the body must be a JSON object")
    _check_names(sent, request, behaviour, prefix)
    for name, check in request.checks.items():
        complaint = check(sent[name], behaviour) if name in sent else ""
        if complaint:
            raise invalid_field(status, f"{prefix}{name}", complaint)
    return sent


def _check_names(sent: Collection[str], request: Request, behaviour: Behaviour, prefix: str) -> None:
    for name in request.required:
        if name not in sent:
            raise missing_field(behaviour.invalid_request_status, f"{prefix}{name}")
    for name in sent:
        if behaviour.refuses_unknown_fields and name not in request.checks:
            raise unknown_field(behaviour.invalid_request_status, f"{prefix}{name}")
