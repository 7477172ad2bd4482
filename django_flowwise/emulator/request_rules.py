"""The documented Create Order request, field by field, and the check of a body against it.

Only the operations import it. Source of names, types and what is required: Create Order,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order (read 2026-11-24).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.refusals import invalid_field, invalid_request, missing_field, unknown_field

REQUIRED_FIELDS: Final = ("order_id", "order_amount", "order_currency", "customer_details")
CUSTOMER_FIELDS: Final = ("customer_email", "customer_phone", "customer_address", "customer_id")

Check = Callable[[object, Behaviour], str]


def check_order(sent: object, behaviour: Behaviour) -> dict[str, object]:
    """Return the body as the object that it is, or refuse it by the name of its first wrong field.

    Raises:
        Refusal: the body does not fit the documented request.
    """
    status = behaviour.invalid_request_status
    if not isinstance(sent, dict):
        raise invalid_request(status, "the body must be a JSON object")
    _check_names(sent, ORDER_CHECKS, REQUIRED_FIELDS, behaviour)
    for name, check in ORDER_CHECKS.items():
        if name in sent:
            _judge(name, check(sent[name], behaviour), status)
    customer = sent["customer_details"]
    _check_names(customer, CUSTOMER_FIELDS, behaviour.required_customer_fields, behaviour, "customer_details.")
    for name in CUSTOMER_FIELDS:
        if name in customer:
            _judge(f"customer_details.{name}", _text(customer[name], behaviour), status)
    return sent


def _judge(name: str, complaint: str, status: int) -> None:
    if complaint:
        raise invalid_field(status, name, complaint)


def _check_names(
    sent: Mapping[str, object],
    known: Collection[str],
    required: Collection[str],
    behaviour: Behaviour,
    prefix: str = "",
) -> None:
    for name in required:
        if name not in sent:
            raise missing_field(behaviour.invalid_request_status, f"{prefix}{name}")
    for name in sent:
        if behaviour.refuses_unknown_fields and name not in known:
            raise unknown_field(behaviour.invalid_request_status, f"{prefix}{name}")


def _text(value: object, _behaviour: Behaviour) -> str:
    if not isinstance(value, str):
        return "must be a string"
    # A lone surrogate is JSON, but cannot be written into a page or an address.
    return "must be valid Unicode" if re.search("[\ud800-\udfff]", value) else ""


def _order_id(value: object, behaviour: Behaviour) -> str:
    return _text(value, behaviour) or _matches(value, behaviour.order_id_pattern)


def _currency(value: object, behaviour: Behaviour) -> str:
    return _text(value, behaviour) or _matches(value, behaviour.currency_pattern)


def _matches(value: object, pattern: str) -> str:
    return "" if re.fullmatch(pattern, str(value)) else f"must match {pattern}"


def _amount(value: object, behaviour: Behaviour) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "must be a number"
    if not behaviour.minimum_amount <= value <= behaviour.maximum_amount:
        return f"must be from {behaviour.minimum_amount} to {behaviour.maximum_amount}"
    if len(format(Decimal(value), "f").partition(".")[2].rstrip("0")) > behaviour.maximum_decimals:
        return f"must have at most {behaviour.maximum_decimals} decimals"
    return ""


def _minutes(value: object, behaviour: Behaviour) -> str:
    if isinstance(value, bool) or not isinstance(value, int):
        return "must be an integer"
    if not behaviour.minimum_expiry_minutes <= value <= behaviour.maximum_expiry_minutes:
        return f"must be from {behaviour.minimum_expiry_minutes} to {behaviour.maximum_expiry_minutes}"
    return ""


def _customer(value: object, _behaviour: Behaviour) -> str:
    return "" if isinstance(value, dict) else "must be an object"


def _tags(value: object, behaviour: Behaviour) -> str:
    if not isinstance(value, dict):
        return "must be an object"
    if behaviour.tag_values_are_text and any(_text(tag, behaviour) for tag in value.values()):
        return "must have strings as values"
    return ""


def _return_url(value: object, behaviour: Behaviour) -> str:
    complaint = _text(value, behaviour)
    if complaint:
        return complaint
    try:
        parts = urlsplit(str(value))
        is_address = parts.scheme in behaviour.return_schemes and bool(parts.hostname)
    except ValueError:
        is_address = False
    # Blanks and control characters would end up in a Location header.
    if is_address and not re.search(r"[\x00-\x20\x7f]", str(value)):
        return ""
    return f"must be an absolute address with one of the schemes {', '.join(behaviour.return_schemes)}"


ORDER_CHECKS: Final[Mapping[str, Check]] = MappingProxyType(
    {
        "order_id": _order_id,
        "order_amount": _amount,
        "order_currency": _currency,
        "customer_details": _customer,
        "payment_methods": _text,
        "expiry_time_in_minutes": _minutes,
        "order_note": _text,
        "order_tags": _tags,
        "return_base_url": _return_url,
    }
)
