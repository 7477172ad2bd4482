"""What does Flowwise say about an order, and is it paid? Paid is proven, never believed.

The proof: the order's word is PAID, and one of its payments is successful in the same amount and currency, with
nothing in its capture that speaks against it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from django.db import IntegrityError
from django.utils import timezone

from django_flowwise import signals
from django_flowwise.client import Deadline
from django_flowwise.conf import Account
from django_flowwise.exceptions import NotFound, RequestRefused
from django_flowwise.models import Order
from django_flowwise.services.absence import abandon_lapsed_claim, is_outdated, record_absence
from django_flowwise.services.adoption import (
    answer_values,
    differing_fields,
    has_usable_checkout,
    leave_unconfirmed,
    record_active,
)
from django_flowwise.services.announcements import announce
from django_flowwise.services.attention import account_of, require_attention
from django_flowwise.services.looks import UNRECORDED, Findings, look, may_be_at_flowwise
from django_flowwise.services.payment_rows import known_payments, unlisted_words
from django_flowwise.services.payments import Recorded, record_payments
from django_flowwise.services.proof import Proof
from django_flowwise.services.references import conclude, place_for
from django_flowwise.services.refund_looks import refresh_refunds
from django_flowwise.services.refusals import is_our_fault
from django_flowwise.services.schedule import AFTERGLOW, first_look_after_payment, next_look
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database
from django_flowwise.states import PAYABLE, AttentionReason, OrderState
from django_flowwise.wire import OrderSnapshot

_TRIES = 3


def refresh_order(order: Order, *, deadline_seconds: float | None = None) -> Order:
    """Ask Flowwise about an order and move it by the answer; the instance is returned as the row then is.

    One GET, one for its payments, and one for each refund whose end is still to come; where what is said of the
    order and of its payments does not agree, both are asked for once more. Never posts, safe to repeat. A draft is
    returned without a request. Payments and refunds are kept in step. Sends what the moves call for.

    Raises:
        NotFound: Flowwise does not have an order that it had; a person is called.
        RequestRefused, RequestNotSent, OutcomeUnknown: of the order, or of one of its refunds, nothing was
            learned; the instance is as the row then is.
        MoveNotAllowed: the order was made at another base URL.
        FlowwiseConfigurationError, TransactionOpen: nothing was asked.
    """
    refuse_open_transaction("refresh_order")
    refresh_within(order, Deadline(deadline_seconds) if deadline_seconds else None)
    return order


def refresh_within(order: Order, deadline: Deadline | None = None) -> Findings | None:
    """Do what refresh_order does, and give what was found; None where there was nothing to ask."""
    order.refresh_from_db(using=writing_database())
    if not may_be_at_flowwise(order):
        return None
    account = account_of(order)
    abandon_lapsed_claim(order, account)
    deadline = deadline or Deadline(account.deadline_seconds)
    try:
        findings = _look_twice(order, account, deadline)
    except RequestRefused as error:
        if order.is_in_doubt:
            require_attention(order, AttentionReason.CANNOT_TELL, evidence=str(error.http_status))
        elif error.operation == "list_payments" and order.state in PAYABLE and not is_our_fault(error):
            # Only of an order that Flowwise calls paid does a look end by this.
            require_attention(order, AttentionReason.WORDS_DISAGREE, evidence=f"PAID; {error.http_status}")
        raise
    if findings.snapshot is not None:
        _record(order, account, findings.snapshot, findings)
    elif not record_absence(order, account, findings.asked_at):
        raise cast("NotFound", findings.absence)
    try:
        refresh_refunds(order, account, deadline)
    finally:
        conclude(order)
    return findings


def _look_twice(order: Order, account: Account, deadline: Deadline) -> Findings:
    """Look, and once more where the two answers contradict each other: they were not given at one moment."""
    findings = look(order, account, deadline)
    if findings.snapshot is None or not findings.payments_listed:
        return findings
    proof = Proof.of(order, findings.payments)
    found = proof.contradictions(OrderState(order.state), findings.snapshot.order_status or "")
    return look(order, account, deadline) if AttentionReason.WORDS_DISAGREE in found else findings


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
    if findings.payments_listed:
        recorded = record_payments(order, account, findings.payments, findings.asked_at)
    else:
        recorded = Recorded((), unlisted=tuple(unlisted_words(known_payments(order), ())))
    proof = Proof.of(order, recorded.own, recorded.unlisted)
    if _is_held_back(order, snapshot, findings, proof):
        return
    if findings.payments_listed:
        # Before the move, which may be the last look.
        _call_for_a_person(order, snapshot, findings, proof, recorded)
    for _ in range(_TRIES):
        if _is_held_back(order, snapshot, findings, proof) or _move(order, values, findings, proof):
            return


def _is_held_back(order: Order, snapshot: OrderSnapshot, findings: Findings, proof: Proof) -> bool:
    """Tell whether an answer is not to move the order: another has told, or may be about to tell, what is newer.

    Proof of payment is recorded by whoever brings it, since whoever looks later may get no answer. Not over a
    reversal, which can only have come after it.
    """
    state = OrderState(order.state)
    is_good_news = state != OrderState.REVERSED and proof.target(state, findings.word) == OrderState.PAID
    return order.order_id != snapshot.order_id if is_good_news else _is_outdated(order, snapshot, findings)


def _is_outdated(order: Order, snapshot: OrderSnapshot, findings: Findings) -> bool:
    """Tell whether what the row says by now is about another order_id, or newer than this answer."""
    return is_outdated(order, findings.asked_at) or order.order_id != snapshot.order_id


def _call_for_a_person(
    order: Order, snapshot: OrderSnapshot, findings: Findings, proof: Proof, recorded: Recorded
) -> None:
    found = proof.contradictions(OrderState(order.state), snapshot.order_status or "")
    if recorded.foreign:
        found[AttentionReason.BELONGS_TO_ANOTHER] = ",".join(recorded.foreign)
    if found:
        # A newer look may have told otherwise, and this instance not know.
        order.refresh_from_db(using=writing_database())
    if not _is_outdated(order, snapshot, findings):
        for reason, evidence in found.items():
            require_attention(order, reason, evidence=evidence)


def _put_off(order: Order) -> None:
    moment = timezone.now()
    with durable():
        order.mark_answered({}, next_check_at=next_look(order, OrderState(order.state), moment), moment=moment)


def _move(order: Order, values: Mapping[str, Any], findings: Findings, proof: Proof) -> bool:
    """Make the one move that the answer calls for; False where the row has changed meanwhile."""
    moment, state, word = timezone.now(), OrderState(order.state), findings.word
    target = proof.target(state, word)
    if target == OrderState.ACTIVE and not (order.checkout_url or "checkout_url" in values):
        target = None  # no customer could be sent there
    reasons = proof.reasons(state, target)
    if target == OrderState.PAID:
        first = first_look_after_payment(moment)
        return _pay(order, values, proof, reasons=reasons, next_check_at=first, moment=moment)
    due = next_look(order, target or state, moment, expiry=values.get("order_expiry_time"))
    if due is None and proof.is_unsettled(target or state, word):
        due = moment + AFTERGLOW
        reasons.append(AttentionReason.UNSETTLED)
    elif due is None and findings.payments_problem:
        due = moment + AFTERGLOW  # only an answer may end the looks
    if reasons:
        require_attention(order, *reasons, evidence=proof.evidence)
        if is_outdated(order, findings.asked_at):
            return False  # whoever was called has looked
    return _move_unpaid(order, values, proof, target, next_check_at=due, moment=moment)


def _move_unpaid(
    order: Order, values: Mapping[str, Any], proof: Proof, target: OrderState | None, **rest: Any
) -> bool:
    with durable():
        if target == OrderState.REVERSED:
            return order.mark_reversed(values, **rest)
        if target == OrderState.ACTIVE:
            return order.mark_reopened(values, **rest)
        if target == OrderState.EXPIRED:
            is_moved = order.mark_expired(values, **rest)
        else:
            # Where no payment shows, a person may have accepted the order as paid, or the list is not whole.
            is_proven = order.state == OrderState.PAID and proof.amount_paid and proof.is_whole
            paid = {"amount_paid": proof.amount_paid} if is_proven else {}
            is_moved = order.mark_answered({**values, **paid}, **rest)
    if is_moved and target == OrderState.EXPIRED:
        announce(signals.order_expired, order)
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
