"""One payment as the emulator keeps it, and the documented shapes of it.

Only the ledger changes what lives here. Sources: Create Payment,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/create-a-payment, Get Payment,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/get-a-payment, and Authorize Payment,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/authorise-a-payment (all read
2026-11-24).
"""

from __future__ import annotations

import enum
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.refunds import KeptRefund
from django_flowwise.emulator.times import written_time

PAYMENT_WORDS: Final[Mapping[str, str]] = MappingProxyType({"cc": "card", "dc": "card", "nb": "netbanking"})
"""Codes of an order's payment_methods that a payment words differently; the others are alike in both."""


class PaymentClosed(Exception):
    """The payment is not in a state from which this could happen to it."""

    def __init__(self, payment_id: str, payment_status: str) -> None:
        super().__init__(payment_id, payment_status)
        self.payment_id = payment_id
        self.payment_status = payment_status

    def __str__(self) -> str:
        return f"Payment {self.payment_id} is {self.payment_status}."


class Phase(enum.Enum):
    """Where a payment's money is, whatever word Behaviour gives it."""

    OPEN = "open"
    """Nobody knows yet."""
    HELD = "held"
    """Set aside at the payer's bank."""
    CAPTURED = "captured"
    """With the merchant, in full or in part."""
    FAILED = "failed"
    """With the payer: it never moved."""
    VOIDED = "voided"
    """With the payer: it was let go by the merchant."""
    REVERSED = "reversed"
    """With the payer: it was sent back by Flowwise."""


@dataclass(kw_only=True)
class KeptPayment:
    """A payment at the emulator."""

    answer: dict[str, Any] = field(repr=False)
    """The payment in its documented shape."""
    phase: Phase
    """Where its money is."""
    started_at: datetime
    """When it began, aware."""
    return_url: str = field(default="", repr=False)
    """Where its payer is sent afterwards, if Create Payment began it and an address is known."""
    refunds: list[KeptRefund] = field(default_factory=list)
    """Its refunds, oldest first."""

    @property
    def payment_id(self) -> str:
        """The payment's own id."""
        return str(self.answer["payment_id"])

    @property
    def status(self) -> str:
        """The payment's status word."""
        return str(self.answer["status"])

    @property
    def amount(self) -> Decimal:
        """What was asked of the payer, in major units."""
        return Decimal(self.answer["payment_amount"])

    @property
    def captured(self) -> Decimal:
        """What has come to the merchant, in major units; refunds are not taken off."""
        return Decimal(self.answer["capture_amount"])

    def refunded(self, statuses: tuple[str, ...]) -> Decimal:
        """Add up the refunds in one of these states, in major units."""
        return sum((refund.amount for refund in self.refunds if refund.status in statuses), Decimal(0))

    def enter(self, phase: Phase, status: str, behaviour: Behaviour, *, captured: Decimal = Decimal(0)) -> None:
        """Move the money, and say so in the words of Behaviour; `captured` is in major units."""
        words = {
            Phase.OPEN: behaviour.pending_capture_status,
            Phase.HELD: behaviour.authorised_capture_status,
            Phase.CAPTURED: behaviour.capture_status,
            Phase.FAILED: "FAILED",
        }
        details = self.answer["gateway_details"]
        reference = details["processor_ref"].removeprefix("EMU")
        self.phase = phase
        self.answer |= {
            "status": status,
            "capture_status": words.get(phase, behaviour.voided_capture_status),
            "capture_amount": captured,
            "gateway_details": details
            | {
                "auth_id": f"AUTH_{reference}" if phase in {Phase.HELD, Phase.CAPTURED} else details["auth_id"],
                "utr": reference if phase is Phase.CAPTURED else details["utr"],
            },
        }

    def reverse(self, behaviour: Behaviour) -> None:
        """Send the money back to the payer."""
        if behaviour.reversal_clears_capture:
            self.enter(Phase.REVERSED, "REVERSED", behaviour)
        self.phase = Phase.REVERSED
        self.answer["status"] = "REVERSED"


def new_payment(
    *, order_id: str, method: str, amount: Decimal, currency: str, started_at: datetime
) -> KeptPayment:
    """Make a payment of that order, which has to enter a phase yet; a method may be an order's code."""
    answer = {
        "status": "",
        "order_id": order_id,
        "payment_id": f"pay_{secrets.token_hex(10)}",
        "capture_status": "",
        "capture_amount": Decimal(0),
        "payment_amount": amount,
        "payment_currency": currency,
        "payment_method": PAYMENT_WORDS.get(method, method),
        "gateway_details": {"auth_id": None, "processor_ref": f"EMU{secrets.token_hex(8)}", "utr": None},
    }
    return KeptPayment(answer=answer, phase=Phase.OPEN, started_at=started_at)


def creation_answer(
    payment: KeptPayment, *, order_expiry_time: str, origin: str, behaviour: Behaviour
) -> dict[str, Any]:
    """Give the payment in the shape of Create Payment, whose payload is opaque."""
    given = payment.answer
    answer = {
        "payment_id": payment.payment_id,
        "order_id": given["order_id"],
        "payment_method": given["payment_method"],
        "payment_amount": given["payment_amount"],
        "payment_status": payment.status,
        "capture_status": given["capture_status"],
        "capture_amount": given["capture_amount"],
        "processor_ref": given["gateway_details"]["processor_ref"],
        "redirect_url": f"{origin}{redirect_path(payment.payment_id)}",
        "return_url": payment.return_url or None,
        "payload": secrets.token_urlsafe(48),
        "payment_time": written_time(payment.started_at),
        "order_expiry_time": order_expiry_time,
    }
    if behaviour.absent_fields == "left_out":
        answer = {name: value for name, value in answer.items() if value is not None}
    return answer


def authorization_answer(payment: KeptPayment, message: str) -> dict[str, Any]:
    """Give the payment in the shape of Authorize Payment."""
    given = payment.answer
    return {
        "order_id": given["order_id"],
        "payment_id": payment.payment_id,
        **{name: given[name] for name in ("status", "capture_status", "capture_amount", "payment_amount")},
        "payment_currency": given["payment_currency"],
        "payment_method": given["payment_method"],
        "payment_message": message,
        "redirect_url": None,
        "gateway_details": dict(given["gateway_details"]),
    }


def redirect_path(payment_id: str) -> str:
    """Return the path of the page where a payer finishes that payment."""
    return f"/redirect/{quote(payment_id, safe='')}"
