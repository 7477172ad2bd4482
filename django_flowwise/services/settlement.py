"""What does Flowwise say about an order, and is it paid? Paid is proven, never believed.

The proof: the order's word is PAID, and one of its payments is successful in the same amount and currency.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db import IntegrityError
from django.utils import timezone

from django_flowwise import signals
from django_flowwise.client import Deadline
from django_flowwise.conf import Account, get_account
from django_flowwise.exceptions import NotFound, RequestRefused
from django_flowwise.models import Order
from django_flowwise.services.absence import abandon_lapsed_claim, record_absence
from django_flowwise.services.adoption import (
    answer_values,
    differing_fields,
    has_usable_checkout,
    leave_unconfirmed,
    record_active,
)
from django_flowwise.services.announcements import announce
from django_flowwise.services.attention import refuse_other_flowwise, require_attention
from django_flowwise.services.looks import UNRECORDED, Findings, look, may_be_at_flowwise
from django_flowwise.services.proof import Proof
from django_flowwise.services.references import conclude, place_for
from django_flowwise.services.schedule import first_look_after_payment, next_look
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database
from django_flowwise.states import AttentionReason, OrderState, OrderWord
from django_flowwise.wire import OrderSnapshot

_TRIES = 3


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
    refresh_within(order, Deadline(deadline_seconds) if deadline_seconds else None)
    return order


def refresh_within(
    order: Order, deadline: Deadline | None = None, *, lists_payments: bool = False
) -> Findings | None:
    """Do what refresh_order does, and give what was found; None where there was nothing to ask."""
    order.refresh_from_db(using=writing_database())
    if not may_be_at_flowwise(order):
        return None
    account = get_account(order.account)
    if order.base_url not in {"", account.base_url}:
        refuse_other_flowwise(order, account)
    abandon_lapsed_claim(order, account)
    deadline = deadline or Deadline(account.deadline_seconds)
    try:
        findings = look(order, account, deadline, lists_payments=lists_payments)
    except RequestRefused as error:
        if order.is_in_doubt:
            require_attention(order, AttentionReason.CANNOT_TELL, evidence=str(error.http_status))
        raise
    if findings.snapshot is not None:
        _record(order, account, findings.snapshot, findings)
    elif not record_absence(order, account, findings.asked_at):
        raise cast("NotFound", findings.absence)
    return findings


def _record(order: Order, account: Account, snapshot: OrderSnapshot, findings: Findings) -> None:
    differing = differing_fields(order, snapshot)
    if differing:
        require_attention(order, AttentionReason.BELONGS_TO_ANOTHER, evidence=",".join(differing))
        _put_off(order)
        return
    if order.state in UNRECORDED:
        if has_usable_checkout(snapshot, account):
            record_active(order, snapshot, account)
        elif order.state == OrderState.REFUSED:
            leave_unconfirmed(order, account)
    values = answer_values(snapshot, account)
    proof = Proof.of(order, findings.payments)
    for _ in range(_TRIES):
        # What the row says by now may be about another order_id, or newer than this answer.
        is_outdated = order.checked_at is not None and order.checked_at > findings.asked_at
        if is_outdated or order.order_id != snapshot.order_id or _move(order, values, findings.word, proof):
            break
    conclude(order)


def _put_off(order: Order) -> None:
    moment = timezone.now()
    with durable():
        order.mark_answered({}, next_check_at=next_look(order, OrderState(order.state), moment), moment=moment)


def _move(order: Order, values: Mapping[str, Any], word: OrderWord, proof: Proof) -> bool:
    """Make the one move that the answer calls for; False where the row has changed meanwhile."""
    moment, state = timezone.now(), OrderState(order.state)
    target = proof.target(state, word)
    if target == OrderState.ACTIVE and not (order.checkout_url or "checkout_url" in values):
        target = None  # no customer could be sent there
    reasons = proof.reasons(state, target)
    due = next_look(order, target or state, moment, expiry=values.get("order_expiry_time"))
    if target == OrderState.PAID:
        due = first_look_after_payment(moment)
        return _pay(order, values, proof, reasons=reasons, next_check_at=due, moment=moment)
    with durable():
        if target == OrderState.REVERSED:
            return order.mark_reversed(values, next_check_at=due, moment=moment)
        if target == OrderState.ACTIVE:
            return order.mark_reopened(values, next_check_at=due, moment=moment)
        if target == OrderState.EXPIRED:
            is_moved = order.mark_expired(values, next_check_at=due, moment=moment)
        else:
            # Where no payment shows, a person may have accepted the order as paid, or the list is not whole.
            paid = {"amount_paid": proof.amount_paid} if state == OrderState.PAID and proof.amount_paid else {}
            is_moved = order.mark_answered({**values, **paid}, next_check_at=due, moment=moment)
    if is_moved and target == OrderState.EXPIRED:
        announce(signals.order_expired, order)
    elif is_moved and reasons:
        require_attention(order, *reasons, evidence=proof.evidence)
    return is_moved


def _pay(order: Order, values: Mapping[str, Any], proof: Proof, **rest: Any) -> bool:
    live_key = place_for(order)
    try:
        with durable():
            return order.mark_paid(
                values, amount_paid=proof.amount_paid, evidence=proof.evidence, live_key=live_key, **rest
            )
    except IntegrityError:
        # Another order took the reference between the look and the UPDATE.
        return False
