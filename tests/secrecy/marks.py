"""A secret, a client id and a customer that cannot be mistaken for anything else, and the search for them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

SECRET = "zzSecret7f3a91"
CLIENT_ID = "zzClient4b8e02"
CUSTOMER: dict[str, Any] = {
    "customer_id": "zzCust5d1c77",
    "customer_email": "zzmail9e2f13@zzhost.example",
    "customer_phone": "+919123987654",
    "customer_address": 'zzStreet6a0b Süd 7, "zzCity2c4d"',
    "order_note": "zzNote8f5e: gift & card",
    "order_tags": {"source": "zzTag1d9a from the app"},
}
REFUND_NOTE = "zzWhy3b7c: moved to zzStreet6a0b"
GATEWAY = "zzGate9a1e@bank"
"""What a gateway may know of a payer."""
OWN_COLUMNS = {
    "Order": frozenset(CUSTOMER),
    "Payment": frozenset({"gateway_details"}),
    "Refund": frozenset({"refund_note", "gateway_details"}),
}
"""Where a customer's data is kept, and nowhere else."""

CREDENTIALS: Mapping[str, str] = {"the secret": SECRET, "the client id": CLIENT_ID}
THE_SECRET: Mapping[str, str] = {"the secret": SECRET}
CUSTOMERS: Mapping[str, str] = {
    "customer_id": "zzCust5d1c77",
    "customer_email": "zzmail9e2f13",
    "customer_phone": "9123987654",
    "customer_address": "zzStreet6a0b",
    "end of customer_address": "zzCity2c4d",
    "order_note": "zzNote8f5e",
    "order_tags": "zzTag1d9a",
    "refund_note": "zzWhy3b7c",
    "gateway_details": "zzGate9a1e",
}
ALL: Mapping[str, str] = {**CREDENTIALS, **CUSTOMERS}
WITHOUT_NOTE: Mapping[str, str] = {name: mark for name, mark in ALL.items() if name != "order_note"}


def found(text: str, marks: Mapping[str, str]) -> Iterator[str]:
    """Name the marks that are in the text, with what stands around each; no case hides one."""
    lowered = text.lower()
    for name, mark in marks.items():
        at = lowered.find(mark.lower())
        if at >= 0:
            yield f"{name} in …{text[max(at - 60, 0) : at + 60]!r}…"


def content(**changes: Any) -> dict[str, Any]:
    """Give what the services take for the marked customer."""
    return {
        "reference": "INV-1",
        "order_amount": Decimal("2299.50"),
        "order_currency": "INR",
        **CUSTOMER,
        **changes,
    }
