"""When the services may speak to the database: where they write, and what they refuse inside a transaction.

Nobody but the services opens transactions; our pages only learn here how to stay out of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connections, router, transaction

from django_flowwise.exceptions import TransactionOpen
from django_flowwise.models import Order

_View = TypeVar("_View", bound=Callable[..., object])
_Done = TypeVar("_Done")
_TRIES = 3


def writing_database() -> str:
    """Give the alias of the one database that the services read and write."""
    return router.db_for_write(Order)


def durable() -> transaction.Atomic:
    """Open a transaction that is committed at its end, whatever the caller has open."""
    return transaction.atomic(using=writing_database(), durable=True)


def undisturbed(work: Callable[[], _Done]) -> _Done:
    """Do it in a transaction, and again where the database gave that up for somebody else's (a deadlock).

    Within the caller's transaction it is not tried again: the database has given that up too.
    """
    database = writing_database()
    for _ in range(_TRIES - 1):
        try:
            with transaction.atomic(using=database):
                return work()
        except OperationalError:
            if connections[database].in_atomic_block:
                raise
    with transaction.atomic(using=database):
        return work()


def refuse_open_transaction(operation: str) -> None:
    """Refuse to go on where a commit of ours would not be one: a crash could then forget a request that was sent.

    A transaction on any database counts: while a network answers, it holds others up.

    Raises:
        TransactionOpen: nothing was saved or sent.
    """
    database = writing_database()
    is_committing = connections[database].in_atomic_block or connections[database].get_autocommit()
    in_use = (connection for connection in connections.all(initialized_only=True) if connection.in_atomic_block)
    if is_committing and all(_is_only_the_test_case_open(connection.alias) for connection in in_use):
        return
    raise TransactionOpen(
        f"{operation} makes a request to Flowwise, which must not happen while a transaction is open: rolled back,"
        " it would forget what was sent. Call it after the commit (django.db.transaction.on_commit), outside"
        " transaction.atomic, in a view under transaction.non_atomic_requests; or send the customer to"
        " order.get_absolute_url(), which creates the order at Flowwise by itself."
    )


def outside_transactions(view: _View) -> _View:
    """Keep a view out of ATOMIC_REQUESTS on every database: where orders are is the router's choice."""
    for alias in connections:
        view = transaction.non_atomic_requests(using=alias)(view)
    return view


def _is_only_the_test_case_open(database: str) -> bool:
    # Django lets a durable block stand directly within the transaction that its TestCase wraps around a test.
    try:
        with transaction.atomic(using=database, durable=True):
            return True
    except RuntimeError:
        return False
