"""The heart: claim, look, post, record.

Killing the process at any line never costs an order and never creates two, as long as Flowwise keeps its word
that an order_id is unique: the claim is committed before the request leaves, and whoever finds a claim without an
answer looks before anybody posts again.
"""

from __future__ import annotations

from django_flowwise.client import Deadline
from django_flowwise.conf import get_account
from django_flowwise.exceptions import MoveNotAllowed, OrderBusy
from django_flowwise.models import Order
from django_flowwise.services.attempt import Attempt
from django_flowwise.services.attention import account_of
from django_flowwise.services.order_request import order_request
from django_flowwise.services.transactions import refuse_open_transaction
from django_flowwise.states import SUBMITTABLE, OrderState


def submit_order(order: Order, *, accept_risk: bool = False) -> Order:
    """Create the order at Flowwise; the instance is then ACTIVE with its checkout URL, and is returned.

    One POST and two UPDATEs on the way that goes well; a GET comes first if it was tried before. Safe to repeat:
    an order that is ACTIVE or PAID is returned without a request. Sends order_active or order_refused.

    ``accept_risk`` is a person's word: it is sent again even where Flowwise refuses to say whether it has the
    order already. Should it have it, and take the same order_id twice, there are then two.

    Raises:
        RequestNotSent: nothing left; the order is as it was.
        RequestRefused: Flowwise said no; the order is REFUSED (credentials: AuthenticationRefused).
        OutcomeUnknown: the order is UNCONFIRMED; call again, or let reconcile look, after ``retry_after_seconds``.
        OrderBusy: another call is at it.
        MoveNotAllowed: its state does not allow it.
        ValidationError, FlowwiseConfigurationError, TransactionOpen: nothing was changed or sent.
    """
    refuse_open_transaction("submit_order")
    return submit_within(order, accept_risk=accept_risk)


def submit_within(order: Order, deadline: Deadline | None = None, *, accept_risk: bool = False) -> Order:
    """Do what submit_order does, within a deadline that other calls share."""
    account = get_account(order.account)
    deadline = deadline or Deadline(account.deadline_seconds)
    for _ in range(2):
        request = order_request(order, account)
        attempt = Attempt(order, account, request, deadline, accepts_risk=accept_risk)
        if attempt.claim():
            attempt.run()
            return order
        if order.state in {OrderState.ACTIVE, OrderState.PAID}:
            return order
    account_of(order)  # which refuses one that was made elsewhere, and so could not be claimed
    if order.state in {OrderState.SUBMITTING, *SUBMITTABLE}:
        raise OrderBusy(f"{order.order_id} is being created by another call; look again in a moment.")
    raise MoveNotAllowed(f"{order.order_id} is {order.state} and cannot be created at Flowwise.")
