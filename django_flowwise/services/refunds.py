"""Giving money back, under a refund_id that is committed before Flowwise is asked, and used by every retry."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_flowwise.client import Deadline
from django_flowwise.conf import Account
from django_flowwise.exceptions import MoveNotAllowed, OrderBusy, ReferenceInUse
from django_flowwise.models import Payment, Refund, is_minted
from django_flowwise.services.absence import has_lapsed_claim, latest_sending
from django_flowwise.services.attempt import CLAIM_MARGIN
from django_flowwise.services.attention import account_of
from django_flowwise.services.payments import exact_amount
from django_flowwise.services.refund_attempt import RefundAttempt
from django_flowwise.services.refund_records import refundable_amount, refunds_held
from django_flowwise.services.transactions import refuse_open_transaction, writing_database
from django_flowwise.states import COUNTING, RefundState
from django_flowwise.undisclosed import Undisclosed

_ASKED_AS = {"refund_note": "note"}
"""What a caller knows a column by."""


def refund_payment(payment: Payment, amount: Any = None, note: str = "", refund_id: str | None = None) -> Refund:
    """Give a customer's money back, all that is left of the payment or ``amount`` of it; returns the refund.

    One POST; a look comes first if the refund was tried before. ``refund_id`` is the shop's own key for this
    refund: the same key with the same content is the same refund, however often it is asked for. Without one, a
    refund of that amount that may not have arrived is taken up again, else a new one is made. ACCEPTED means that
    Flowwise has taken it on; the money arrives days later. Sends refund_settled once it has ended.

    ``amount`` is in major units of the payment's currency; ``note`` is the reason, sent to Flowwise.

    Raises:
        ValidationError: the amount, the note or the key cannot be; nothing was saved or sent.
        ReferenceInUse: the key is another refund's; nothing was saved or sent.
        MoveNotAllowed: the payment is not successful, the refund has failed, or the order was made elsewhere.
        OrderBusy: another call is at this refund.
        RequestNotSent: nothing left; the refund is kept, and can be asked for again.
        RequestRefused: Flowwise said no; the refund is REFUSED.
        OutcomeUnknown: the refund is UNCONFIRMED; ask for it again, or let reconcile look.
        FlowwiseConfigurationError, TransactionOpen: nothing was saved or sent.
    """
    refuse_open_transaction("refund_payment")
    order = payment.order
    account = account_of(order)
    key = {} if refund_id is None else {"refund_id": refund_id}
    asked = _asked(payment, amount, Undisclosed(refund_note=note or "", **key))
    try:
        refund, attempt = _claim(payment, account, asked)
    except IntegrityError:
        raise ReferenceInUse(
            f"The refund_id {refund_id} belongs to another refund of this account.",
            reference=str(refund_id),
            fields=["payment"],
        ) from None
    if attempt is not None:
        attempt.run()
    return refund


class _Asked:
    """Hold what a caller asked for; None where it was left open."""

    def __init__(self, amount: Decimal | None, note: str, refund_id: str | None) -> None:
        self.amount = amount
        self.note = note
        self.refund_id = refund_id


def _asked(payment: Payment, amount: Any, typed: Undisclosed) -> _Asked:
    exact = None if amount is None else exact_amount(payment, amount)
    probe = Refund(**typed)
    if errors := _errors_in(probe, typed):
        raise ValidationError(errors)
    return _Asked(exact, probe.refund_note.strip(), probe.refund_id if "refund_id" in typed else None)


def _errors_in(probe: Refund, typed: Undisclosed) -> dict[str, Any]:
    """Give the errors by field, as texts: what was typed stands beside them in Django's own."""
    try:
        probe.clean_fields(exclude={field.name for field in Refund._meta.fields} - typed.keys())
    except ValidationError as error:
        return {_ASKED_AS.get(name, name): texts for name, texts in error.message_dict.items()}
    return {}


def _claim(payment: Payment, account: Account, asked: _Asked) -> tuple[Refund, RefundAttempt | None]:
    """Make or take up the refund, and claim it; without an attempt where Flowwise has it already."""
    order, database = payment.order, writing_database()
    deadline = Deadline(account.deadline_seconds)
    moment = timezone.now()
    expires_at = moment + datetime.timedelta(seconds=2 * account.deadline_seconds) + CLAIM_MARGIN
    with refunds_held(order):
        payment.refresh_from_db(using=database)
        payment.order = order
        refunds = list(Refund.objects.using(database).filter(payment=payment))
        refund = _known(refunds, asked, payment)
        if refund is None:
            refund = _new(payment, asked)
        refund.payment = payment
        if refund.state in {RefundState.PENDING, RefundState.ACCEPTED}:
            return refund, None
        origin, doubted_since = RefundState(refund.state), latest_sending(refund, account)
        if origin not in COUNTING:
            _check_amount(payment, refund.refund_amount)
        if not refund.mark_submitting(moment=moment, claim_expires_at=expires_at):
            raise OrderBusy(f"{refund.refund_id} is being sent by another call; look again in a moment.")
    return refund, RefundAttempt(refund, account, deadline, origin=origin, doubted_since=doubted_since)


def _known(refunds: Sequence[Refund], asked: _Asked, payment: Payment) -> Refund | None:
    """Find the refund that was asked for before: by its key, or by its amount where it may not have arrived."""
    if asked.refund_id is not None:
        refund = next((refund for refund in refunds if refund.refund_id == asked.refund_id), None)
        if refund is not None:
            _compare(refund, asked)
        return refund
    left = refundable_amount(payment)
    for refund in refunds:
        is_lost = refund.state in {RefundState.DRAFT, RefundState.UNCONFIRMED} or has_lapsed_claim(refund)
        # One that the shop gave a key of its own, or another reason, was asked for by somebody else.
        is_alike = is_minted(refund.refund_id) and asked.note in {"", refund.refund_note}
        all_else = left + (refund.refund_amount if refund.state in COUNTING else 0)
        amount = all_else if asked.amount is None else asked.amount
        if is_lost and is_alike and refund.refund_amount == amount:
            return refund
    return None


def _compare(refund: Refund, asked: _Asked) -> None:
    differing = []
    if asked.amount is not None and asked.amount != refund.refund_amount:
        differing.append("amount")
    if asked.note and asked.note != refund.refund_note:
        differing.append("note")
    if differing:
        raise ReferenceInUse(
            f"The refund {refund.refund_id} is there with other content: {', '.join(differing)}.",
            reference=refund.refund_id,
            fields=differing,
        )
    if refund.state == RefundState.FAILED:
        raise MoveNotAllowed(f"{refund.refund_id} has failed at Flowwise; ask for a new refund with another key.")


def _new(payment: Payment, asked: _Asked) -> Refund:
    left = refundable_amount(payment)
    amount = left if asked.amount is None else asked.amount
    _check_amount(payment, amount)
    amount = exact_amount(payment, amount)
    refund = Refund(
        payment=payment,
        account=payment.account,
        refund_amount=amount,
        refund_currency=payment.payment_currency,
        refund_note=asked.note,
        **({"refund_id": asked.refund_id} if asked.refund_id is not None else {}),
    )
    refund.save(force_insert=True, using=writing_database())
    return refund


def _check_amount(payment: Payment, amount: Decimal) -> None:
    """Refuse what would give back more than was taken; within the transaction that holds the refunds."""
    if not payment.is_successful:
        raise MoveNotAllowed(f"{payment.payment_id} is not a successful payment: there is nothing to give back.")
    left = refundable_amount(payment)
    if amount > left or not left:
        raise ValidationError(
            {
                "amount": ValidationError(
                    _("Of this payment, %(left)s %(currency)s can still be refunded."),
                    params={"left": f"{left.normalize():f}", "currency": payment.payment_currency},
                    code="above_refundable",
                )
            }
        )
