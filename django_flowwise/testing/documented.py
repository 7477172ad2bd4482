"""The documented answers, filled in from what was asked.

What differs from order to order, or from payment to payment, is derived from its id: so two of them never get the
same, and one always gets what it had before. Source of names, shapes and values: the examples of the pages below
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (all read 2026-11-24).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from urllib.parse import quote

from django_flowwise.states.payments import (
    CAPTURED_WORDS,
    OPEN_PAYMENT_WORDS,
    REFUNDED_PAYMENT,
    REVERSED_PAYMENT,
    SUCCESSFUL_PAYMENT,
    UNBEGUN_CAPTURE,
)

PROJECT_ID: Final = "proj_fashion_store_2024"
DEFAULT_EXPIRY_MINUTES: Final = 120
_TAKEN: Final = frozenset({SUCCESSFUL_PAYMENT, REVERSED_PAYMENT, REFUNDED_PAYMENT})
"""Words of payments whose money has been captured once."""


def order_answer(order_id: str, sent: Mapping[str, Any], moment: datetime, checkout_host: str) -> dict[str, Any]:
    """Answer as Create Order does, with what was sent where that is known."""
    customer = sent.get("customer_details", {})
    expires_at = moment + timedelta(minutes=sent.get("expiry_time_in_minutes", DEFAULT_EXPIRY_MINUTES))
    return _known(
        {
            "order_id": order_id,
            "project_id": PROJECT_ID,
            "customer_email": customer.get("customer_email"),
            "customer_id": customer.get("customer_id"),
            "order_status": "ACTIVE",
            "order_currency": sent.get("order_currency"),
            "payment_methods": sent.get("payment_methods"),
            "order_note": sent.get("order_note"),
            "checkout_url": f"https://{checkout_host}/checkout/{quote(order_id, safe='')}",
            "order_hash": _digest(order_id)[:32],
            "order_expiry_time": written(expires_at),
            "added_on": written(moment),
        }
    )


def payment_id_of(order_id: str, number: int) -> str:
    """Give the payment_id of one attempt to pay an order."""
    return f"pay_{order_id}_upi_{number}"


def payment_answer(known: Mapping[str, Any]) -> dict[str, Any]:
    """Answer as Get Payment does; known may be any field of it, with the status always among them."""
    word = _capture_word(known["status"])
    payment = {"payment_method": "upi", "capture_status": word, **known}
    is_captured = payment["capture_status"] in CAPTURED_WORDS
    captured = payment.get("payment_amount") if is_captured else 0
    details = _gateway_details(payment["payment_id"], is_captured=is_captured)
    return _known({"capture_amount": captured, "gateway_details": details, **payment})


def creation_answer(
    payment: Mapping[str, Any], sent: Mapping[str, Any], order: Mapping[str, Any], moment: datetime
) -> dict[str, Any]:
    """Answer as Create Payment does: that payment of that order, to what was sent."""
    payment_id, back = payment["payment_id"], sent.get("return_base_url")
    same = ("payment_id", "order_id", "payment_amount", "capture_status", "capture_amount")
    return _known(
        {
            **{name: payment.get(name) for name in same},
            "payment_method": sent["payment_method"],
            "payment_status": payment["status"],
            "processor_ref": payment["gateway_details"]["processor_ref"],
            "redirect_url": f"https://payments.flowwise.com/redirect/{quote(payment_id, safe='')}",
            "return_url": back and f"{back}?order_id={quote(payment.get('order_id', ''), safe='')}",
            "payload": _digest(f"payload {payment_id}"),
            "payment_time": written(moment),
            "order_expiry_time": order.get("order_expiry_time"),
        }
    )


def authorization_answer(payment: Mapping[str, Any], sent: Mapping[str, Any]) -> dict[str, Any]:
    """Answer as Authorize Payment does to a capture; the word for what was voided is the plugin interface's."""
    is_capture = sent["action"] == "CAPTURE"
    return {
        **payment,
        "capture_status": "SUCCESS" if is_capture else "VOIDED",
        "capture_amount": sent["capture_amount"] if is_capture else 0,
        "payment_message": f"Payment {'captured' if is_capture else 'voided'} successfully",
        "redirect_url": None,
    }


def refund_answer(known: Mapping[str, Any], status: str) -> dict[str, Any]:
    """Answer as the two ways to create a refund do, and Get Refund."""
    reference = _digits(known["refund_id"])
    return _known(
        {
            **known,
            "refund_status": status,
            "refund_message": (
                "Refund has been initiated successfully. Amount will be credited in 5-7 business days."
            ),
            "gateway_details": {
                "refund_reference_id": f"RFD{reference}",
                "refund_utr": f"REF{reference[:12]}" if status == "SUCCESS" else None,
            },
        }
    )


def customer_answer(sent: Mapping[str, Any], *, added_on: str, moment: datetime) -> dict[str, Any]:
    """Answer as Create Customer and Update Customer do."""
    return {
        "id": f"cust_rec_{_digits(sent['customer_id'])[:18]}",
        "added_on": added_on,
        "updated_on": written(moment),
        "project_id": PROJECT_ID,
        "status": "ACTIVE",
        **sent,
    }


def utc_now() -> datetime:
    """Return the time as an aware datetime, whatever the shop's USE_TZ says."""
    return datetime.now(UTC)


def written(moment: datetime) -> str:
    """Write an aware datetime as the examples do."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _capture_word(status: str) -> str:
    if status in OPEN_PAYMENT_WORDS:
        return UNBEGUN_CAPTURE
    return "SUCCESS" if status in _TAKEN else "FAILED"


def _gateway_details(payment_id: str, *, is_captured: bool) -> dict[str, str | None]:
    reference = _digits(payment_id)
    return {
        "auth_id": f"AUTH_{reference[:13]}" if is_captured else None,
        "processor_ref": f"UPI{reference}",
        "utr": reference[:12] if is_captured else None,
    }


def _known(answer: dict[str, Any]) -> dict[str, Any]:
    """Leave out what was not sent and cannot be known: no field is marked as required."""
    return {name: value for name, value in answer.items() if value is not None}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _digits(text: str) -> str:
    return str(int(_digest(text), 16))[:18]
