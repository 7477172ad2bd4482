"""One order as the emulator keeps it, with its payments, and its documented shape.

Only the ledger changes what lives here. Source: Create Order,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order (read 2026-11-24).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.payments import PAYMENT_WORDS, KeptPayment, Phase
from django_flowwise.emulator.times import written_time

PROJECT_ID: Final = "proj_emulator"

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
    payments: list[KeptPayment] = field(default_factory=list)
    """The order's payments, oldest first."""

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

    def offers(self, method: str) -> bool:
        """Whether the order's payment_methods allow that payment_method; an order without any allows all."""
        codes = [code.strip() for code in self.sent.get("payment_methods", "").split(",") if code.strip()]
        return not codes or method in {PAYMENT_WORDS.get(code, code) for code in codes}

    def succeed(self, behaviour: Behaviour) -> None:
        """Take money for the order; after its expiry, Behaviour says whether it is PAID then."""
        late = self.status == "EXPIRED"
        self.answer["order_status"] = behaviour.late_success_order_status if late else "PAID"

    def lose_money(self, status: str, moment: datetime) -> None:
        """Give a PAID order that status, unless another payment still has or holds money for it."""
        has_money = any(payment.phase in {Phase.HELD, Phase.CAPTURED} for payment in self.payments)
        if self.status == "PAID" and not has_money:
            self.answer["order_status"] = status
            if status == "EXPIRED" and self.expires_at > moment:
                self.expire(moment)


def new_order(sent: dict[str, Any], *, behaviour: Behaviour, moment: datetime, origin: str) -> KeptOrder:
    """Make an ACTIVE order of a checked Create Order body, whose checkout page is under that origin."""
    added_on = moment.replace(microsecond=0)
    minutes = sent.get("expiry_time_in_minutes", behaviour.default_expiry_minutes)
    expires_at = added_on + timedelta(minutes=int(minutes))
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


def checkout_path(order_id: str) -> str:
    """Return the path of the order's checkout page, with the order_id as one path part."""
    return f"/checkout/{quote(order_id, safe='')}"
