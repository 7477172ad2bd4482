"""Asking Flowwise about refunds whose end is still to come."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.conf import Account
from django_flowwise.exceptions import FlowwiseAPIError, NotFound, RequestRefused
from django_flowwise.models import Order, Refund
from django_flowwise.services.absence import latest_sending, quiet_seconds_left
from django_flowwise.services.attention import require_attention
from django_flowwise.services.refund_records import record_absent, record_answer
from django_flowwise.services.refusals import is_our_fault
from django_flowwise.services.transactions import writing_database
from django_flowwise.states import AttentionReason, RefundState


def refresh_refunds(order: Order, account: Account, deadline: Deadline) -> None:
    """Look at each refund of the order that is in doubt, pending, or due; one GET for each.

    Raises:
        RequestRefused, RequestNotSent, OutcomeUnknown: about one nothing was learned; all were looked at.
    """
    moment = timezone.now()
    refunds = Refund.objects.using(writing_database()).filter(payment__order=order).select_related("payment")
    is_open = Q(state__in=(RefundState.UNCONFIRMED, RefundState.PENDING))
    problem: FlowwiseAPIError | None = None
    for refund in refunds.filter(is_open) | refunds.due(moment):
        refund.payment.order = order
        try:
            look_at_refund(refund, account, deadline)
        except FlowwiseAPIError as error:
            problem = error
    if problem is not None:
        raise problem


def look_at_refund(refund: Refund, account: Account, deadline: Deadline) -> None:
    """Ask for one refund, and record what is said of it.

    Raises:
        RequestRefused, RequestNotSent, OutcomeUnknown: nothing was learned.
    """
    asked_at = timezone.now()
    try:
        snapshot = FlowwiseClient(account).get_refund(refund.refund_id, deadline=deadline)
    except NotFound:
        wait = quiet_seconds_left(latest_sending(refund, account), account, asked_at)
        record_absent(refund, asked_at, wait_seconds=wait)
    except RequestRefused as error:
        if not is_our_fault(error):
            seen = f"{error.http_status} {refund.refund_id}"
            require_attention(refund.payment.order, AttentionReason.CANNOT_TELL, evidence=seen)
        raise
    else:
        record_answer(refund, snapshot, asked_at)
