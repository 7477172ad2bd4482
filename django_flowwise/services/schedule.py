"""When to look at an order again: soon while it is young, then less and less, until nothing can happen."""

from __future__ import annotations

import datetime

from django.utils import timezone

from django_flowwise.models import ClaimedRow, Order, Refund
from django_flowwise.states import IN_DOUBT, UNDER_WAY, OrderState, RefundState

SOONEST = datetime.timedelta(minutes=1)
LATEST = datetime.timedelta(hours=1)
LONGEST_LIFE = datetime.timedelta(days=30)
"""How long an order may live where Flowwise did not say.

Source: a constant in the vendor's public plugin interface (cashfree/flowwise-native 4c50471, CommonConstants; read
2026-11-24), evidence and no contract.
"""
AFTERGLOW = datetime.timedelta(days=1)
"""How long past its expiry money may still arrive for an order."""
REFUND_LOOKS = (datetime.timedelta(days=1), datetime.timedelta(days=5))
"""How long after its end an accepted refund is looked at again: accepted is not yet credited."""
REVERSAL_LOOKS = (datetime.timedelta(hours=1), datetime.timedelta(days=1), datetime.timedelta(days=5))
"""How long after the payment a paid order is looked at again."""


def next_look(
    order: Order,
    state: OrderState,
    moment: datetime.datetime,
    *,
    expiry: datetime.datetime | None = None,
) -> datetime.datetime | None:
    """Say when an order that is in this state from now on is to be looked at again; None for never."""
    if state in {OrderState.DRAFT, OrderState.REFUSED}:
        return None
    if state in {OrderState.PAID, OrderState.REVERSED}:
        paid_at = order.paid_at or moment
        return next((paid_at + wait for wait in REVERSAL_LOOKS if paid_at + wait > moment), None)
    since = order.first_claimed_at or order.created_at
    own_life = datetime.timedelta(minutes=order.expiry_time_in_minutes or 0)
    end = (expiry or order.order_expiry_time or since + max(LONGEST_LIFE, own_life)) + AFTERGLOW
    if state in IN_DOUBT:
        return moment + backing_off(moment - since)
    return moment + backing_off(moment - since) if moment < end else None


def first_look_after_payment(moment: datetime.datetime) -> datetime.datetime:
    """Say when an order that is paid from this moment on is to be looked at again."""
    return moment + REVERSAL_LOOKS[0]


def next_refund_look(refund: Refund, state: RefundState, moment: datetime.datetime) -> datetime.datetime | None:
    """Say when a refund that is in this state from now on is to be looked at again; None for never."""
    if state == RefundState.ACCEPTED:
        settled_at = refund.settled_at or moment
        return next((settled_at + wait for wait in REFUND_LOOKS if settled_at + wait > moment), None)
    return moment + backing_off(moment - refund.created_at) if state in UNDER_WAY else None


def seconds_until_look(row: ClaimedRow) -> float | None:
    """Say how long it is until an order or refund is to be looked at again; None for never."""
    return None if row.next_check_at is None else (row.next_check_at - timezone.now()).total_seconds()


def backing_off(age: datetime.timedelta) -> datetime.timedelta:
    """Give a quarter of the age, within a minute and an hour."""
    return min(max(age / 4, SOONEST), LATEST)
