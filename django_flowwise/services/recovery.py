"""What was left in doubt: looked at, adopted or given back. It never posts."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Iterator

from django.db.models import F
from django.utils import timezone

from django_flowwise.exceptions import FlowwiseConfigurationError, FlowwiseError
from django_flowwise.models import Order
from django_flowwise.services.announcements import deliver_due
from django_flowwise.services.schedule import backing_off
from django_flowwise.services.settlement import refresh_order
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database
from django_flowwise.states import OrderState


@dataclasses.dataclass(frozen=True, slots=True)
class LookedAt:
    """Say what a look at one order brought."""

    pk: int
    order_id: str
    before: OrderState
    after: OrderState
    """The same in a dry run."""
    problem: str = ""
    """Why nothing was learned; empty where something was."""


@dataclasses.dataclass(frozen=True, slots=True)
class ReconcileReport:
    """Say what reconcile did, or in a dry run would look at."""

    looked_at: tuple[LookedAt, ...]
    signals_delivered: int
    """Orders whose due signals every receiver has now taken."""
    signals_left: int
    """Orders with signals that some receiver failed on again."""

    @property
    def moved(self) -> tuple[LookedAt, ...]:
        """Those whose state changed."""
        return tuple(look for look in self.looked_at if look.before != look.after)

    @property
    def unlearned(self) -> tuple[LookedAt, ...]:
        """Those that Flowwise said nothing usable about."""
        return tuple(look for look in self.looked_at if look.problem)


def reconcile(account: str | None = None, limit: int | None = None, dry_run: bool = False) -> ReconcileReport:
    """Look at every order that is in doubt or due, and send the signals about money that are left over.

    One GET for each order, two where it is paid; never a POST. Safe to repeat, and by several at once: each
    order is taken by one of them. A dry run asks nothing and changes nothing.

    Raises:
        TransactionOpen: nothing was asked.
    """
    refuse_open_transaction("reconcile")
    orders = Order.objects.using(writing_database())
    if account is not None:
        orders = orders.filter(account=account)
    due = orders.due(timezone.now()).order_by(F("checked_at").asc(nulls_first=True), "pk")[:limit]
    looks = tuple(_look_at_each(list(due), dry_run=dry_run))
    with_signals = list(orders.with_signals_due())
    delivered = 0 if dry_run else sum(deliver_due(order) for order in with_signals)
    return ReconcileReport(looks, delivered, len(with_signals) - delivered)


def _look_at_each(orders: list[Order], *, dry_run: bool) -> Iterator[LookedAt]:
    for order in orders:
        if dry_run:
            yield LookedAt(order.pk, order.order_id, OrderState(order.state), OrderState(order.state))
        elif _take(order):
            yield _look_at(order)


def _take(order: Order) -> bool:
    """Take the order for this process, and put its next look off in case that this one brings nothing."""
    moment = timezone.now()
    since = order.first_claimed_at or order.created_at
    with durable():
        return order.mark_looked_at(next_check_at=moment + backing_off(moment - since), moment=moment)


def _look_at(order: Order) -> LookedAt:
    before = OrderState(order.state)
    problem = ""
    try:
        refresh_order(order)
    except (FlowwiseError, FlowwiseConfigurationError) as error:
        problem = str(error)
    return LookedAt(order.pk, order.order_id, before, OrderState(order.state), problem)


def refresh_if_stale(order: Order, *, stale_after_seconds: float = 5, deadline_seconds: float = 5) -> Order:
    """Refresh an order unless somebody has just looked, and keep what is stored where Flowwise says nothing.

    For pages that a customer reloads: of many at once, one asks. Never raises a FlowwiseError.
    """
    refuse_open_transaction("refresh_if_stale")
    moment = timezone.now()
    fresh_since = moment - datetime.timedelta(seconds=stale_after_seconds)
    if order.checked_at is not None and order.checked_at > fresh_since:
        return order
    with durable():
        is_taken = order.mark_looked_at(next_check_at=order.next_check_at, moment=moment)
    if is_taken:
        try:
            refresh_order(order, deadline_seconds=deadline_seconds)
        except FlowwiseError:
            order.refresh_from_db(using=writing_database())
    return order
