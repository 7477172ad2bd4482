"""What does Flowwise say about an order, and is it paid? Paid is proven, never believed.

The proof: the order's word is PAID, and one of its payments is successful in the same amount and currency.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import IntegrityError
from django.utils import timezone

from django_flowwise import signals
from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.conf import Account, get_account
from django_flowwise.exceptions import NotFound, RequestRefused
from django_flowwise.models import Order, live_key_of
from django_flowwise.services.absence import abandon_lapsed_claim, record_absence
from django_flowwise.services.adoption import (
    answer_values,
    differing_fields,
    has_usable_checkout,
    record_active,
)
from django_flowwise.services.announcements import announce, deliver_due
from django_flowwise.services.attention import refuse_other_flowwise, require_attention
from django_flowwise.services.proof import Proof
from django_flowwise.services.schedule import next_look
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database
from django_flowwise.states import AttentionReason, OrderState, OrderWord, order_word, sources_of
from django_flowwise.wire import OrderSnapshot, PaymentSnapshot

_TRIES = 3
_UNRECORDED = sources_of(OrderState.ACTIVE) - {OrderState.EXPIRED}
_SETTLED = frozenset({OrderState.PAID, OrderState.REVERSED})


def refresh_order(order: Order, *, deadline_seconds: float | None = None) -> Order:
    """Ask Flowwise about an order and move it by the answer; the instance is returned as the row then is.

    One GET, and one more for its payments where the word is PAID. Never posts, safe to repeat. A draft is returned
    without a request. Sends what the move calls for.

    Raises:
        NotFound: Flowwise does not have an order that it had; a person is called.
        RequestRefused, RequestNotSent, OutcomeUnknown: nothing was learned.
        MoveNotAllowed: the order was made at another base URL.
        FlowwiseConfigurationError, TransactionOpen: nothing was asked.
    """
    refuse_open_transaction("refresh_order")
    order.refresh_from_db(using=writing_database())
    if order.state == OrderState.DRAFT or order.attempts == 0:
        return order
    account = get_account(order.account)
    if order.base_url not in {"", account.base_url}:
        refuse_other_flowwise(order, account)
    abandon_lapsed_claim(order)
    client = FlowwiseClient(account)
    deadline = Deadline(deadline_seconds or account.deadline_seconds)
    try:
        snapshot = client.get_order(order.order_id, deadline=deadline)
    except NotFound:
        if record_absence(order, account):
            return order
        raise
    except RequestRefused:
        if order.is_in_doubt:
            require_attention(order, AttentionReason.CANNOT_TELL)
        raise
    payments: tuple[PaymentSnapshot, ...] = ()
    if order_word(snapshot.order_status or "") is OrderWord.PAID or order.state in _SETTLED:
        payments = client.list_payments(order.order_id, deadline=deadline)
    _record(order, account, snapshot, payments)
    return order


def _record(order: Order, account: Account, snapshot: OrderSnapshot, payments: Iterable[PaymentSnapshot]) -> None:
    if differing_fields(order, snapshot):
        require_attention(order, AttentionReason.BELONGS_TO_ANOTHER)
        return
    if order.state in _UNRECORDED and has_usable_checkout(snapshot, account):
        record_active(order, snapshot, account)
    values = answer_values(snapshot, account)
    word = order_word(snapshot.order_status or "")
    proof = Proof.of(order, payments)
    for _ in range(_TRIES):
        if _move(order, values, word, proof):
            break
    deliver_due(order)
    if order.state == OrderState.PAID and order.live_key is None:
        _stop_siblings(order)


def _move(order: Order, values: Mapping[str, Any], word: OrderWord, proof: Proof) -> bool:
    """Make the one move that the answer calls for; False where the row has changed meanwhile."""
    moment, state = timezone.now(), OrderState(order.state)
    target = proof.target(state, word)
    reasons = proof.reasons(state, target)
    due = next_look(order, target or state, moment, expiry=values.get("order_expiry_time"))
    if target == OrderState.PAID:
        return _pay(order, values, proof, reasons=reasons, next_check_at=due, moment=moment)
    with durable():
        if target == OrderState.REVERSED:
            return order.mark_reversed(values, next_check_at=due, moment=moment)
        if target == OrderState.ACTIVE:
            return order.mark_active(values, next_check_at=due, moment=moment)
        if target == OrderState.EXPIRED:
            is_moved = order.mark_expired(values, next_check_at=due, moment=moment)
        else:
            paid = {"amount_paid": proof.amount_paid} if state == OrderState.PAID else {}
            is_new = proof.amount_paid != order.amount_paid
            is_moved = order.mark_answered({**values, **paid}, next_check_at=due, moment=moment)
    if is_moved and target == OrderState.EXPIRED:
        announce(signals.order_expired, order)
    elif is_moved and reasons:
        require_attention(order, *_unsettled(order, reasons, is_new=is_new))
    return is_moved


def _pay(order: Order, values: Mapping[str, Any], proof: Proof, **rest: Any) -> bool:
    live_key = order.live_key or _free_key(order)
    try:
        with durable():
            return order.mark_paid(values, amount_paid=proof.amount_paid, live_key=live_key, **rest)
    except IntegrityError:
        # Another order took the reference between the look and the UPDATE.
        return False


def _free_key(order: Order) -> str | None:
    key = live_key_of(order.account, order.reference)
    return None if Order.objects.using(writing_database()).filter(live_key=key).exists() else key


def _unsettled(order: Order, reasons: Iterable[AttentionReason], *, is_new: bool) -> list[AttentionReason]:
    """Leave out what a person has settled already, unless more money has come since."""
    settled = {reason for note in order.settlement_notes for reason in note["reasons"]}
    return [reason for reason in reasons if is_new or reason not in settled]


def _stop_siblings(order: Order) -> None:
    """Keep the customer from paying again: live orders of a reference that is paid no longer redirect."""
    siblings = Order.objects.using(writing_database()).live()
    for sibling in siblings.filter(account=order.account, reference=order.reference).exclude(pk=order.pk):
        require_attention(sibling, AttentionReason.REFERENCE_ALREADY_PAID)
