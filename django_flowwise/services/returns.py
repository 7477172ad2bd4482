"""What a customer who comes back from the checkout is told: asked for, but not at every reload."""

from __future__ import annotations

import datetime
import enum

from django.utils import timezone

from django_flowwise.client import Deadline
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order
from django_flowwise.services.payment_rows import Words, standing_words
from django_flowwise.services.settlement import refresh_within
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database
from django_flowwise.states import OrderState, has_failed, is_secured, is_under_way


class PaymentProgress(enum.Enum):
    """Say how the attempts to pay an order stand."""

    UNKNOWN = "unknown"
    """Nobody has tried that we know of, or what became of it cannot be told."""
    UNDER_WAY = "under way"
    """A payment is open, held, or taken and still to be proven: the customer must not pay again."""
    FAILED = "failed"
    """Every attempt has come to nothing."""


def payment_progress(order: Order) -> PaymentProgress:
    """Say how the attempts to pay an order stand, as they were last seen. Makes no request."""
    return _progress_of(standing_words(order))


def _progress_of(words: list[Words]) -> PaymentProgress:
    if any(is_under_way(*both) for both in words):
        return PaymentProgress.UNDER_WAY
    return PaymentProgress.FAILED if has_failed([status for status, _ in words]) else PaymentProgress.UNKNOWN


def has_secured_money(order: Order) -> bool:
    """Tell whether money of an order is held, being captured or let go, or taken: its customer must not pay again.

    As it was last seen; what refunds of ours have given back does not count. Makes no request, and no query for an
    order that nobody has looked at yet.
    """
    return order.checked_at is not None and any(is_secured(*both) for both in standing_words(order))


def refresh_after_return(order: Order, *, stale_after_seconds: float = 5, deadline_seconds: float = 5) -> bool:
    """Refresh an order unless somebody has just looked; True where every payment of it was found to have failed.

    For pages that a customer reloads: of many at once, one asks. The others learn of no failure, since the
    customer may have tried again by then. Where Flowwise says nothing, what is stored stays. As many GETs at most
    as refresh_order makes. Never raises a FlowwiseError.

    Raises:
        FlowwiseConfigurationError, TransactionOpen: nothing was asked.
    """
    refuse_open_transaction("refresh_after_return")
    moment = timezone.now()
    fresh_since = moment - datetime.timedelta(seconds=stale_after_seconds)
    if order.checked_at is not None and order.checked_at > fresh_since:
        return False
    with durable():
        is_taken = order.mark_looked_at(next_check_at=order.next_check_at, moment=moment)
    if not is_taken:
        return False
    try:
        findings = refresh_within(order, Deadline(deadline_seconds))
    except FlowwiseError:
        order.refresh_from_db(using=writing_database())
        return False
    if findings is None or order.state != OrderState.ACTIVE:
        return False
    if not findings.payments_listed:
        return False
    return _progress_of(standing_words(order, findings.payments)) is PaymentProgress.FAILED
