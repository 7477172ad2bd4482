"""Giving an order up, for nothing or for another one. Makes no request: Flowwise has no way to cancel."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from functools import partial
from typing import NoReturn

from django.db import IntegrityError, transaction
from django.utils import timezone

from django_flowwise.exceptions import MoveNotAllowed, OrderBusy
from django_flowwise.models import Order
from django_flowwise.services.order_ids import refuse_taken_order_id
from django_flowwise.services.references import hand_over_place, hold_if_paid, paid_beside
from django_flowwise.services.schedule import next_look
from django_flowwise.services.transactions import undisturbed, writing_database
from django_flowwise.states import IN_DOUBT, OrderState, sources_of

_TRIES = 3


def withdraw_order(order: Order) -> Order:
    """Give an order up: our link answers 410, the reference is free. Makes no request; safe to repeat.

    Flowwise has no way to cancel: what it has stays payable for a customer who has its page open, so it stays
    watched, and money that arrives calls for a person. An order of the reference that was paid after it had been
    replaced takes the free place.

    Raises:
        OrderBusy: a request for it may be under way, or it is changing under other hands.
        MoveNotAllowed: it is paid.
    """
    for _ in range(_TRIES):
        undisturbed(partial(_leave_place, order))
        if order.state == OrderState.WITHDRAWN:
            return order
        if order.state not in sources_of(OrderState.WITHDRAWN):
            _refuse_to_withdraw(order)
    raise OrderBusy(f"{order.order_id} is changing under other hands; try again.")


def replace_order(live: Order, draft: Order, *, allowed: Collection[OrderState]) -> bool:
    """Withdraw one order and insert another for its reference, both or neither.

    False where somebody else has withdrawn it meanwhile.

    Raises:
        OrderBusy, MoveNotAllowed: its state does not allow it; nothing was changed.
        ValidationError: the new order_id is taken; nothing was changed.
    """
    database = writing_database()
    try:
        if not undisturbed(partial(_replace, live, draft, allowed)):
            return False
    except IntegrityError:
        live.refresh_from_db(using=database)
        refuse_taken_order_id(draft)
        return False
    except MoveNotAllowed:
        live.refresh_from_db(using=database)
        raise
    # Again, once the new order can be seen by whoever records a payment of the old one at this moment.
    transaction.on_commit(partial(hold_if_paid, draft), using=database)
    return True


def _leave_place(order: Order) -> None:
    if _withdraw(order, sources_of(OrderState.WITHDRAWN), timezone.now()):
        hand_over_place(order)


def _replace(live: Order, draft: Order, allowed: Collection[OrderState]) -> bool:
    if not _withdraw(live, allowed, timezone.now()):
        if live.state == OrderState.WITHDRAWN:
            return False
        _refuse_to_withdraw(live)
    _refuse_if_paid(live)
    draft.save(force_insert=True, using=writing_database())
    live.record_successor(draft)
    return True


def _refuse_if_paid(order: Order) -> None:
    if paid := paid_beside(order):
        raise MoveNotAllowed(
            f"The reference {order.reference!r} has been paid by {paid.order_id}: nobody may pay it again."
        )


def _withdraw(order: Order, allowed: Collection[OrderState], moment: datetime.datetime) -> bool:
    is_watched = order.attempts > 0
    return order.mark_withdrawn(
        allowed=allowed,
        next_check_at=next_look(order, OrderState.WITHDRAWN, moment) if is_watched else None,
        moment=moment,
    )


def _refuse_to_withdraw(order: Order) -> NoReturn:
    if order.state in IN_DOUBT:
        raise OrderBusy(f"{order.order_id} is {order.state}: a request for it may be under way.")
    raise MoveNotAllowed(f"{order.order_id} is {order.state} and cannot be given up.")
