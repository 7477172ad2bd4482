"""What was left in doubt is looked at, and signals that were not taken are sent again. Nothing here ever posts."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping
from random import SystemRandom

from django.db import DatabaseError
from django.db.models import F
from django.utils import timezone

from django_flowwise.client import Deadline
from django_flowwise.conf import Account, account_aliases, get_account
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order, OrderQuerySet, Payment, Refund
from django_flowwise.services.looks import foreseen_state, look
from django_flowwise.services.references import conclude
from django_flowwise.services.schedule import LATEST, next_look
from django_flowwise.services.settlement import refresh_within
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database
from django_flowwise.states import OrderState

_MOST_AT_ONCE = 2000
"""Orders that one query names by their keys: every database takes that many."""


@dataclasses.dataclass(frozen=True, slots=True)
class LookedAt:
    """Say what a look at one order brought."""

    pk: int
    order_id: str
    before: OrderState
    after: OrderState
    """In a dry run: where a run would bring it."""
    problem: str = ""
    """Why nothing was learned, or nothing of the payments; empty where all was."""


@dataclasses.dataclass(frozen=True, slots=True)
class ReconcileReport:
    """Say what reconcile did, or in a dry run would do."""

    looked_at: tuple[LookedAt, ...]
    signals_delivered: int
    """Orders whose due signals every receiver has now taken; none in a dry run."""
    signals_left: int
    """Orders with signals that some receiver failed on again, or in a dry run all that are due."""
    elsewhere: int = 0
    """Orders that are due, but were made at another base URL than their account now has: never looked at."""

    @property
    def moved(self) -> tuple[LookedAt, ...]:
        """Those whose state changed."""
        return tuple(found for found in self.looked_at if found.before != found.after)

    @property
    def unlearned(self) -> tuple[LookedAt, ...]:
        """Those that Flowwise said nothing usable about, or would not list the payments of."""
        return tuple(found for found in self.looked_at if found.problem)


def reconcile(
    account: str | None = None,
    limit: int | None = None,
    dry_run: bool = False,
    *,
    on_look: Callable[[LookedAt], bool] | None = None,
    is_stopped: Callable[[], bool] = lambda: False,
) -> ReconcileReport:
    """Look at every order that is in doubt or due, and send the signals about money that are left over.

    As many GETs for each order as refresh_order makes; never a POST. Safe to repeat, and by several at once: each
    order is taken by one of them. A dry run asks too, and changes nothing. ``limit`` bounds the orders that are
    looked at, and those whose signals are sent. ``on_look`` is told of each look, and may end the run with False;
    so may ``is_stopped`` with True, before each order.

    Raises:
        FlowwiseConfigurationError: an account is unknown, or its settings are wrong; nothing was asked.
        TransactionOpen: nothing was asked.
    """
    refuse_open_transaction("reconcile")
    accounts = _accounts(account)
    orders = _orders(account)
    delivered = 0 if dry_run else _conclude_all(orders.with_signals_due(), limit, is_stopped)
    looks: list[LookedAt] = []
    for pk, checked_at in _listed(_due(accounts).order_by(F("checked_at").asc(nulls_first=True), "pk"), limit):
        if is_stopped():
            break
        found = _foresee(pk, accounts) if dry_run else _look_at(pk, checked_at)
        if found is not None:
            looks.append(found)
            if on_look is not None and not on_look(found):
                break
    moment = timezone.now()
    due = orders.due(moment, also=_money_due(moment))
    elsewhere = due.count() - due.made_at(_base_urls(accounts)).count()
    return ReconcileReport(tuple(looks), delivered, orders.with_signals_due().count(), elsewhere)


def count_due(account: str | None = None) -> int:
    """Count the orders that reconcile would look at now; makes no request.

    Raises:
        FlowwiseConfigurationError: an account is unknown, or its settings are wrong.
    """
    return _due(_accounts(account)).count()


def _accounts(account: str | None) -> dict[str, Account]:
    return {alias: get_account(alias) for alias in ([account] if account is not None else account_aliases())}


def _orders(account: str | None = None) -> OrderQuerySet[Order]:
    # All of them, where none is named: those of an account that is no longer in the settings, too.
    orders = Order.objects.using(writing_database())
    return orders.all() if account is None else orders.filter(account=account)


def _due(accounts: Mapping[str, Account]) -> OrderQuerySet[Order]:
    moment = timezone.now()
    return _orders().due(moment, also=_money_due(moment)).made_at(_base_urls(accounts))


def _base_urls(accounts: Mapping[str, Account]) -> dict[str, str]:
    return {alias: account.base_url for alias, account in accounts.items()}


def _money_due(moment: datetime.datetime) -> list[int]:
    """Name the orders with refunds, captures or voids due; of a great many, some wait for the next run."""
    database = writing_database()
    refunds = Refund.objects.using(database).due(moment).values_list("payment__order_id", flat=True)
    payments = Payment.objects.using(database).due(moment).values_list("order_id", flat=True)
    return list({*refunds[:_MOST_AT_ONCE], *payments[:_MOST_AT_ONCE]})


def _listed(orders: OrderQuerySet[Order], limit: int | None) -> list[tuple[int, datetime.datetime | None]]:
    # Not the orders themselves, of which a great many may be due.
    return list(orders.values_list("pk", "checked_at")[:limit])


def _find(pk: int) -> Order | None:
    return Order.objects.using(writing_database()).filter(pk=pk).first()


def _conclude_all(orders: OrderQuerySet[Order], limit: int | None, is_stopped: Callable[[], bool]) -> int:
    """Send what is due, of so many orders at most: drawn by lot, so that none that always fails starves others."""
    keys = list(orders.values_list("pk", flat=True))
    chosen = SystemRandom().sample(keys, len(keys) if limit is None else min(limit, len(keys)))
    delivered = 0
    for pk in chosen:
        if is_stopped():
            break
        order = _find(pk)
        delivered += order is not None and conclude(order)
    return delivered


def _look_at(pk: int, checked_at: datetime.datetime | None) -> LookedAt | None:
    order = _find(pk)
    if order is None or order.checked_at != checked_at or not _take(order):
        return None  # gone, or somebody else has looked at it since it was listed
    before, problem = OrderState(order.state), ""
    try:
        findings = refresh_within(order)
        problem = findings.payments_problem if findings else ""
    except FlowwiseError as error:
        problem = str(error)
    except Order.DoesNotExist:
        return None  # deleted meanwhile
    except DatabaseError as error:
        # One row's trouble; its text may hold the row.
        problem = type(error).__name__
    return LookedAt(order.pk, order.order_id, before, OrderState(order.state), problem)


def _take(order: Order) -> bool:
    """Take the order for this process, and put its next look off in case that this one brings nothing.

    Even where nothing can happen any more: only an answer may end the looks.
    """
    moment = timezone.now()
    due = next_look(order, OrderState(order.state), moment) or moment + LATEST
    with durable():
        return order.mark_looked_at(next_check_at=due, moment=moment)


def _foresee(pk: int, accounts: Mapping[str, Account]) -> LookedAt | None:
    order = _find(pk)
    if order is None:
        return None
    account = accounts[order.account]
    before = after = OrderState(order.state)
    problem = ""
    try:
        findings = look(order, account, Deadline(account.deadline_seconds))
        after, problem = foreseen_state(order, account, findings), findings.payments_problem
    except FlowwiseError as error:
        problem = str(error)
    return LookedAt(order.pk, order.order_id, before, after, problem)
