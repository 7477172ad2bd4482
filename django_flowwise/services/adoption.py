"""Is what Flowwise answered our order, and can a customer pay it? The checks before it is recorded as good."""

from __future__ import annotations

import datetime
import logging
from typing import Any

from django.utils import timezone

from django_flowwise import signals
from django_flowwise.addresses import may_receive_customers
from django_flowwise.conf import Account
from django_flowwise.models import Order
from django_flowwise.services.announcements import announce
from django_flowwise.services.schedule import next_look
from django_flowwise.services.transactions import durable
from django_flowwise.states import OrderState, OrderWord, order_word
from django_flowwise.wire import OrderSnapshot

logger = logging.getLogger(__name__)

CLOCK_SKEW = datetime.timedelta(seconds=60)
"""How far Flowwise's clock and ours may be apart."""
_ECHOED = ("customer_email", "customer_id", "order_currency", "order_note")
_KEPT = ("project_id", "order_status", "order_hash", "order_expiry_time", "added_on")


def differing_fields(order: Order, snapshot: OrderSnapshot) -> list[str]:
    """Name what was sent and comes back different; ``added_on`` if it is older than our first claim.

    Source: which fields come back, and that the amount does not: Create Order, response (read 2026-11-24).
    """
    differing = [
        name
        for name in _ECHOED
        if getattr(order, name) and getattr(snapshot, name) not in {None, getattr(order, name)}
    ]
    if order.payment_methods and snapshot.payment_methods is not None:
        ours, theirs = (set(codes.split(",")) for codes in (order.payment_methods, snapshot.payment_methods))
        if ours != {code.strip() for code in theirs}:
            differing.append("payment_methods")
    claimed_at = order.first_claimed_at
    if snapshot.added_on and claimed_at and snapshot.added_on < claimed_at - CLOCK_SKEW:
        differing.append("added_on")
    return differing


def has_usable_checkout(snapshot: OrderSnapshot, account: Account) -> bool:
    """Tell whether there is a checkout URL that customers may be sent to."""
    return snapshot.checkout_url is not None and may_receive_customers(
        snapshot.checkout_url, hosts=account.checkout_hosts
    )


def answer_values(snapshot: OrderSnapshot, account: Account) -> dict[str, Any]:
    """Give the order's columns that the answer fills; what is absent, or not fit for a customer, leaves them."""
    values = {name: getattr(snapshot, name) for name in _KEPT if getattr(snapshot, name) is not None}
    if has_usable_checkout(snapshot, account):
        values["checkout_url"] = snapshot.checkout_url
    elif snapshot.checkout_url is not None:
        logger.warning("checkout_url_refused order_id=%s account=%s", snapshot.order_id, account.alias)
    return values


def record_active(order: Order, snapshot: OrderSnapshot, account: Account) -> None:
    """Record a good answer that has passed every check, whoever brings it; sends order_active.

    Where the order has been given up meanwhile, it is claimed again or stays withdrawn; the answer is kept.
    """
    moment = timezone.now()
    values = answer_values(snapshot, account)
    word = order_word(snapshot.order_status or "")
    expiry = snapshot.order_expiry_time
    due = next_look(order, OrderState.ACTIVE, moment, expiry=expiry) if word is OrderWord.ACTIVE else moment
    with durable():
        is_recorded = order.mark_active(values, next_check_at=due, moment=moment)
    if order.order_id != snapshot.order_id:
        return  # corrected meanwhile: the answer is about what nobody asks for any more
    if not is_recorded and order.state == OrderState.DRAFT:
        is_recorded = _claim_and_record(order, values, account, due)
    if not is_recorded and order.state == OrderState.WITHDRAWN:
        with durable():
            order.mark_answered(values, next_check_at=moment, moment=moment)
    if is_recorded:
        announce(signals.order_active, order)


def leave_unconfirmed(order: Order, account: Account) -> None:
    """Take back a refusal where Flowwise has the order after all, though no customer can be sent there yet."""
    moment = timezone.now()
    with durable():
        is_claimed = order.mark_submitting(
            base_url=account.base_url, moment=moment, claim_expires_at=moment + CLOCK_SKEW
        )
    with durable():
        if is_claimed:
            order.mark_unconfirmed(
                code="no_checkout",
                message="Flowwise has the order, but gives no checkout URL that CHECKOUT_HOSTS allows.",
                maybe_sent_at=moment,
                next_check_at=moment,
                moment=moment,
            )


def _claim_and_record(
    order: Order, values: dict[str, Any], account: Account, due: datetime.datetime | None
) -> bool:
    moment = timezone.now()
    with durable():
        is_claimed = order.mark_submitting(
            base_url=account.base_url, moment=moment, claim_expires_at=moment + CLOCK_SKEW
        )
    with durable():
        return is_claimed and order.mark_active(values, next_check_at=due, moment=moment)
