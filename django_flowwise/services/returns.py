"""What a customer who comes back from the checkout is told: asked for, but not at every reload."""

from __future__ import annotations

import datetime

from django.utils import timezone

from django_flowwise.client import Deadline
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order
from django_flowwise.services.proof import Proof
from django_flowwise.services.settlement import refresh_within
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database
from django_flowwise.states import OrderState


def refresh_after_return(order: Order, *, stale_after_seconds: float = 5, deadline_seconds: float = 5) -> bool:
    """Refresh an order unless somebody has just looked; True where every payment of it was found to have failed.

    For pages that a customer reloads: of many at once, one asks. Where Flowwise says nothing, what is stored
    stays. Two GETs at most. Never raises a FlowwiseError.

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
        findings = refresh_within(order, Deadline(deadline_seconds), lists_payments=True)
    except FlowwiseError:
        order.refresh_from_db(using=writing_database())
        return False
    if findings is None or order.state != OrderState.ACTIVE:
        return False
    return Proof.of(order, findings.payments).has_failed
