"""What a shop may ask of its orders. The only place where client and models meet, and that opens transactions.

Everything here takes and gives Order, Payment and Refund instances; what makes requests refuses to do so within a
transaction.
"""

from __future__ import annotations

from django_flowwise.services.after_commit import submit_after_commit
from django_flowwise.services.asynchronous import aplace_order, arefresh_order, arefund_payment, asubmit_order
from django_flowwise.services.captures import capture_payment, void_payment
from django_flowwise.services.cases import is_made_elsewhere, orders_in_doubt
from django_flowwise.services.diagnosis import Diagnosis, Finding, Severity, diagnose
from django_flowwise.services.looks import may_be_at_flowwise
from django_flowwise.services.offers import is_past_expiry, is_reissuable, is_submittable
from django_flowwise.services.orders import correct_order, create_order
from django_flowwise.services.page_marks import PAGE_MARK_HEADER, page_mark
from django_flowwise.services.placement import place_order, reissue_order
from django_flowwise.services.recovery import LookedAt, ReconcileReport, count_due, reconcile
from django_flowwise.services.refund_records import refundable_amount
from django_flowwise.services.refunds import refund_payment
from django_flowwise.services.retention import RetentionReport, forget_customers
from django_flowwise.services.returns import (
    PaymentProgress,
    has_secured_money,
    payment_progress,
    refresh_after_return,
)
from django_flowwise.services.settlement import refresh_order
from django_flowwise.services.settling import settle_attention
from django_flowwise.services.submission import submit_order
from django_flowwise.services.withdrawal import withdraw_order

__all__ = [
    "PAGE_MARK_HEADER",
    "Diagnosis",
    "Finding",
    "LookedAt",
    "PaymentProgress",
    "ReconcileReport",
    "RetentionReport",
    "Severity",
    "aplace_order",
    "arefresh_order",
    "arefund_payment",
    "asubmit_order",
    "capture_payment",
    "correct_order",
    "count_due",
    "create_order",
    "diagnose",
    "forget_customers",
    "has_secured_money",
    "is_made_elsewhere",
    "is_past_expiry",
    "is_reissuable",
    "is_submittable",
    "may_be_at_flowwise",
    "orders_in_doubt",
    "page_mark",
    "payment_progress",
    "place_order",
    "reconcile",
    "refresh_after_return",
    "refresh_order",
    "refund_payment",
    "refundable_amount",
    "reissue_order",
    "settle_attention",
    "submit_after_commit",
    "submit_order",
    "void_payment",
    "withdraw_order",
]
