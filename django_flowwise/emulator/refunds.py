"""One refund as the emulator keeps it, and its documented shape.

Only the ledger changes what lives here. Sources: Create Refund by Payment ID,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/refunds/create-a-refund-by-payment-id, and Get
Refund, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/refunds/get-a-refund (both read
2026-11-24).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django_flowwise.emulator.behaviour import Behaviour

MESSAGES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "SUCCESS": "The refund has been initiated; the money arrives in 5 to 7 business days.",
        "PENDING": "The refund is being processed.",
    }
)
"""refund_message by refund_status; every other status has the one of a refund that failed."""


class RefundClosed(Exception):
    """The refund is not PENDING any more."""

    def __init__(self, refund_id: str, refund_status: str) -> None:
        super().__init__(refund_id, refund_status)
        self.refund_id = refund_id
        self.refund_status = refund_status

    def __str__(self) -> str:
        return f"Refund {self.refund_id} is {self.refund_status}."


@dataclass(kw_only=True)
class KeptRefund:
    """A refund at the emulator."""

    answer: dict[str, Any] = field(repr=False)
    """The refund in its documented shape; its refund_status moves once."""

    @property
    def status(self) -> str:
        """The refund's status word."""
        return str(self.answer["refund_status"])

    @property
    def amount(self) -> Decimal:
        """The refund's amount in major units."""
        return Decimal(self.answer["refund_amount"])

    def settle(self, status: str) -> None:
        """Give the refund that status, with what goes with it."""
        details = self.answer["gateway_details"]
        reference = details["refund_reference_id"].removeprefix("RFD")
        self.answer |= {
            "refund_status": status,
            "refund_message": MESSAGES.get(status, "The refund failed."),
            "gateway_details": details | {"refund_utr": f"REF{reference}" if status == "SUCCESS" else None},
        }


def new_refund(sent: Mapping[str, Any], *, payment_id: str, order_id: str, behaviour: Behaviour) -> KeptRefund:
    """Make a refund of a checked body, for that payment of that order."""
    answer: dict[str, Any] = {
        "payment_id": payment_id,
        behaviour.refund_order_id_key: order_id,
        "refund_id": sent["refund_id"],
        "refund_amount": Decimal(sent["refund_amount"]),
        "refund_status": "",
        "refund_type": sent["refund_type"],
        "refund_note": sent.get("refund_note"),
        "refund_message": "",
        "gateway_details": {"refund_reference_id": f"RFD{secrets.token_hex(8)}", "refund_utr": None},
    }
    if behaviour.absent_fields == "left_out":
        answer = {name: value for name, value in answer.items() if value is not None}
    kept = KeptRefund(answer=answer)
    kept.settle(behaviour.refund_status)
    return kept
