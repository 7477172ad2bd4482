"""What was left in doubt, and the signals that are still due."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.exceptions import TransactionOpen
from django_flowwise.models import Order
from django_flowwise.services import recovery
from django_flowwise.states import MoneySignal
from tests.factories import make_order
from tests.services.conftest import recorded, unknown, verbs

pytestmark = pytest.mark.django_db


def doubt(order: Order, **values: Any) -> Order:
    since = timezone.now() - datetime.timedelta(seconds=200)
    values = {"state": "UNCONFIRMED", "attempts": 1, "maybe_sent_at": since, "first_claimed_at": since, **values}
    Order.objects.filter(pk=order.pk).update(**values)
    return order


def test_reconcile__adopts_gives_back_and_never_posts(active: Order, flowwise_emulator: Any) -> None:
    doubt(active)
    lapsed = timezone.now() - datetime.timedelta(seconds=1)
    lost = doubt(make_order(), state="SUBMITTING", claim_expires_at=lapsed)
    report = services.reconcile()
    assert {(look.pk, look.before, look.after) for look in report.moved} == {
        (active.pk, "UNCONFIRMED", "ACTIVE"),
        (lost.pk, "SUBMITTING", "DRAFT"),
    }
    assert report.unlearned == ()
    assert verbs(flowwise_emulator).count("POST") == 1
    assert services.reconcile().looked_at == ()


def test_reconcile__looks_at_open_orders_when_they_are_due(active: Order, flowwise_emulator: Any) -> None:
    assert services.reconcile().looked_at == ()
    flowwise_emulator.pay(active.order_id)
    Order.objects.filter(pk=active.pk).update(next_check_at=timezone.now())
    [look] = services.reconcile().looked_at
    assert (look.before, look.after) == ("ACTIVE", "PAID")


def test_reconcile__leaves_what_is_under_way(draft: Order) -> None:
    doubt(draft, state="SUBMITTING", claim_expires_at=timezone.now() + datetime.timedelta(seconds=60))
    assert services.reconcile().looked_at == ()


def test_reconcile__one_account_and_a_limit(flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["second"] = settings.FLOWWISE["default"]
    orders = [doubt(make_order(account=account)) for account in ("default", "default", "second")]
    assert [look.pk for look in services.reconcile(account="second").looked_at] == [orders[2].pk]
    assert len(services.reconcile(limit=1).looked_at) == 1


def test_reconcile__says_what_it_could_not_learn(draft: Order, break_call: Any, settings: Any) -> None:
    doubt(draft)
    gone = doubt(make_order(account="gone"))
    break_call("get_order", unknown())
    report = services.reconcile()
    assert {look.pk: look.problem for look in report.unlearned} == {
        draft.pk: "no answer",
        gone.pk: report.unlearned[1].problem,
    }
    assert "no account 'gone'" in report.unlearned[1].problem
    draft.refresh_from_db()
    assert draft.next_check_at > timezone.now()


def test_reconcile__a_dry_run_asks_and_changes_nothing(draft: Order, flowwise_emulator: Any) -> None:
    doubt(draft)
    Order.objects.filter(pk=draft.pk).update(signal_due=MoneySignal.PAID)
    before = Order.objects.filter(pk=draft.pk).values().get()
    report = services.reconcile(dry_run=True)
    assert [(look.pk, look.after) for look in report.looked_at] == [(draft.pk, "UNCONFIRMED")]
    assert (report.signals_delivered, report.signals_left) == (0, 1)
    assert Order.objects.filter(pk=draft.pk).values().get() == before
    assert verbs(flowwise_emulator) == []


def test_reconcile__of_two_at_once_one_looks(
    draft: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubt(draft)
    real = recovery._take

    def taken_before(order: Order) -> bool:
        real(Order.objects.get(pk=order.pk))
        return real(order)

    monkeypatch.setattr(recovery, "_take", taken_before)
    assert services.reconcile().looked_at == ()


@pytest.mark.django_db(transaction=True)
def test_reconcile__within_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        services.reconcile()


def test_money_signals__are_sent_until_every_receiver_has_taken_them(
    active: Order, flowwise_emulator: Any, caplog: pytest.LogCaptureFixture
) -> None:
    broken = [True]

    def sometimes_fails(**kwargs: Any) -> None:
        if broken:
            raise LookupError

    flowwise_emulator.pay(active.order_id)
    signals.order_paid.connect(sometimes_fails)
    try:
        with recorded(signals.order_paid) as told:
            services.refresh_order(active)
            assert (active.state, active.signal_due) == ("PAID", MoneySignal.PAID)
            report = services.reconcile()
            assert (report.signals_delivered, report.signals_left) == (0, 1)
            broken.clear()
            report = services.reconcile()
            assert (report.signals_delivered, report.signals_left) == (1, 0)
            assert services.reconcile().signals_delivered == 0
        assert told.states == ["PAID"] * 3
    finally:
        signals.order_paid.disconnect(sometimes_fails)
    assert "receiver_failed" in caplog.text


def test_money_signals__stay_due_where_the_order_moves_meanwhile(active: Order, flowwise_emulator: Any) -> None:
    def moves(order: Order, **kwargs: Any) -> None:
        Order.objects.filter(pk=order.pk).update(updated_at=timezone.now())

    flowwise_emulator.pay(active.order_id)
    signals.order_paid.connect(moves)
    try:
        services.refresh_order(active)
    finally:
        signals.order_paid.disconnect(moves)
    active.refresh_from_db()
    assert active.signal_due == MoneySignal.PAID


def test_refresh_if_stale__at_most_once_in_five_seconds(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.pay(active.order_id)
    assert services.refresh_if_stale(active).state == "PAID"
    asked = len(verbs(flowwise_emulator))
    services.refresh_if_stale(active)
    assert len(verbs(flowwise_emulator)) == asked


def test_refresh_if_stale__somebody_else_is_looking(active: Order, flowwise_emulator: Any) -> None:
    Order.objects.filter(pk=active.pk).update(checked_at=timezone.now())
    services.refresh_if_stale(active)
    assert verbs(flowwise_emulator) == ["POST"]


def test_refresh_if_stale__keeps_what_is_stored_where_nothing_is_learned(active: Order, break_call: Any) -> None:
    break_call("get_order", unknown())
    assert services.refresh_if_stale(active).state == "ACTIVE"


@pytest.mark.django_db(transaction=True)
def test_refresh_if_stale__within_a_transaction(active: Order) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        services.refresh_if_stale(active)
