"""Writing down what becomes of a refund, with what it leaves of the order's money. Makes no request."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.utils import timezone

from django_flowwise.models import Order, Payment, Refund, amount_left
from django_flowwise.services.attention import require_attention
from django_flowwise.services.references import conclude
from django_flowwise.services.schedule import next_refund_look
from django_flowwise.services.transactions import durable, writing_database
from django_flowwise.states import (
    AT_FLOWWISE,
    AttentionReason,
    RefundState,
    is_known_refund,
    refund_state_of,
)
from django_flowwise.wire import RefundSnapshot


@contextmanager
def refunds_held(order: Order) -> Iterator[None]:
    """Open a transaction in which no other refund of this order is made or moves; the instance is read again.

    Its first statement writes: on every database whoever comes next waits, and then reads what was committed.
    """
    with durable():
        order.hold()
        order.refresh_from_db(using=writing_database())
        yield


def refundable_amount(payment: Payment) -> Decimal:
    """Say what may still be refunded of a payment, in its currency and major units. Makes no request.

    What was captured, less every refund that has not failed; zero for a payment that is not successful.
    """
    return amount_left(payment, Refund.objects.using(writing_database()).filter(payment=payment))


def differing_refund_fields(refund: Refund, snapshot: RefundSnapshot) -> list[str]:
    """Name what was sent, or belongs to it, and comes back different."""
    ours = {
        "payment_id": refund.payment.payment_id,
        "order_id": refund.payment.order.order_id,
        "refund_amount": refund.refund_amount,
    }
    return [name for name, value in ours.items() if getattr(snapshot, name) not in {None, "", value}]


def record_answer(refund: Refund, snapshot: RefundSnapshot, asked_at: datetime.datetime) -> bool:
    """Record what Flowwise says of a refund, whoever brings it; False where it has a different one.

    Sends refund_settled where it has ended, and calls for a person where it failed or cannot be understood. What
    says nothing new puts the next look off.
    """
    payment, order = refund.payment, refund.payment.order
    if differing := differing_refund_fields(refund, snapshot):
        seen = f"{refund.refund_id}: {','.join(differing)}"
        require_attention(order, AttentionReason.BELONGS_TO_ANOTHER, evidence=seen)
        _look_again(refund)
        return False
    word, moment = snapshot.refund_status or "", timezone.now()
    if not is_known_refund(word):
        # Each refund by itself: what a person has settled of one says nothing of the next.
        require_attention(order, AttentionReason.UNKNOWN_WORD, evidence=f"{refund.refund_id} {word}")
    target = refund_state_of(word)
    with refunds_held(order):
        refund.refresh_from_db(using=writing_database())
        refund.payment = payment
        before = refund.state
        is_recorded = refund.mark_answered(
            target,
            {"refund_status": word, "gateway_details": _details(refund, snapshot)},
            asked_at=asked_at,
            next_check_at=next_refund_look(refund, target, moment),
            moment=moment,
        )
        if is_recorded:
            order.mark_refunded(
                _amount_refunded(order),
                is_settled=refund.signal_due,
                failed_refund_id=refund.refund_id if target == RefundState.FAILED != before else "",
                moment=moment,
            )
    if not is_recorded:
        refund.payment = payment
        _look_again(refund)
    conclude(order)
    return True


def _amount_refunded(order: Order) -> Decimal:
    """Add up what Flowwise has accepted, in the order's currency: another is no part of the sum."""
    refunds = Refund.objects.using(writing_database()).filter(payment__order=order, state=RefundState.ACCEPTED)
    return refunds.filter(refund_currency=order.order_currency).amount()


def _details(refund: Refund, snapshot: RefundSnapshot) -> dict[str, Any]:
    is_kept = snapshot.gateway_details is not None and not refund.payment.order.is_forgotten
    return snapshot.gateway_details or {} if is_kept else refund.gateway_details


def record_absent(refund: Refund, asked_at: datetime.datetime, *, wait_seconds: float) -> None:
    """Record that Flowwise does not have the refund; that is not yet to be believed for ``wait_seconds``.

    Once it is, a person is called, since nothing sends the refund by itself.
    """
    order, moment = refund.payment.order, timezone.now()
    if refund.state in AT_FLOWWISE:
        require_attention(order, AttentionReason.CANNOT_TELL, evidence=f"404 {refund.refund_id}")
        _look_again(refund)
    elif wait_seconds > 0:
        with durable():
            due = asked_at + datetime.timedelta(seconds=wait_seconds)
            refund.mark_looked_at(next_check_at=due, moment=moment)
    else:
        # Each attempt by itself: what a person has settled of one says nothing of the next.
        seen = f"{refund.refund_id} #{refund.attempts}"
        require_attention(order, AttentionReason.REFUND_UNSENT, evidence=seen)
        with refunds_held(order):
            refund.mark_draft(moment=moment)


def _look_again(refund: Refund) -> None:
    moment = timezone.now()
    with durable():
        due = next_refund_look(refund, RefundState(refund.state), moment)
        refund.mark_looked_at(next_check_at=due, moment=moment)
