"""Asking Flowwise about an order, and what the answer would move it to. Writes nothing.

Recording what was found is settlement's.
"""

from __future__ import annotations

import dataclasses
import datetime
import logging

from django.utils import timezone

from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.conf import Account
from django_flowwise.exceptions import FlowwiseAPIError, NotFound
from django_flowwise.models import Order
from django_flowwise.services.absence import is_believed
from django_flowwise.services.adoption import differing_fields, has_usable_checkout
from django_flowwise.services.payment_rows import completed, known_payments, unlisted_words
from django_flowwise.services.proof import Proof
from django_flowwise.states import OrderState, OrderWord, order_word, sources_of
from django_flowwise.wire import OrderSnapshot, PaymentSnapshot

logger = logging.getLogger(__name__)

UNRECORDED = sources_of(OrderState.ACTIVE) - {OrderState.EXPIRED}
"""Where Flowwise may have the order though nothing of it has been recorded."""
_SETTLED = frozenset({OrderState.PAID, OrderState.REVERSED})


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """Hold what one look brought."""

    asked_at: datetime.datetime
    """When the look began: what was sent later cannot have been seen."""
    snapshot: OrderSnapshot | None = None
    """None where Flowwise says that it does not have the order."""
    absence: NotFound | None = None
    """How it said so."""
    payments: tuple[PaymentSnapshot, ...] = ()
    payments_listed: bool = False
    """Whether Flowwise was asked for them, and answered."""
    payments_problem: str = ""
    """Why the answer was none; empty where it came, or nobody asked."""

    @property
    def word(self) -> OrderWord:
        """What the vendor's word for the order tells."""
        return order_word(self.snapshot.order_status or "") if self.snapshot else OrderWord.UNKNOWN


def may_be_at_flowwise(order: Order) -> bool:
    """Tell whether a look can tell anything: a draft, and what was never claimed, is here alone."""
    return order.state != OrderState.DRAFT and order.attempts > 0


def look(order: Order, account: Account, deadline: Deadline) -> Findings:
    """Ask: one GET, and one more for the payments where a customer may have tried to pay.

    Where Flowwise does not call the order paid, it is found even if its payments are not.

    Raises:
        RequestRefused, RequestNotSent, OutcomeUnknown: nothing was learned.
    """
    client = FlowwiseClient(account)
    asked_at = timezone.now()
    try:
        snapshot = client.get_order(order.order_id, deadline=deadline)
    except NotFound as error:
        return Findings(asked_at=asked_at, absence=error)
    found = Findings(asked_at=asked_at, snapshot=snapshot)
    if found.word is OrderWord.ACTIVE and order.state in UNRECORDED:
        return found  # nobody knows its checkout yet
    try:
        payments = payments_of(order, account, deadline)
        return dataclasses.replace(found, payments=payments, payments_listed=True)
    except FlowwiseAPIError as error:
        if found.word is OrderWord.PAID or order.state in _SETTLED:
            raise
        logger.warning("payments_not_found order_id=%s", order.order_id)
        return dataclasses.replace(found, payments_problem=str(error))


def payments_of(order: Order, account: Account, deadline: Deadline) -> tuple[PaymentSnapshot, ...]:
    """Ask for the payments of an order that Flowwise has: that it has none may be said by a 404.

    Source: what the list of an order without payments looks like is not documented.

    Raises:
        RequestRefused, RequestNotSent, OutcomeUnknown: nothing was learned.
    """
    try:
        return FlowwiseClient(account).list_payments(order.order_id, deadline=deadline)
    except NotFound:
        return ()


def foreseen_state(order: Order, account: Account, findings: Findings) -> OrderState:
    """Say which state recording these findings would bring the order to."""
    state = OrderState(order.state)
    if state == OrderState.SUBMITTING:
        state = OrderState.UNCONFIRMED  # looked at only once the claim has lapsed
    if findings.snapshot is None:
        is_absent = state == OrderState.UNCONFIRMED and is_believed(order, account, findings.asked_at)
        return OrderState.DRAFT if is_absent else state
    if differing_fields(order, findings.snapshot):
        return state
    if state in UNRECORDED and has_usable_checkout(findings.snapshot, account):
        state = OrderState.ACTIVE
    known = known_payments(order)
    payments = [completed(snapshot, known.get(snapshot.payment_id or "")) for snapshot in findings.payments]
    return Proof.of(order, payments, unlisted_words(known, payments)).target(state, findings.word) or state
