"""Assumptions about refunds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RefundStatus = Literal["SUCCESS", "PENDING", "FAILED", "CANCELLED", "USER_DROPPED"]
"""The words for a refund in the vendor's published plugin interface; no page lists any.

Source: https://github.com/cashfree/flowwise-native (read 2026-11-24).
"""


@dataclass(frozen=True, kw_only=True)
class RefundBehaviour:
    """Assumptions about both ways to create a refund, and Get Refund."""

    repeated_refund_id: Literal["409", "400", "same", "second"] = "409"
    """A known refund_id is refused with this status, or answered with the same refund, or refunded once more."""
    refund_status: Literal["SUCCESS", "PENDING", "FAILED"] = "SUCCESS"
    """refund_status of a fresh refund."""
    refund_order_id_key: Literal["order_id", "order_id "] = "order_id"
    """Name of the order_id in a refund; the vendor's plugin interface writes it with a blank at its end."""
    refund_id_pattern: str = r"(?s).+"
    """What a refund_id must match in full: any text that is not empty."""
    known_refund_types: tuple[str, ...] = ("MERCHANT_INITIATED", "AUTO_REFUND")
    """Words that refund_type may be; the vendor's plugin interface has CUSTOMER_INITIATED besides."""
    unknown_refund_status: int = 404
    """HTTP status for a refund_id that nobody created."""
    unrefundable_payment_status: int = 400
    """HTTP status for the refund of a payment, or of an order without any payment, that was successful."""
    refuses_over_refund: bool = True
    """Refunds that come to more than what was captured are refused."""
    over_refund_status: int = 400
    """HTTP status for a refund that is refused for its amount."""
    counted_refund_statuses: tuple[RefundStatus, ...] = ("SUCCESS", "PENDING")
    """Refunds in these states use up what was captured; a failed one gives it free."""
    refund_order_status: int = 200
    """HTTP status of a successful refund of an order; its page shows the request only."""
    order_refund_takes: Literal["oldest", "newest", "refused"] = "oldest"
    """Which payment the refund of an order takes where several could bear it, or that it is refused."""
    ambiguous_refund_status: int = 400
    """HTTP status for the refund of an order that is refused because several payments could bear it."""
    refunded_payment_status: Literal["SUCCESS", "REFUNDED"] = "SUCCESS"
    """status of a payment once successful refunds come to all that was captured."""
