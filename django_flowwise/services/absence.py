"""When Flowwise says that it does not have an order: what of that is believed."""

from __future__ import annotations

import datetime

from django.utils import timezone

from django_flowwise.conf import Account
from django_flowwise.models import Order
from django_flowwise.services.attention import require_attention
from django_flowwise.services.schedule import next_look
from django_flowwise.services.transactions import durable
from django_flowwise.states import AttentionReason, OrderState

_NEVER_PROMISED = frozenset({OrderState.DRAFT, OrderState.SUBMITTING, OrderState.REFUSED, OrderState.WITHDRAWN})


def quiet_seconds_left(maybe_sent_at: datetime.datetime | None, account: Account) -> float:
    """Say how long "it is not there" is not yet to be believed; zero or less once it is."""
    if maybe_sent_at is None:
        return 0
    return account.quiet_seconds - (timezone.now() - maybe_sent_at).total_seconds()


def abandon_lapsed_claim(order: Order) -> None:
    """Turn a claim that its holder has left behind into UNCONFIRMED, so that a look can decide."""
    moment = timezone.now()
    if order.state == OrderState.SUBMITTING and order.claim_expires_at and order.claim_expires_at < moment:
        with durable():
            order.mark_unconfirmed(
                code="abandoned",
                message="The process that was creating this order ended before it had an answer.",
                maybe_sent_at=order.maybe_sent_at,
                next_check_at=moment,
                moment=moment,
            )


def record_absence(order: Order, account: Account) -> bool:
    """Record that it is not there; False where it had been, so that a person is called instead."""
    moment = timezone.now()
    if order.state == OrderState.UNCONFIRMED:
        wait = quiet_seconds_left(order.maybe_sent_at, account)
        with durable():
            if wait <= 0:
                order.mark_draft(moment=moment)
            else:
                order.mark_answered({}, next_check_at=moment + datetime.timedelta(seconds=wait), moment=moment)
        return True
    with durable():
        order.mark_answered({}, next_check_at=next_look(order, OrderState(order.state), moment), moment=moment)
    if order.state in _NEVER_PROMISED:
        return True
    require_attention(order, AttentionReason.CANNOT_TELL)
    return False
