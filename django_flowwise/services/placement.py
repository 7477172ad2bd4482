"""From a reference to an order that the customer can pay, whatever state its live order is in."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from django_flowwise.client import FlowwiseClient
from django_flowwise.conf import get_account
from django_flowwise.exceptions import MoveNotAllowed
from django_flowwise.models import SENT_FIELDS, Order
from django_flowwise.services.orders import create_order, replace_order
from django_flowwise.services.settlement import refresh_order
from django_flowwise.services.submission import submit_order
from django_flowwise.services.transactions import refuse_open_transaction, writing_database
from django_flowwise.states import OrderState, may_bring_money


def place_order(**content: Any) -> Order:
    """Create the order and submit it, or bring the live order of this reference to where it can be paid.

    Takes what create_order takes. ACTIVE or PAID is returned without a request; EXPIRED is reissued, and the new
    order returned; the rest is submitted. Safe to repeat.

    Raises:
        All that create_order, submit_order and reissue_order raise.
    """
    refuse_open_transaction("place_order")
    order = create_order(**content)
    return reissue_order(order) if order.state == OrderState.EXPIRED else submit_order(order)


def reissue_order(order: Order) -> Order:
    """Give the reference a fresh order with its own order_id, as the old link has expired; return the new one.

    Asks Flowwise first, and stops where a payment is open or successful. Safe to repeat: once replaced, an order
    leads to its successor.

    Raises:
        MoveNotAllowed: the link has not expired, or money came or may yet come.
        All that refresh_order and submit_order raise.
    """
    refuse_open_transaction("reissue_order")
    refresh_order(order)
    if order.state == OrderState.WITHDRAWN and order.superseded_by is not None:
        return submit_order(order.superseded_by)
    if not (order.state == OrderState.EXPIRED or (order.state == OrderState.ACTIVE and is_past_expiry(order))):
        raise MoveNotAllowed(f"{order.order_id} is {order.state} and has not expired: it needs no new link.")
    account = get_account(order.account)
    payments = FlowwiseClient(account).list_payments(order.order_id)
    if any(may_bring_money(payment.word) for payment in payments):
        raise MoveNotAllowed(
            f"{order.order_id} has a payment that is successful or still open: wait for it, then look again."
        )
    fresh = Order(
        account=order.account,
        reference=order.reference,
        **{name: getattr(order, name) for name in SENT_FIELDS if name != "order_id"},
    )
    if replace_order(order, fresh, allowed={OrderState.EXPIRED, OrderState.ACTIVE}):
        return submit_order(fresh)
    order.refresh_from_db(using=writing_database())
    return submit_order(order.superseded_by or order)


def is_past_expiry(order: Order) -> bool:
    """Tell whether the time that Flowwise gave for the order is over."""
    return order.order_expiry_time is not None and order.order_expiry_time <= timezone.now()
