"""One order as the emulator keeps it, its payments, and the documented shapes of both.

Only the ledger changes what lives here. Sources: Create Order,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order, and Get All Payments
for Order,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/get-all-payments-for-an-order
(both read 2026-11-24).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from django_flowwise.emulator.behaviour import Behaviour

PROJECT_ID: Final = "proj_emulator"

PAYMENT_WORDS: Final[Mapping[str, str]] = MappingProxyType({"cc": "card", "dc": "card", "nb": "netbanking"})
"""Codes of an order's payment_methods that a payment words differently; the others are alike in both."""

ECHOED_FIELDS: Final = ("payment_methods", "order_note")


class OrderClosed(Exception):
    """The order is PAID or EXPIRED, and the emulator's Behaviour lets nothing more happen to it."""

    def __init__(self, order_id: str, order_status: str) -> None:
        super().__init__(order_id, order_status)
        self.order_id = order_id
        self.order_status = order_status

    def __str__(self) -> str:
        return f"Order {self.order_id} is {self.order_status}."


@dataclass(kw_only=True)
class KeptOrder:
    """An order at the emulator."""

    sent: dict[str, Any] = field(repr=False)
    """The body of Create Order, with exact numbers."""
    answer: dict[str, Any] = field(repr=False)
    """The order in its documented shape; its order_status moves."""
    expires_at: datetime
    """order_expiry_time as an aware datetime."""
    payments: list[dict[str, Any]] = field(default_factory=list)
    """The order's payments in their documented shape, oldest first."""

    @property
    def status(self) -> str:
        """The order's status word."""
        return str(self.answer["order_status"])

    @property
    def amount(self) -> Decimal:
        """The order's amount in major units, which the documented order does not carry."""
        return Decimal(self.sent["order_amount"])

    def expire(self, moment: datetime) -> None:
        """Make the order EXPIRED as of that moment."""
        self.expires_at = moment
        self.answer |= {"order_status": "EXPIRED", "order_expiry_time": written_time(moment)}

    def is_payable(self, behaviour: Behaviour) -> bool:
        """Whether a payment may be tried now."""
        return {
            "PAID": behaviour.second_payment_allowed,
            "EXPIRED": behaviour.late_payment_allowed,
        }.get(self.status, True)


def new_order(sent: dict[str, Any], *, behaviour: Behaviour, moment: datetime, origin: str) -> KeptOrder:
    """Make an ACTIVE order of a checked Create Order body, whose checkout page is under that origin."""
    added_on = moment.replace(microsecond=0)
    minutes = sent.get("expiry_time_in_minutes", behaviour.default_expiry_minutes)
    expires_at = added_on + timedelta(minutes=minutes)
    customer = sent["customer_details"]
    answer = {
        "order_id": sent["order_id"],
        "project_id": PROJECT_ID,
        "customer_email": customer.get("customer_email"),
        "customer_id": customer.get("customer_id"),
        "order_status": "ACTIVE",
        "order_currency": sent["order_currency"],
        **{name: sent.get(name) for name in ECHOED_FIELDS},
        "checkout_url": f"{origin}{checkout_path(sent['order_id'])}",
        "order_hash": secrets.token_hex(16),
        "order_expiry_time": written_time(expires_at),
        "added_on": written_time(added_on),
    }
    if behaviour.absent_fields == "left_out":
        answer = {name: value for name, value in answer.items() if value is not None}
    return KeptOrder(sent=sent, answer=answer, expires_at=expires_at)


def new_payment(
    kept: KeptOrder,
    status: str,
    *,
    behaviour: Behaviour,
    method: str,
    amount: Decimal | int | str | None,
    currency: str | None,
) -> dict[str, Any]:
    """Make a payment of that order; without amount or currency, those of the order."""
    paid = status == "SUCCESS"
    exact = kept.amount if amount is None else Decimal(amount)
    reference = secrets.token_hex(8)
    return {
        "status": status,
        "order_id": kept.answer["order_id"],
        "payment_id": f"pay_{secrets.token_hex(10)}",
        "capture_status": behaviour.capture_status if paid else "FAILED",
        "capture_amount": exact if paid else Decimal(0),
        "payment_amount": exact,
        "payment_currency": kept.sent["order_currency"] if currency is None else currency,
        "payment_method": PAYMENT_WORDS.get(method, method),
        "gateway_details": {
            "auth_id": f"AUTH_{reference}" if paid else None,
            "processor_ref": f"EMU{reference}",
            "utr": reference if paid else None,
        },
    }


def checkout_path(order_id: str) -> str:
    """Return the path of the order's checkout page, with the order_id as one path part."""
    return f"/checkout/{quote(order_id, safe='')}"


def written_time(moment: datetime) -> str:
    """Write an aware datetime as the documented examples do: UTC, whole seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
