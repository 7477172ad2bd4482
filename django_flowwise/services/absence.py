"""When Flowwise says that it does not have an order: what of that is believed."""

from __future__ import annotations

import datetime

from django.utils import timezone

from django_flowwise.conf import Account
from django_flowwise.models import ClaimedRow, Order
from django_flowwise.services.attention import require_attention
from django_flowwise.services.payment_rows import standing_words
from django_flowwise.services.schedule import AFTERGLOW, next_look
from django_flowwise.services.transactions import durable
from django_flowwise.states import PAYABLE, AttentionReason, OrderState, is_under_way

_NEVER_PROMISED = frozenset({OrderState.DRAFT, OrderState.SUBMITTING, OrderState.REFUSED, OrderState.WITHDRAWN})


def latest_sending(row: ClaimedRow, account: Account) -> datetime.datetime | None:
    """Say until when a request for this order or refund may have left; None where nothing is in doubt.

    A claim may post until its deadline; once it has been given up, the row says when that was.
    """
    if row.maybe_sent_at is None or row.state != row.states.SUBMITTING:
        return row.maybe_sent_at
    return row.maybe_sent_at + datetime.timedelta(seconds=account.deadline_seconds)


def quiet_seconds_left(sent_at: datetime.datetime | None, account: Account, asked_at: datetime.datetime) -> float:
    """Say how long "it is not there" is not yet to be believed; zero or less once it is."""
    return account.quiet_seconds - (asked_at - sent_at).total_seconds() if sent_at else 0


def is_believed(order: Order, account: Account, asked_at: datetime.datetime) -> bool:
    """Tell whether a look that began then, and found nothing, is to be believed."""
    return quiet_seconds_left(latest_sending(order, account), account, asked_at) <= 0


def is_outdated(order: Order, asked_at: datetime.datetime) -> bool:
    """Tell whether somebody has looked since a look that began then, as far as this instance knows."""
    return order.checked_at is not None and order.checked_at > asked_at


def has_lapsed_claim(row: ClaimedRow) -> bool:
    """Tell whether the claim of an order or refund has been left behind by its holder."""
    expires_at = row.claim_expires_at
    return row.state == row.states.SUBMITTING and expires_at is not None and expires_at < timezone.now()


def abandon_lapsed_claim(order: Order, account: Account) -> None:
    """Turn a claim that its holder has left behind into UNCONFIRMED, so that a look can decide."""
    if has_lapsed_claim(order):
        moment = timezone.now()
        with durable():
            order.mark_unconfirmed(
                code="abandoned",
                message="The process that was creating this order ended before it had an answer.",
                maybe_sent_at=latest_sending(order, account),
                next_check_at=moment,
                moment=moment,
            )


def record_absence(order: Order, account: Account, asked_at: datetime.datetime) -> bool:
    """Record that it is not there; False where it had been, so that a person is called instead.

    What a newer look has told stays.
    """
    moment = timezone.now()
    if order.state == OrderState.UNCONFIRMED:
        wait = quiet_seconds_left(latest_sending(order, account), account, asked_at)
        with durable():
            if wait <= 0:
                order.mark_draft(moment=moment)
            else:
                order.mark_answered({}, next_check_at=moment + datetime.timedelta(seconds=wait), moment=moment)
        return True
    due = next_look(order, OrderState(order.state), moment)
    is_awaited = order.state in PAYABLE and any(is_under_way(*both) for both in standing_words(order))
    if is_awaited and due is None:
        due = moment + AFTERGLOW
    with durable():
        is_news = not is_outdated(order, asked_at) and order.mark_answered({}, next_check_at=due, moment=moment)
    if not is_news or (order.state in _NEVER_PROMISED and not is_awaited):
        return True
    require_attention(order, AttentionReason.CANNOT_TELL, evidence="404")
    return False
