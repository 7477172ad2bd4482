"""When the services may speak to the database: where they write, and what they refuse inside a transaction.

Only the services use this; nobody else opens transactions.
"""

from __future__ import annotations

from django.db import router, transaction

from django_flowwise.exceptions import TransactionOpen
from django_flowwise.models import Order


def writing_database() -> str:
    """Give the alias of the one database that the services read and write."""
    return router.db_for_write(Order)


def durable() -> transaction.Atomic:
    """Open a transaction that is committed at its end, whatever the caller has open."""
    return transaction.atomic(using=writing_database(), durable=True)


def refuse_open_transaction(operation: str) -> None:
    """Refuse to go on where a commit of ours would not be one: a crash could then forget a request that was sent.

    Raises:
        TransactionOpen: nothing was saved or sent.
    """
    connection = transaction.get_connection(using=writing_database())
    if not connection.in_atomic_block:
        if connection.get_autocommit():
            return
    elif _is_only_the_test_case_open():
        return
    raise TransactionOpen(
        f"{operation} makes a request to Flowwise, which must not happen while a transaction is open: rolled back,"
        " it would forget what was sent. Call it after the commit (django.db.transaction.on_commit), outside"
        " transaction.atomic, in a view under transaction.non_atomic_requests; or send the customer to"
        " order.get_absolute_url(), which creates the order at Flowwise by itself."
    )


def _is_only_the_test_case_open() -> bool:
    # Django lets a durable block stand directly within the transaction that its TestCase wraps around a test.
    try:
        with durable():
            return True
    except RuntimeError:
        return False
