"""When the services may speak to the database."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from django_flowwise.exceptions import TransactionOpen
from django_flowwise.services.transactions import durable, refuse_open_transaction, writing_database


@pytest.mark.django_db
def test_open_transaction__that_of_a_test_case_does_not_count() -> None:
    refuse_open_transaction("submit_order")
    with transaction.atomic(), pytest.raises(TransactionOpen, match="submit_order"):
        refuse_open_transaction("submit_order")


@pytest.mark.django_db(transaction=True)
def test_open_transaction__none() -> None:
    refuse_open_transaction("submit_order")


@pytest.mark.django_db(transaction=True)
def test_open_transaction__autocommit_off() -> None:
    connection.set_autocommit(False)
    try:
        with pytest.raises(TransactionOpen):
            refuse_open_transaction("submit_order")
    finally:
        connection.rollback()
        connection.set_autocommit(True)


@pytest.mark.django_db(transaction=True)
def test_durable__refuses_to_be_part_of_another() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        durable().__enter__()


def test_writing_database__is_the_routers_choice() -> None:
    assert writing_database() == "default"
