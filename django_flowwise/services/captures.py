"""Taking held money, or letting it go: an unknown outcome is read back, and never asked for twice in doubt."""

from __future__ import annotations

import contextlib
import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from msgspec.structs import replace

from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.conf import Account
from django_flowwise.exceptions import (
    FlowwiseAPIError,
    FlowwiseError,
    MoveNotAllowed,
    OrderBusy,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
)
from django_flowwise.models import CaptureAction, Payment
from django_flowwise.services.attempt import CLAIM_MARGIN
from django_flowwise.services.attention import account_of
from django_flowwise.services.payment_rows import words_of
from django_flowwise.services.payments import exact_amount, record_payment
from django_flowwise.services.refusals import may_mean_that_it_exists
from django_flowwise.services.settlement import refresh_within
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database
from django_flowwise.states import is_requested, is_successful
from django_flowwise.wire import PaymentSnapshot


def capture_payment(payment: Payment, amount: Any = None) -> Payment:
    """Take the money that a payment holds, all of it or ``amount``; returns the payment as Flowwise then has it.

    One POST, and a look at the order, which may then be proven paid. A payment that is captured already is
    returned without a request. ``amount`` is in major units of the payment's currency; whether less than was
    authorised may be captured is Flowwise's to say.

    Raises:
        ValidationError: the amount is not one, or above what was authorised; nothing was sent.
        MoveNotAllowed: the payment holds no money, or the order was made elsewhere; nothing was sent.
        OrderBusy: a capture or void is under way, or its outcome not known yet; nothing was sent.
        RequestNotSent: nothing left.
        RequestRefused: Flowwise said no; the payment is as it was.
        OutcomeUnknown: read back, it still was not there; refresh the order, or let reconcile look.
        FlowwiseConfigurationError, TransactionOpen: nothing was sent.

    Source: Authorize Payment, POST /orders/{order_id}/payments/{payment_id}/authorize (read 2026-11-24).
    """
    refuse_open_transaction("capture_payment")
    return payment if payment.is_successful else _ask(payment, CaptureAction.CAPTURE, amount)


def void_payment(payment: Payment) -> Payment:
    """Let the money go that a payment holds; returns the payment as Flowwise then has it.

    One POST, and a look at the order.

    Raises:
        MoveNotAllowed, OrderBusy, RequestNotSent, RequestRefused, OutcomeUnknown, FlowwiseConfigurationError,
        TransactionOpen: as capture_payment.

    Source: Authorize Payment, whose capture_amount is required of a void, too (read 2026-11-24).
    """
    refuse_open_transaction("void_payment")
    return _ask(payment, CaptureAction.VOID, None)


def _ask(payment: Payment, action: CaptureAction, amount: Any) -> Payment:
    order = payment.order
    account = account_of(order)
    deadline = Deadline(account.deadline_seconds)
    exact = _claim(payment, account, action, amount)
    if exact is None:
        return payment
    _carry_out(payment, account, action, exact, deadline)
    # What became of the payment is known; what it makes of the order, a later look finds as well.
    with contextlib.suppress(FlowwiseError):
        refresh_within(order)
    payment.refresh_from_db(using=writing_database())
    payment.order = order
    return payment


def _amount(payment: Payment, amount: Any) -> Decimal:
    authorised = payment.payment_amount
    if authorised is None:
        raise MoveNotAllowed(f"Flowwise has not said how much {payment.payment_id} holds.")
    exact = exact_amount(payment, authorised if amount is None else amount)
    if exact > authorised:
        raise ValidationError(
            {
                "amount": ValidationError(
                    _("%(authorised)s %(currency)s were authorised; no more can be captured."),
                    params={"authorised": f"{authorised.normalize():f}", "currency": payment.payment_currency},
                    code="above_authorised",
                )
            }
        )
    return exact


def _claim(payment: Payment, account: Account, action: CaptureAction, amount: Any) -> Decimal | None:
    """Claim the payment as the row is, and give what to ask for; None where another call has captured it."""
    moment = timezone.now()
    expires_at = moment + datetime.timedelta(seconds=2 * account.deadline_seconds) + CLAIM_MARGIN
    order = payment.order
    payment.refresh_from_db(using=writing_database())
    payment.order = order
    if action == CaptureAction.CAPTURE and payment.is_successful:
        return None
    exact = _amount(payment, amount)
    if not payment.is_held:
        raise MoveNotAllowed(f"{payment.payment_id} holds no money that could be captured or voided.")
    with durable():
        is_claimed = payment.mark_capturing(action, moment=moment, claim_expires_at=expires_at)
    if not is_claimed:
        raise OrderBusy(f"A capture or void of {payment.payment_id} is under way; refresh its order, and see.")
    return exact


def _carry_out(
    payment: Payment, account: Account, action: CaptureAction, amount: Decimal, deadline: Deadline
) -> None:
    client, order, asked_at = FlowwiseClient(account), payment.order, timezone.now()
    send = client.capture_payment if action == CaptureAction.CAPTURE else client.void_payment
    try:
        snapshot = send(
            order.order_id,
            payment.payment_id,
            amount,
            deadline=deadline.less(account.read_timeout_seconds),
        )
    except (RequestNotSent, RequestRefused) as error:
        may_be_done = isinstance(error, RequestRefused) and may_mean_that_it_exists(error)
        if may_be_done and _is_done(payment, account, amount, deadline):
            return
        with durable():
            payment.mark_capture_over(moment=timezone.now())
        raise
    except OutcomeUnknown:
        if not _is_done(payment, account, amount, deadline):
            raise
    else:
        _record(payment, account, _as_asked(snapshot, amount), asked_at)
        if _is_unsaid(payment) and not _is_done(payment, account, amount, deadline):
            raise OutcomeUnknown(
                f"Flowwise answered, but does not say what became of {payment.payment_id}.",
                operation=send.__name__,
                order_id=order.order_id,
            )


def _is_unsaid(payment: Payment) -> bool:
    return bool(payment.capture_action) and not is_requested(payment.capture_status)


def _is_done(payment: Payment, account: Account, amount: Decimal, deadline: Deadline) -> bool:
    """Read the payment back after a doubt; False where it still holds the money, or Flowwise does not say."""
    with durable():
        payment.mark_capture_unknown(moment=timezone.now())
    asked_at = timezone.now()
    try:
        snapshot = FlowwiseClient(account).get_payment(payment.payment_id, deadline=deadline)
    except FlowwiseAPIError:
        return False
    _record(payment, account, _as_asked(snapshot, amount), asked_at)
    return not _is_unsaid(payment)


def _as_asked(snapshot: PaymentSnapshot, amount: Decimal) -> PaymentSnapshot:
    """Take what was asked for as captured, where Flowwise does not say how much was."""
    is_captured = is_successful(*words_of(snapshot))
    return (
        replace(snapshot, capture_amount=amount) if is_captured and snapshot.capture_amount is None else snapshot
    )


def _record(payment: Payment, account: Account, snapshot: PaymentSnapshot, asked_at: datetime.datetime) -> None:
    record_payment(payment.order, account, snapshot, asked_at, payment)
