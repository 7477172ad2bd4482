"""Keeping the payments of an order as Flowwise tells of them. Makes no request."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone

from django_flowwise.conf import Account
from django_flowwise.exceptions import AmountNotRepresentable
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.money import amount_in
from django_flowwise.services.absence import quiet_seconds_left
from django_flowwise.services.attention import require_attention
from django_flowwise.services.payment_rows import (
    Words,
    as_stored,
    completed,
    known_payments,
    unlisted_words,
    words_of,
)
from django_flowwise.services.schedule import SOONEST
from django_flowwise.services.transactions import durable, writing_database
from django_flowwise.states import REFUNDED_PAYMENT, REVERSED_PAYMENT, AttentionReason, is_requested, is_successful
from django_flowwise.wire import PaymentSnapshot

_TOLD = (
    "payment_amount",
    "payment_currency",
    "payment_method",
    "capture_status",
    "capture_amount",
    "gateway_details",
    "payment_time",
)
_CAPTURE = ("capture_status", "capture_amount")
_LONGEST_WAIT = datetime.timedelta(hours=1)
"""How long a capture or void may be under way before a person is called.

Source: the router asks gateways for up to an hour (cashfree/flowwise-native 4c50471, configuration shipped for own
hosting; read 2026-11-24), evidence and no contract.
"""


@dataclasses.dataclass(frozen=True, slots=True)
class Recorded:
    """Hold what recording the payments of an order found out."""

    own: tuple[PaymentSnapshot, ...]
    """Those of the order, with what is known of them: without those that are known as another order's."""
    foreign: tuple[str, ...] = ()
    """The ``payment_id`` of each that is another order's."""
    unlisted: tuple[Words, ...] = ()
    """The words of those that are known, and were left out."""


def exact_amount(payment: Payment, amount: Any) -> Decimal:
    """Read what was asked for of a payment, in its currency and major units.

    Raises:
        ValidationError: it cannot be said exactly, by the field ``amount``.
    """
    try:
        return amount_in(payment.payment_currency, amount)
    except AmountNotRepresentable as error:
        raise ValidationError({"amount": str(error)}) from error


def record_payments(
    order: Order, account: Account, payments: Iterable[PaymentSnapshot], asked_at: datetime.datetime
) -> Recorded:
    """Write down each payment that has a ``payment_id``; one that a later look has told of stays.

    Calls for a person where money that had been taken is no longer said to be, nor to have gone back. Of a list
    that merely lacks some, nothing is known, since its paging is not documented.
    """
    known, payments = known_payments(order), _once_each(payments)
    _call_for_what_is_gone(order, known, payments, asked_at)
    own: list[PaymentSnapshot] = []
    foreign: list[str] = []
    for snapshot in payments:
        payment = known.get(snapshot.payment_id or "")
        if not snapshot.payment_id:
            own.append(snapshot)
        elif (row := record_payment(order, account, snapshot, asked_at, payment)) is None:
            foreign.append(snapshot.payment_id)
        else:
            own.append(as_stored(snapshot, row) if row.checked_at > asked_at else completed(snapshot, payment))
    _wait_for_the_unlisted(order, known, own, asked_at)
    return Recorded(tuple(own), tuple(foreign), tuple(unlisted_words(known, own)))


def _once_each(payments: Iterable[PaymentSnapshot]) -> list[PaymentSnapshot]:
    """Leave each payment once: how a list is paged, and whether pages overlap, is not documented."""
    listed = list(payments)
    by_id = {snapshot.payment_id: snapshot for snapshot in listed if snapshot.payment_id}
    return [*by_id.values(), *(snapshot for snapshot in listed if not snapshot.payment_id)]


def _call_for_what_is_gone(
    order: Order, known: dict[str, Payment], payments: list[PaymentSnapshot], asked_at: datetime.datetime
) -> None:
    """Call for a person where money that had been taken is said to be elsewhere, before the rows forget it."""
    if not payments and (taken := [payment.payment_id for payment in known.values() if payment.is_successful]):
        require_attention(order, AttentionReason.WORDS_DISAGREE, evidence=f"- {' '.join(sorted(taken))}")
    for snapshot in payments:
        payment = known.get(snapshot.payment_id or "")
        if payment is not None and _is_lost(payment, snapshot, asked_at):
            seen = f"{payment.payment_id} {snapshot.word}"
            require_attention(order, AttentionReason.WORDS_DISAGREE, evidence=seen)


def _wait_for_the_unlisted(
    order: Order, known: dict[str, Payment], own: list[PaymentSnapshot], asked_at: datetime.datetime
) -> None:
    listed = {snapshot.payment_id for snapshot in own}
    for payment in known.values():
        if payment.capture_action and payment.payment_id not in listed:
            _wait_for_capture(order, payment, asked_at)


def _is_lost(payment: Payment, snapshot: PaymentSnapshot, asked_at: datetime.datetime) -> bool:
    if not payment.is_successful or payment.checked_at > asked_at or snapshot.word in {"", REVERSED_PAYMENT}:
        return False
    if snapshot.word == REFUNDED_PAYMENT:
        # By somebody else than us, where our own refunds do not come to that.
        refunds = Refund.objects.using(writing_database()).filter(payment=payment)
        return refunds.counting().amount() < payment.amount_captured
    return not is_successful(*words_of(completed(snapshot, payment)))


def record_payment(
    order: Order,
    account: Account,
    snapshot: PaymentSnapshot,
    asked_at: datetime.datetime,
    payment: Payment | None,
) -> Payment | None:
    """Write one payment down, into its row where there is one; None where it is another order's."""
    values = _values_of(snapshot, order, payment)
    if payment is None:
        made = Payment(order=order, payment_id=snapshot.payment_id or "", checked_at=asked_at, **values)
        try:
            with durable():
                made.save(force_insert=True, using=writing_database())
            return made
        except IntegrityError:
            payment = order.payments.using(writing_database()).filter(payment_key=made.payment_key).first()
            if payment is None:
                return None
    if payment.checked_at <= asked_at:
        _record(order, account, payment, values, asked_at)
    return payment


def _record(
    order: Order, account: Account, payment: Payment, values: dict[str, Any], asked_at: datetime.datetime
) -> None:
    changed = {name: value for name, value in values.items() if getattr(payment, name) != value}
    if not (changed or payment.capture_action):
        return
    with durable():
        # All of it: what this instance holds already, the row may hold no longer.
        is_recorded = payment.mark_seen(values, asked_at=asked_at)
    if not (is_recorded and payment.capture_action):
        return
    if is_requested(payment.capture_status):
        _wait_for_capture(order, payment, asked_at)
    elif not payment.is_held or ("capture_status" in changed and _is_failure(payment)):
        _end_capture(payment)
    elif _is_believed_undone(payment, account, asked_at):
        _call_about_capture(order, payment)
        _end_capture(payment)


def _is_failure(payment: Payment) -> bool:
    """Tell whether money is still held since just what was asked for has failed."""
    return payment.capture_status == f"{payment.capture_action}_FAILED"


def _call_about_capture(order: Order, payment: Payment) -> None:
    # Each asking by itself: what a person has settled of one says nothing of the next.
    asked = payment.maybe_sent_at or payment.updated_at
    seen = f"{payment.capture_action} {payment.payment_id} {asked.isoformat()}"
    require_attention(order, AttentionReason.CAPTURE_IN_DOUBT, evidence=seen)


def _wait_for_capture(order: Order, payment: Payment, asked_at: datetime.datetime) -> None:
    """Put the next look off where nobody is at it, and call for a person once it takes too long."""
    if payment.claim_expires_at is None or payment.claim_expires_at > asked_at:
        return
    if payment.maybe_sent_at is not None and asked_at - payment.maybe_sent_at > _LONGEST_WAIT:
        _call_about_capture(order, payment)
    moment = timezone.now()
    with durable():
        payment.mark_capture_waiting(claim_expires_at=moment + SOONEST * 10, moment=moment)


def _is_believed_undone(payment: Payment, account: Account, asked_at: datetime.datetime) -> bool:
    """Tell whether a look at held money, begun then, shows that the capture or void never arrived."""
    if payment.claim_expires_at is None or payment.claim_expires_at > asked_at:
        return False  # somebody is at it
    return quiet_seconds_left(payment.maybe_sent_at, account, asked_at) <= 0


def _end_capture(payment: Payment) -> None:
    with durable():
        payment.mark_capture_over(moment=timezone.now())


def _values_of(snapshot: PaymentSnapshot, order: Order, payment: Payment | None) -> dict[str, Any]:
    """Give the columns that the answer fills; what it does not tell leaves them, unless it takes that back."""
    told = {name: getattr(snapshot, name) for name in _TOLD if getattr(snapshot, name) is not None}
    if payment is not None:
        full = completed(snapshot, payment)
        told |= {name: getattr(full, name) for name in _CAPTURE if getattr(full, name) != getattr(payment, name)}
    if order.is_forgotten:
        told.pop("gateway_details", None)  # by which a customer's bank knows the customer
    return {**told, "status": snapshot.word} if snapshot.word else told
