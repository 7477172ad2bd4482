"""From a reference to an order that the customer can pay, whatever state its live order is in."""

from __future__ import annotations

from typing import Any

from django.views.decorators.debug import sensitive_variables

from django_flowwise.client import Deadline
from django_flowwise.conf import get_account
from django_flowwise.exceptions import MoveNotAllowed
from django_flowwise.models import SENT_FIELDS, Order
from django_flowwise.services.looks import payments_of
from django_flowwise.services.offers import is_reissuable
from django_flowwise.services.orders import create_order
from django_flowwise.services.payment_rows import standing_words
from django_flowwise.services.settlement import refresh_within
from django_flowwise.services.submission import submit_order, submit_within
from django_flowwise.services.transactions import refuse_open_transaction, writing_database
from django_flowwise.services.withdrawal import replace_order
from django_flowwise.states import HOLDING, OrderState, is_under_way


@sensitive_variables("content")
def place_order(**content: Any) -> Order:
    """Create the order and submit it, or bring the live order of this reference to where it can be paid.

    Takes what create_order takes. ACTIVE or PAID is returned without a request; EXPIRED is reissued, and the new
    order returned; the rest is submitted. Safe to repeat.

    Raises:
        All that create_order, submit_order and reissue_order raise.
    """
    refuse_open_transaction("place_order")
    return make_payable(create_order(**content))


def make_payable(order: Order) -> Order:
    """Bring a live order to where it can be paid; give it, or the fresh one in its place.

    Raises:
        All that submit_order and reissue_order raise.
    """
    return reissue_order(order) if order.state == OrderState.EXPIRED else submit_order(order)


def reissue_order(order: Order) -> Order:
    """Give the reference a fresh order with its own order_id, as the old link has expired; return the new one.

    Asks Flowwise first, and stops where a payment is open, held or successful, also one that it leaves out. All of
    it within one deadline. Safe to repeat: once replaced, an order leads to its successor.

    Raises:
        MoveNotAllowed: the link has not expired, or money came or may yet come, or a person must look first.
        All that refresh_order and submit_order raise.
    """
    refuse_open_transaction("reissue_order")
    account = get_account(order.account)
    deadline = Deadline(account.deadline_seconds)
    refresh_within(order, deadline)
    if order.state == OrderState.WITHDRAWN and (successor := successor_of(order)):
        return submit_within(successor, deadline)
    if not is_reissuable(order):
        raise MoveNotAllowed(f"{order.order_id} is {order.state} and has not expired: it needs no new link.")
    if order.is_forgotten:
        raise MoveNotAllowed(f"{order.order_id} no longer knows its customer: create a new order.")
    if HOLDING.intersection(order.attention_reasons):
        raise MoveNotAllowed(f"{order.order_id} needs a person: it may be paid already.")
    words = standing_words(order, payments_of(order, account, deadline))
    if any(is_under_way(*both) for both in words):
        raise MoveNotAllowed(
            f"{order.order_id} has a payment that is successful or still open: wait for it, then look again."
        )
    fresh = Order(
        account=order.account,
        reference=order.reference,
        **{name: getattr(order, name) for name in SENT_FIELDS if name != "order_id"},
    )
    if replace_order(order, fresh, allowed={OrderState.EXPIRED, OrderState.ACTIVE}):
        return submit_within(fresh, deadline)
    order.refresh_from_db(using=writing_database())
    return submit_within(successor_of(order) or order, deadline)


def successor_of(order: Order) -> Order | None:
    """Read the order that took this one's place, where one did."""
    # Not order.superseded_by, which the router may look for in a copy that lags behind.
    if order.superseded_by_id is None:
        return None
    return Order.objects.using(writing_database()).filter(pk=order.superseded_by_id).first()
