"""Forgetting who the customer of a closed order was."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseConfigurationError, MoveNotAllowed, ReferenceInUse
from django_flowwise.models import Order, Payment, Refund
from tests.factories import make_order
from tests.services.conftest import verbs

pytestmark = pytest.mark.django_db

CUSTOMER = ("customer_id", "customer_email", "customer_phone", "customer_address", "order_note", "order_tags")


def closed(**values: Any) -> Order:
    """Save an order that was paid 40 days ago."""
    account = {"account": values.pop("account")} if "account" in values else {}
    order = make_order(order_note="a gift", order_tags={"source": "web"}, **account)
    long_ago = timezone.now() - datetime.timedelta(days=40)
    values = {"state": "PAID", "attempts": 1, "first_claimed_at": long_ago, "updated_at": long_ago, **values}
    values = {"paid_at": long_ago, "amount_paid": order.order_amount, **values}
    Order.objects.filter(pk=order.pk).update(**values)
    order.refresh_from_db()
    return order


def content(order: Order) -> dict[str, Any]:
    return {name: value for name, value in vars(order).items() if not name.startswith("_")}


def test_forget__empties_the_customer_and_keeps_the_rest() -> None:
    order = closed()
    before = content(order)
    assert services.forget_customers(older_than_days=30) == services.RetentionReport(1, 0)
    order.refresh_from_db()
    after = content(order)
    assert {name for name in before if before[name] != after[name]} == {*CUSTOMER, "updated_at"}
    assert [after[name] for name in CUSTOMER] == ["", "", "", "", "", {}]
    assert order.is_forgotten
    assert (order.amount_paid, order.state) == (Decimal("2299.50"), "PAID")
    assert services.forget_customers(older_than_days=1) == services.RetentionReport(0, 0)


def test_forget__spares_what_is_younger() -> None:
    order = closed()
    assert services.forget_customers(older_than_days=41).forgotten == 0
    assert services.forget_customers(older_than_days=39).forgotten == 1
    assert not make_order().is_forgotten
    assert order.customer_id


def test_forget__a_dry_run_counts() -> None:
    order = closed()
    assert services.forget_customers(older_than_days=30, dry_run=True) == services.RetentionReport(1, 0)
    assert content(Order.objects.get()) == content(order)


def test_forget__in_batches_of_one_update_each() -> None:
    for _ in range(5):
        closed()
    with CaptureQueriesContext(connection) as queries:
        assert services.forget_customers(older_than_days=30, batch=2).forgotten == 5
    table = connection.ops.quote_name(Order._meta.db_table)
    updates = [query["sql"] for query in queries if query["sql"].startswith(f"UPDATE {table}")]
    assert len(updates) == 3
    assert all("signal_due" in update and "next_check_at" in update for update in updates)


def test_forget__spares_what_moved_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = closed(), closed()
    real = Order.mark_forgotten

    def moved_first(keys: list[int], **rest: Any) -> int:
        Order.objects.filter(pk=first.pk).update(attention=[{"reason": "reversed", "at": "2026-01-01"}])
        return real(keys, **rest)

    monkeypatch.setattr(Order, "mark_forgotten", moved_first)
    assert services.forget_customers(older_than_days=30) == services.RetentionReport(1, 1)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.is_forgotten, second.is_forgotten) == (False, True)


def test_forget__comes_to_an_end_though_nothing_could_be_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        closed()
    calls: list[int] = []

    def forgets_nothing(keys: list[int], **rest: Any) -> int:
        calls.append(len(keys))
        assert len(calls) < 3
        return 0

    monkeypatch.setattr(Order, "mark_forgotten", forgets_nothing)
    assert services.forget_customers(older_than_days=30, batch=2) == services.RetentionReport(0, 3)
    assert calls == [2, 1]


def test_forget__of_one_account(settings: Any) -> None:
    orders = [closed(), closed(account="gone")]
    assert services.forget_customers(older_than_days=30, account="gone").forgotten == 1
    assert [order.is_forgotten for order in Order.objects.order_by("pk")] == [False, True]
    assert services.forget_customers(older_than_days=30, account=orders[0].account).forgotten == 1
    with pytest.raises(FlowwiseConfigurationError, match="nor any order has an account 'nowhere'"):
        services.forget_customers(older_than_days=30, account="nowhere")


def test_forget__of_an_account_without_orders() -> None:
    assert services.forget_customers(older_than_days=30, account="default").forgotten == 0


@pytest.mark.parametrize("wrong", [{"older_than_days": 0}, {"older_than_days": -1}, {"batch": 0}])
def test_forget__refuses_what_would_forget_everybody(wrong: dict[str, int]) -> None:
    order = closed()
    with pytest.raises(ValueError, match="at least 1"):
        services.forget_customers(**{"older_than_days": 30, **wrong})
    order.refresh_from_db()
    assert not order.is_forgotten


@pytest.fixture
def forgotten(active: Order, flowwise_emulator: Any) -> Order:
    """Give an order that went all the way: paid, looked at for the last time, and forgotten."""
    flowwise_emulator.pay(active.order_id)
    services.refresh_order(active)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=6)):
        services.reconcile()
    with time_machine.travel(timezone.now() + datetime.timedelta(days=100)):
        assert services.forget_customers(older_than_days=90).forgotten == 1
    active.refresh_from_db()
    return active


def test_forgotten__can_still_be_refreshed(forgotten: Order) -> None:
    services.refresh_order(forgotten)
    assert (forgotten.state, forgotten.attention, forgotten.is_forgotten) == ("PAID", [], True)
    assert forgotten.order_status == "PAID"


def test_forgotten__its_reference_gives_a_clear_answer(forgotten: Order, flowwise_emulator: Any) -> None:
    said = {
        "reference": forgotten.reference,
        "order_amount": forgotten.order_amount,
        "order_currency": forgotten.order_currency,
        "customer_id": "cust_priya_sharma_2024",
    }
    requests = len(verbs(flowwise_emulator))
    for ask in (services.create_order, services.place_order):
        with pytest.raises(ReferenceInUse, match=r"is PAID, and whose customer has been forgotten") as caught:
            ask(**said)
        assert "customer_id" in caught.value.fields
    with pytest.raises(MoveNotAllowed):
        services.create_order(**said, supersede=True)
    assert len(verbs(flowwise_emulator)) == requests


def test_forgotten__has_no_new_link(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.expire(active.order_id)
    services.refresh_order(active)
    Order.objects.filter(pk=active.pk).update(next_check_at=None, updated_at=active.created_at)
    with time_machine.travel(timezone.now() + datetime.timedelta(days=2)):
        assert services.forget_customers(older_than_days=1).forgotten == 1
    with pytest.raises(MoveNotAllowed, match="no longer knows its customer: create a new order"):
        services.reissue_order(active)
    assert verbs(flowwise_emulator).count("POST") == 1
    fresh = services.create_order(
        reference=active.reference,
        order_amount=active.order_amount,
        order_currency="INR",
        customer_id="c",
        supersede=True,
    )
    assert fresh.pk != active.pk


def test_forget__what_payments_and_refunds_tell_of_the_customer(paid: Order) -> None:
    refund = services.refund_payment(paid.payments.get(), "100", "Priya's dress")
    assert (bool(refund.gateway_details), bool(refund.payment.gateway_details)) == (True, True)
    long_ago = timezone.now() - datetime.timedelta(days=40)
    Refund.objects.update(next_check_at=None)
    Order.objects.update(next_check_at=None, updated_at=long_ago)
    assert services.forget_customers(older_than_days=30).forgotten == 1
    Refund.objects.update(next_check_at=timezone.now())
    services.refresh_order(paid)
    stored = Refund.objects.get()
    assert (stored.refund_note, stored.gateway_details, Payment.objects.get().gateway_details) == ("", {}, {})
    assert (stored.refund_amount, stored.state) == (100, "ACCEPTED")


def test_forget__again_where_a_refund_tells_of_the_customer_anew(paid: Order) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=40)
    Order.objects.update(next_check_at=None, updated_at=long_ago)
    assert services.forget_customers(older_than_days=30).forgotten == 1
    for amount in ("100", "200"):
        services.refund_payment(paid.payments.get(), amount, "Priya's dress", refund_id=f"RET-{amount}")
    Refund.objects.update(next_check_at=None)
    Order.objects.update(next_check_at=None, updated_at=long_ago)
    assert services.forget_customers(older_than_days=30, dry_run=True).forgotten == 1
    assert services.forget_customers(older_than_days=30).forgotten == 1
    assert set(Refund.objects.values_list("refund_note", flat=True)) == {""}
    Order.objects.update(updated_at=long_ago)
    assert services.forget_customers(older_than_days=30).forgotten == 0


def test_forget__spares_the_payments_of_an_order_that_is_spared(paid: Order) -> None:
    assert services.forget_customers(older_than_days=30).forgotten == 0
    assert Payment.objects.get().gateway_details
