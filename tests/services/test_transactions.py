"""When the services may speak to the database, and when to Flowwise: never both at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from django_flowwise import services
from django_flowwise.client.session import session_of
from django_flowwise.exceptions import TransactionOpen
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.services.transactions import durable, refuse_open_transaction, undisturbed, writing_database
from tests.factories import make_order
from tests.services.calls import REQUESTING, SILENT, active
from tests.wire_tap import WireTap


@pytest.fixture
def tap(flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch) -> WireTap:
    session_of.cache_clear()
    return WireTap(flowwise_emulator.base_url, monkeypatch)


@contextmanager
def nested(depth: int) -> Iterator[None]:
    with ExitStack() as stack:
        for _ in range(depth):
            stack.enter_context(transaction.atomic())
        yield


@contextmanager
def by_hand() -> Iterator[None]:
    connection.set_autocommit(False)
    try:
        yield
    finally:
        connection.rollback()
        connection.set_autocommit(True)


def rows() -> list[dict[str, Any]]:
    """Give every row that a service may write."""
    return [row for model in (Order, Payment, Refund) for row in model._base_manager.order_by("pk").values()]


TRANSACTIONS = {"atomic": lambda: nested(1), "nested": lambda: nested(2), "by hand": by_hand}


def test_services__each_is_known_to_make_requests_or_none() -> None:
    assert {name for name in services.__all__ if name.islower()} == {*REQUESTING, *SILENT}
    assert REQUESTING.keys().isdisjoint(SILENT)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("within", TRANSACTIONS)
@pytest.mark.parametrize("name", REQUESTING)
def test_requesting__refuses_before_anything_is_saved_or_sent(
    name: str, within: str, flowwise_emulator: Any, tap: WireTap
) -> None:
    call = REQUESTING[name](flowwise_emulator)
    before = rows()
    tap.forget()
    with TRANSACTIONS[within]():
        with pytest.raises(TransactionOpen, match=r"on_commit.*non_atomic_requests.*get_absolute_url"):
            call()
        assert rows() == before
    assert rows() == before
    assert (tap.opened, tap.sent) == (0, 0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", REQUESTING)
def test_requesting__sends_while_no_transaction_is_open(name: str, flowwise_emulator: Any, tap: WireTap) -> None:
    call = REQUESTING[name](flowwise_emulator)
    session_of.cache_clear()
    tap.forget()
    call()
    assert tap.opened >= 1
    assert tap.sent >= 1
    assert tap.offences == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("depth", [1, 2])
@pytest.mark.parametrize("name", SILENT)
def test_silent__works_within_a_transaction_and_sends_nothing(
    name: str, depth: int, flowwise_emulator: Any, tap: WireTap
) -> None:
    call = SILENT[name](flowwise_emulator)
    tap.forget()
    with nested(depth):
        call()
        assert (tap.opened, tap.sent) == (0, 0)
    assert tap.offences == []
    assert bool(tap.sent) is (name == "submit_after_commit")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "name", ["correct_order", "create_order", "forget_customers", "settle_attention", "withdraw_order"]
)
def test_silent__is_rolled_back_with_the_callers_transaction(name: str, flowwise_emulator: Any) -> None:
    call = SILENT[name](flowwise_emulator)
    before = list(Order.objects.order_by("pk").values())
    with nested(1):
        call()
        assert list(Order.objects.order_by("pk").values()) != before
        transaction.set_rollback(True)
    assert list(Order.objects.order_by("pk").values()) == before


@pytest.mark.django_db(transaction=True)
def test_submit_after_commit__sends_nothing_once_it_is_rolled_back(flowwise_emulator: Any, tap: WireTap) -> None:
    order = make_order()
    with nested(1):
        services.submit_after_commit(order, lambda *_: pytest.fail("reported"))
        transaction.set_rollback(True)
    assert tap.sent == 0


@pytest.mark.django_db(transaction=True)
def test_tap__notices_what_is_sent_within_a_transaction(tap: WireTap, monkeypatch: pytest.MonkeyPatch) -> None:
    """What these tests would see if a service did not refuse."""
    monkeypatch.setattr("django_flowwise.services.settlement.refuse_open_transaction", lambda _: None)
    order = active()
    session_of.cache_clear()
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        services.refresh_order(order)
    assert {"connect within default", "sendall within default"} <= set(tap.offences)


@pytest.mark.django_db
def test_open_transaction__that_of_a_test_case_does_not_count() -> None:
    refuse_open_transaction("submit_order")
    with transaction.atomic(), pytest.raises(TransactionOpen, match="submit_order"):
        refuse_open_transaction("submit_order")


@pytest.mark.django_db(transaction=True)
def test_open_transaction__none() -> None:
    refuse_open_transaction("submit_order")


@pytest.mark.django_db(transaction=True)
def test_durable__refuses_to_be_part_of_another() -> None:
    with transaction.atomic(), pytest.raises(RuntimeError):
        durable().__enter__()


def test_writing_database__is_the_routers_choice() -> None:
    assert writing_database() == "default"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("failures", "is_done"), [(0, True), (2, True), (3, False)])
def test_undisturbed__is_tried_again_where_the_database_gave_it_up(failures: int, is_done: bool) -> None:
    tries: list[bool] = []

    def work() -> str:
        tries.append(connection.in_atomic_block)
        if len(tries) <= failures:
            raise OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")
        return "done"

    if is_done:
        assert undisturbed(work) == "done"
    else:
        with pytest.raises(OperationalError):
            undisturbed(work)
    assert tries == [True] * min(failures + 1, 3)


@pytest.mark.django_db(transaction=True)
def test_undisturbed__not_again_within_the_callers_transaction() -> None:
    tries: list[bool] = []

    def work() -> None:
        tries.append(True)
        raise OperationalError

    with pytest.raises(OperationalError), transaction.atomic():
        undisturbed(work)
    assert tries == [True]
