"""How the pages word an order, its payments and its refunds.

Only the pages import it.
"""

from __future__ import annotations

from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import quote

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.orders import PROJECT_ID, KeptOrder, checkout_path
from django_flowwise.emulator.payments import KeptPayment, Phase
from django_flowwise.emulator.refunds import KeptRefund
from django_flowwise.emulator.refusals import order_not_found
from django_flowwise.emulator.return_address import return_address

METHOD_NAMES: Final = MappingProxyType(
    {
        "cc": "Credit card",
        "dc": "Debit card",
        "upi": "UPI",
        "nb": "Net banking",
        "wallet": "Wallet",
        "card": "Card",
        "netbanking": "Net banking",
    }
)

STATUS_TEXTS: Final = MappingProxyType(
    {
        "ACTIVE": ("Waiting for payment", "This order can be paid."),
        "PAID": ("Paid", "This order is paid. There is nothing left to do here."),
        "EXPIRED": ("Expired", "The time to pay this order is over."),
    }
)

SHADES: Final = MappingProxyType(
    {
        "ACTIVE": "active",
        "PENDING": "open",
        "PAID": "good",
        "SUCCESS": "good",
        "FAILED": "bad",
        "REVERSED": "bad",
    }
)
"""The shade of a status word's badge; every other word is grey."""


def find_order(ledger: Ledger, order_id: str) -> KeptOrder:
    """Find the order that a page is about.

    Raises:
        Refusal: nobody created it.
    """
    try:
        return ledger.find(order_id)
    except KeyError as err:
        raise order_not_found(404) from err


def described_order(kept: KeptOrder, behaviour: Behaviour) -> dict[str, Any]:
    """Word an order for a template."""
    title, text = STATUS_TEXTS[kept.status]
    return {
        "order_id": kept.answer["order_id"],
        "project_id": PROJECT_ID,
        "status": kept.status,
        "shade": shade(kept.status),
        "status_title": title,
        "status_text": text,
        "amount": written_amount(kept.amount),
        "currency": kept.sent["order_currency"],
        "note": kept.answer.get("order_note") or "",
        "expires_at": f"{kept.expires_at:%d %b %Y, %H:%M} UTC",
        "expires_machine": kept.answer["order_expiry_time"],
        "methods": [{"code": c, "name": METHOD_NAMES.get(c, c)} for c in method_codes(kept, behaviour)],
        "is_payable": kept.is_payable(behaviour),
        "path": checkout_path(kept.answer["order_id"]),
        "details_path": details_path(kept.answer["order_id"]),
        "return_address": order_return_address(kept, behaviour),
        "payment_count": len(kept.payments),
    }


def described_payment(payment: KeptPayment) -> dict[str, Any]:
    """Word a payment for a template."""
    method = payment.answer["payment_method"]
    return {
        "payment_id": payment.payment_id,
        "status": payment.status,
        "shade": shade(payment.status),
        "capture_status": payment.answer["capture_status"],
        "captured": written_amount(payment.captured),
        "amount": written_amount(payment.amount),
        "currency": payment.answer["payment_currency"],
        "method": METHOD_NAMES.get(method, method),
        "started_at": f"{payment.started_at:%d %b %Y, %H:%M} UTC",
        "is_open": payment.phase is Phase.OPEN,
        "has_money": payment.phase in {Phase.HELD, Phase.CAPTURED},
        "refunds": [described_refund(refund) for refund in payment.refunds],
    }


def described_refund(refund: KeptRefund) -> dict[str, Any]:
    """Word a refund for a template."""
    return {
        "refund_id": refund.answer["refund_id"],
        "status": refund.status,
        "shade": shade(refund.status),
        "amount": written_amount(refund.amount),
        "type": refund.answer["refund_type"],
        "note": refund.answer.get("refund_note") or "",
        "is_open": refund.status == "PENDING",
    }


def details_path(order_id: str) -> str:
    """Return the path of the page with all that an order has."""
    return f"/orders/{quote(order_id, safe='')}"


def order_return_address(kept: KeptOrder, behaviour: Behaviour) -> str:
    """Return where the order's customer goes from the checkout page; nothing where the shop named no address."""
    base = kept.sent.get("return_base_url", "")
    return return_address(base, kept.answer["order_id"], behaviour) if base else ""


def method_codes(kept: KeptOrder, behaviour: Behaviour) -> list[str]:
    """Return what the checkout page offers."""
    for written in (kept.sent.get("payment_methods", ""), behaviour.default_payment_methods):
        codes = [code.strip() for code in written.split(",") if code.strip()]
        if codes:
            return list(dict.fromkeys(codes))
    return ["upi"]


def shade(status: str) -> str:
    """Return the shade of a status word."""
    return SHADES.get(status, "grey")


def written_amount(amount: Decimal) -> str:
    """Write an amount for people: thousands apart, and no single decimal."""
    whole, _, decimals = f"{amount:,f}".partition(".")
    return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}" if decimals.rstrip("0") else whole
