"""Assumptions about payments: how they begin, are held, captured and voided, and how they end."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class PaymentBehaviour:
    """Assumptions about Create Payment, Get Payment, the payments of an order, and Authorize Payment."""

    no_payments: Literal["empty_list", "404"] = "empty_list"
    """What the payments of an order nobody tried to pay look like."""
    list_payments_status: int = 200
    """HTTP status of the payments of an order; its page shows the body only."""
    newest_payment_first: bool = False
    """Order of the payments list; else the oldest comes first."""
    unknown_payment_status: int = 404
    """HTTP status for a payment_id that Flowwise never issued, or not for that order."""
    unknown_order_hash_status: int = 404
    """HTTP status of Create Payment for an order_hash that Flowwise never issued."""
    closed_order_status: int = 400
    """HTTP status of Create Payment for an order that is PAID or EXPIRED, where no payment is allowed then."""
    refuses_methods_not_offered: bool = True
    """Create Payment takes only what the order's payment_methods allow: card for cc and dc, netbanking for nb."""
    created_payment_status: Literal["SUCCESS", "PENDING", "FAILED"] = "SUCCESS"
    """payment_status of a fresh Create Payment; SUCCESS, as in its example, pays the order at once."""
    pending_capture_status: str = "CREATED"
    """capture_status of a payment that is still open."""
    capture_status: str = "SUCCESS"
    """capture_status of a successful payment; the examples say SUCCESS, other sources CAPTURED."""
    late_success_order_status: Literal["PAID", "EXPIRED"] = "PAID"
    """order_status once a payment that began in time succeeds after the order has expired."""
    authorised_payment_status: str = "SUCCESS"
    """status of a payment whose money is only held."""
    authorised_capture_status: str = "AUTHORISED"
    """capture_status of a payment whose money is only held."""
    authorised_order_status: Literal["ACTIVE", "PAID"] = "ACTIVE"
    """PAID: an order counts as paid as soon as its money is held; ACTIVE: only once the money is captured."""
    authorize_payment_status: int = 200
    """HTTP status of a successful Authorize Payment; its page shows the body only."""
    uncapturable_payment_status: int = 400
    """HTTP status for a CAPTURE or VOID of a payment that holds no money for it."""
    over_capture_status: int = 400
    """HTTP status for a capture_amount of nothing, or above what is still held."""
    partial_capture_allowed: bool = True
    """Less than the held amount can be captured."""
    second_capture_allowed: bool = False
    """What an earlier CAPTURE has left can be captured by another."""
    void_needs_capture_amount: bool = True
    """A VOID without capture_amount is refused, as its table says; the value, from 0 on, is not looked at."""
    void_after_capture_allowed: bool = False
    """Captured money can be voided."""
    voided_payment_status: str = "FAILED"
    """status of a voided payment: no money has moved, so it is no success."""
    voided_capture_status: str = "VOIDED"
    """capture_status of a voided payment, whose capture_amount is 0."""
    voided_order_status: Literal["ACTIVE", "PAID", "EXPIRED"] = "ACTIVE"
    """What becomes of a PAID order once its only money is voided."""
    reversed_order_status: Literal["PAID", "ACTIVE", "EXPIRED"] = "PAID"
    """What becomes of a PAID order once its only money is reversed."""
    reversal_clears_capture: bool = False
    """A REVERSED payment has capture_amount 0 and the capture_status of a voided one; else both stay."""
