"""What the payments that are known of an order add to a list of them. Writes nothing, and makes no request.

How Flowwise pages a list is not documented: what one leaves out is as it was last said to be.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from django_flowwise.models import Order, Payment, Refund
from django_flowwise.services.transactions import writing_database
from django_flowwise.states import RefundState, is_reserved
from django_flowwise.wire import PaymentSnapshot

Words = tuple[str, str]
"""What Flowwise calls a payment, and its capture."""


def known_payments(order: Order) -> dict[str, Payment]:
    """Read the payments of an order that a look has told of, by their ``payment_id``."""
    return {payment.payment_id: payment for payment in order.payments.using(writing_database())}


def words_of(snapshot: PaymentSnapshot) -> Words:
    """Give both words of a payment; an absent one is empty."""
    return snapshot.word, snapshot.capture_status or ""


def completed(snapshot: PaymentSnapshot, payment: Payment | None) -> PaymentSnapshot:
    """Add what was said of the payment before, as far as what is said now leaves it standing."""
    if payment is None:
        return snapshot
    added: dict[str, Any] = {
        "payment_amount": payment.payment_amount if snapshot.payment_amount is None else snapshot.payment_amount,
        "payment_currency": snapshot.payment_currency or payment.payment_currency or None,
    }
    return replace(snapshot, **added, **_word(snapshot, payment), **_capture(snapshot, payment))


def as_stored(snapshot: PaymentSnapshot, payment: Payment) -> PaymentSnapshot:
    """Put what a later look has told of the payment in the place of what is said here."""
    told = ("status", "payment_amount", "payment_currency", "capture_status", "capture_amount")
    return replace(snapshot, payment_status=None, **{name: getattr(payment, name) for name in told})


def _word(snapshot: PaymentSnapshot, payment: Payment) -> dict[str, Any]:
    return {} if snapshot.word else {"status": payment.status or None}


def _capture(snapshot: PaymentSnapshot, payment: Payment) -> dict[str, Any]:
    word, amount = snapshot.capture_status, snapshot.capture_amount
    if word is None and _stands(payment, snapshot.word):
        word = payment.capture_status
    # Of another word or payment_amount, what was captured of the former says nothing.
    is_same = word == payment.capture_status and snapshot.payment_amount in {None, payment.payment_amount}
    if amount is None and is_same:
        amount = payment.capture_amount
    return {"capture_status": word or "", "capture_amount": amount}


def _stands(payment: Payment, word: str) -> bool:
    """Tell whether a capture word is still true of a payment that is now given without one.

    Held money stays held until a capture word says otherwise.
    """
    return is_reserved(payment.status, payment.capture_status) or word in {"", payment.status}


def unlisted_words(known: Mapping[str, Payment], payments: Iterable[PaymentSnapshot]) -> list[Words]:
    """Give the words, as last seen, of each known payment that the list leaves out."""
    listed = {snapshot.payment_id for snapshot in payments}
    return [
        (payment.status, payment.capture_status)
        for payment_id, payment in known.items()
        if payment_id not in listed
    ]


def standing_words(order: Order, payments: Iterable[PaymentSnapshot] = ()) -> list[Words]:
    """Give the words of each payment of an order, by the list or else as last seen.

    Without those whose money has all been given back by refunds of ours.
    """
    # Without what is the customer's: nothing is decided by it.
    rows = order.payments.using(writing_database()).defer("gateway_details")
    known = {payment.payment_id: payment for payment in rows}
    given_back = {payment_id for payment_id, payment in known.items() if _is_given_back(payment)}
    listed = [snapshot for snapshot in payments if snapshot.payment_id not in given_back]
    kept = {payment_id: payment for payment_id, payment in known.items() if payment_id not in given_back}
    words = [words_of(completed(snapshot, kept.get(snapshot.payment_id or ""))) for snapshot in listed]
    return [*words, *unlisted_words(kept, listed)]


def _is_given_back(payment: Payment) -> bool:
    taken = payment.amount_captured
    if taken <= Decimal(0):
        return False
    refunds = Refund.objects.using(writing_database()).filter(payment=payment, state=RefundState.ACCEPTED)
    return refunds.amount() >= taken
