"""Orders in a database of their own: the router's choice for writing is where services read and write.

The other database is a second SQLite file; what is read by the router's choice for reading may be a stale copy.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection, connections, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils.decorators import method_decorator
from rest_framework.test import APIClient

from django_flowwise import services
from django_flowwise.exceptions import MoveNotAllowed, TransactionOpen
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.services.transactions import outside_transactions, refuse_open_transaction
from django_flowwise.views import CheckoutView
from tests.services.calls import REQUESTING, SILENT, active
from tests.wire_tap import WireTap, open_transactions

pytestmark = pytest.mark.django_db(transaction=True)
MODELS = (Order, Payment, Refund)


class OrdersElsewhere:
    """Write orders to the other database, and read them wherever the test says."""

    reads_from = "default"

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return self.reads_from if model in MODELS else None

    def db_for_write(self, model: type, **hints: Any) -> str | None:
        return "other" if model in MODELS else None

    def allow_relation(self, *orders: Any, **hints: Any) -> bool:
        return True


@contextmanager
def forbidden_table() -> Iterator[None]:
    """Let no statement about orders reach the default database."""

    def look(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:  # Django's call
        assert not any(f'"{model._meta.db_table}"' in sql.replace("`", '"') for model in MODELS), sql
        return execute(sql, params, many, context)

    with connection.execute_wrapper(look):
        yield


@pytest.fixture
def other(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[Any]:
    connections.settings["other"] = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "other.sqlite3",
        "OPTIONS": {},
    }
    settings.DATABASE_ROUTERS = ["tests.services.test_two_databases.OrdersElsewhere"]
    connections["other"].connect()  # here, since a test's case lets only its own databases be connected to
    with connections["other"].schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    try:
        yield connections["other"]
    finally:
        connections["other"].close()
        del connections["other"]
        del connections.settings["other"]


@pytest.fixture
def read_where_they_are_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """For the steps of a test, which read as a shop does."""
    monkeypatch.setattr(OrdersElsewhere, "reads_from", "other")


@pytest.mark.parametrize("name", [*REQUESTING, *SILENT])
def test_services__ask_the_default_database_for_no_order(
    name: str, other: Any, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrdersElsewhere, "reads_from", "other")
    call = {**REQUESTING, **SILENT}[name](flowwise_emulator)
    monkeypatch.setattr(OrdersElsewhere, "reads_from", "default")
    tap = WireTap(flowwise_emulator.base_url, monkeypatch)
    with forbidden_table():
        call()
    assert tap.offences == []


def test_forbidden_table__is_noticed(other: Any) -> None:
    """What the tests here would see if a service asked the wrong database."""
    with forbidden_table():
        connection.cursor().execute("SELECT 1")
        with pytest.raises(AssertionError, match=Order._meta.db_table):
            Order.objects.count()


def test_reissue__follows_a_successor_where_it_is(
    other: Any, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrdersElsewhere, "reads_from", "other")
    old = active()
    flowwise_emulator.expire(old.order_id)
    new = services.reissue_order(services.refresh_order(old))
    old = Order.objects.get(pk=old.pk)
    monkeypatch.setattr(OrdersElsewhere, "reads_from", "default")
    with forbidden_table():
        assert services.reissue_order(old).pk == new.pk


@pytest.mark.parametrize("alias", ["default", "other"])
@pytest.mark.parametrize("name", REQUESTING)
def test_requesting__refuses_within_a_transaction_on_either(
    name: str, alias: str, other: Any, flowwise_emulator: Any, read_where_they_are_written: None
) -> None:
    call = REQUESTING[name](flowwise_emulator)
    requests = len(flowwise_emulator.requests)
    with transaction.atomic(using=alias), pytest.raises(TransactionOpen):
        call()
    assert len(flowwise_emulator.requests) == requests


def test_reissue__of_what_was_given_up_for_nothing(flowwise_emulator: Any) -> None:
    order = services.withdraw_order(active())
    with pytest.raises(MoveNotAllowed, match="WITHDRAWN and has not expired"):
        services.reissue_order(order)


def test_open_transaction__by_hand_on_the_other(other: Any) -> None:
    other.set_autocommit(False)
    with pytest.raises(TransactionOpen):
        refuse_open_transaction("submit_order")
    other.rollback()
    other.set_autocommit(True)
    refuse_open_transaction("submit_order")


def test_views__stay_out_of_atomic_requests_on_every_database(
    other: Any, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch, read_where_they_are_written: None
) -> None:
    for alias in ("default", "other"):
        monkeypatch.setitem(connections[alias].settings_dict, "ATOMIC_REQUESTS", True)
    seen: list[list[str]] = []

    @method_decorator(outside_transactions, name="dispatch")
    class Checkout(CheckoutView):
        def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            seen.append(open_transactions())
            return super().dispatch(request, *args, **kwargs)

    order = services.create_order(reference="INV-1", order_amount=5, order_currency="INR", customer_id="c")
    made_atomic = Client().handler.make_view_atomic(Checkout.as_view())
    response = made_atomic(RequestFactory().post("/"), key=order.key)
    assert (response.status_code, seen) == (303, [[]])


def test_api__asks_the_default_database_for_no_order(
    other: Any, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    api = APIClient()
    api.force_login(User.objects.create_superuser("boss"))
    content = {"reference": "A", "order_amount": "5", "order_currency": "INR", "customer_id": "c", "submit": True}
    with forbidden_table():
        made = api.post("/api/flowwise/orders/", content, format="json")
        flowwise_emulator.pay(made.json()["order_id"])
        paid = api.post(f"{made['Location']}refresh/")
        [payment] = api.get(f"{made['Location']}payments/").json()["results"]
        body = {"payment_id": payment["payment_id"], "refund_id": "RET-1"}
        refunded = api.post(f"{made['Location']}refunds/", body, format="json")
        refunds = api.get(refunded["Location"]).json()["results"]
        listed = api.get("/api/flowwise/orders/").json()["results"]
    assert (made.status_code, paid.json()["state"], refunded.status_code) == (201, "PAID", 201)
    assert (refunds, [order["key"] for order in listed]) == ([refunded.json()], [made.json()["key"]])
