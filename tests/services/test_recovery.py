"""What was left in doubt, and the signals that are still due."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.exceptions import FlowwiseConfigurationError, TransactionOpen
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


def test_reconcile__says_what_it_could_not_learn(draft: Order, break_call: Any) -> None:
    doubt(draft)
    break_call("get_order", unknown())
    report = services.reconcile()
    assert {look.pk: look.problem for look in report.unlearned} == {draft.pk: "no answer"}
    draft.refresh_from_db()
    assert draft.next_check_at > timezone.now()


def test_reconcile__counts_what_was_made_elsewhere_and_never_looks_at_it(
    draft: Order, flowwise_emulator: Any, settings: Any
) -> None:
    settings.FLOWWISE["second"] = settings.FLOWWISE["default"]
    for account, base_url in (("default", "https://app.flowwise.com/router"), ("second", "https://x.example")):
        doubt(make_order(account=account), base_url=base_url)
    doubt(draft, base_url=flowwise_emulator.base_url)
    report = services.reconcile()
    assert [look.pk for look in report.looked_at] == [draft.pk]
    assert report.elsewhere == 2
    assert services.reconcile(account="default").elsewhere == 1
    assert len(verbs(flowwise_emulator)) == 1


def test_reconcile__an_unknown_account() -> None:
    with pytest.raises(FlowwiseConfigurationError, match="no account 'nowhere'"):
        services.reconcile(account="nowhere")


def test_reconcile__can_be_ended_after_any_look(flowwise_emulator: Any) -> None:
    orders = [doubt(make_order()) for _ in range(3)]
    seen: list[int] = []

    def on_look(look: services.LookedAt) -> bool:
        seen.append(look.pk)
        return len(seen) < 2

    assert services.count_due() == 3
    report = services.reconcile(on_look=on_look)
    assert [look.pk for look in report.looked_at] == seen == [order.pk for order in orders[:2]]
    assert services.count_due() == 1


@pytest.mark.parametrize("when", ["before", "during"])
def test_reconcile__a_row_that_is_deleted_meanwhile(
    draft: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """Nobody should delete such a row; if it happens, the others are looked at all the same."""
    doubt(draft)
    other = doubt(make_order())
    real_find, real_take = recovery._find, recovery._take

    def find(pk: int) -> Order | None:
        if pk == draft.pk and when == "before":
            Order.objects.filter(pk=pk).delete()
        return real_find(pk)

    def take(order: Order) -> bool:
        is_taken = real_take(order)
        if order.pk == draft.pk:
            Order.objects.filter(pk=order.pk).delete()
        return is_taken

    monkeypatch.setattr(recovery, "_find", find)
    monkeypatch.setattr(recovery, "_take", take)
    assert [look.pk for look in services.reconcile().looked_at] == [other.pk]


def test_reconcile__one_answer_that_cannot_be_read_does_not_stop_the_others(
    active: Order, flowwise_emulator: Any
) -> None:
    flowwise_emulator.pay(active.order_id)
    first = doubt(make_order())
    Order.objects.filter(pk=active.pk).update(next_check_at=timezone.now(), checked_at=timezone.now())
    flowwise_emulator.fail_next("not_json")
    looks = services.reconcile().looked_at
    assert [(look.pk, look.after, bool(look.problem)) for look in looks] == [
        (first.pk, "UNCONFIRMED", True),
        (active.pk, "PAID", False),
    ]


@pytest.mark.parametrize("answers", ["not there", "another", "there"])
def test_reconcile__stops_looking_once_nothing_can_happen_any_more(
    active: Order, flowwise_emulator: Any, change_answer: Any, answers: str
) -> None:
    """But only an answer ends the looks: until then a payment may wait there to be seen."""
    services.withdraw_order(active)
    long_ago = timezone.now() - datetime.timedelta(days=9)
    due = {"next_check_at": long_ago, "order_expiry_time": long_ago}
    Order.objects.filter(pk=active.pk).update(**due)
    flowwise_emulator.fail_next("status_503")
    assert len(services.reconcile().unlearned) == 1
    active.refresh_from_db()
    assert active.next_check_at is not None
    Order.objects.filter(pk=active.pk).update(**due)
    if answers == "not there":
        flowwise_emulator.reset()
    change_answer(
        "get_order", order_expiry_time=long_ago, **({"customer_id": "x"} if answers == "another" else {})
    )
    services.reconcile()
    active.refresh_from_db()
    assert active.next_check_at is None


def test_reconcile__a_paid_order_is_found_though_the_last_look_failed(
    active: Order, flowwise_emulator: Any
) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=2)
    flowwise_emulator.pay(active.order_id)
    Order.objects.filter(pk=active.pk).update(next_check_at=long_ago, order_expiry_time=long_ago)
    flowwise_emulator.fail_next("status_503")
    services.reconcile()
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=2)):
        services.reconcile()
    active.refresh_from_db()
    assert active.state == "PAID"


def test_reconcile__can_be_stopped_before_each_order_and_each_signal(
    active: Order, flowwise_emulator: Any
) -> None:
    for order in (make_order(), make_order()):
        Order.objects.filter(pk=order.pk).update(state="PAID", signal_due=MoneySignal.PAID)
    doubt(active)
    asked: list[bool] = []

    def is_stopped() -> bool:
        asked.append(True)
        return len(asked) > 1

    report = services.reconcile(is_stopped=is_stopped)
    assert (report.signals_delivered, report.signals_left, report.looked_at) == (1, 1, ())


def test_reconcile__starves_no_signal_of_those_that_always_fail(db: None) -> None:
    orders = [make_order() for _ in range(3)]
    Order.objects.update(state="PAID", signal_due=MoneySignal.PAID)
    heard: set[int] = set()

    def fails_for_all_but_the_first(order: Order, **kwargs: Any) -> None:
        heard.add(order.pk)
        if order.pk != orders[0].pk:
            raise LookupError

    signals.order_paid.connect(fails_for_all_but_the_first)
    try:
        for _ in range(60):
            services.reconcile(limit=1)
    finally:
        signals.order_paid.disconnect(fails_for_all_but_the_first)
    assert heard == {order.pk for order in orders}
    assert Order.objects.with_signals_due().count() == 2


def test_reconcile__an_account_that_is_gone(flowwise_emulator: Any) -> None:
    """Its signals need no account, and its orders are not forgotten in silence."""
    Order.objects.filter(pk=make_order(account="gone").pk).update(state="PAID", signal_due=MoneySignal.PAID)
    doubt(make_order(account="gone"))
    report = services.reconcile()
    assert (report.signals_delivered, report.signals_left, report.elsewhere) == (1, 0, 1)


def test_reconcile__trouble_with_one_row_is_that_rows(active: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    other = doubt(make_order())
    doubt(active)
    real = recovery.refresh_within

    def breaks(order: Order) -> Any:
        if order.pk == other.pk:
            raise IntegrityError("Failing row contains (priya.sharma@example.com)")
        return real(order)

    monkeypatch.setattr(recovery, "refresh_within", breaks)
    problems = {look.pk: look.problem for look in services.reconcile().looked_at}
    assert problems == {active.pk: "", other.pk: "IntegrityError"}


@pytest.mark.parametrize("dry_run", [False, True])
def test_reconcile__says_that_payments_could_not_be_listed(
    active: Order, break_call: Any, flowwise_emulator: Any, dry_run: bool
) -> None:
    flowwise_emulator.expire(active.order_id)
    doubt(active, state="ACTIVE", next_check_at=timezone.now())
    break_call("list_payments", unknown())
    report = services.reconcile(dry_run=dry_run)
    assert [(look.after, look.problem) for look in report.looked_at] == [("EXPIRED", str(unknown()))]
    assert report.unlearned == report.looked_at


def test_reconcile__limits_the_signals_too(db: None) -> None:
    for order in (make_order(), make_order(), make_order()):
        Order.objects.filter(pk=order.pk).update(state="PAID", signal_due=MoneySignal.PAID)
    report = services.reconcile(limit=2)
    assert (report.signals_delivered, report.signals_left) == (2, 1)


@pytest.mark.parametrize(
    "case", ["there", "not there", "left behind", "too soon", "paid", "expired", "foreign", "silent"]
)
def test_reconcile__a_dry_run_foresees_what_a_run_does(
    case: str, draft: Order, flowwise_emulator: Any, change_answer: Any, break_call: Any
) -> None:
    if case in {"there", "paid", "expired", "foreign"}:
        services.submit_order(draft)
    if case == "paid":
        flowwise_emulator.pay(draft.order_id)
    if case == "expired":
        flowwise_emulator.expire(draft.order_id)
    if case == "foreign":
        change_answer("get_order", customer_id="somebody else")
    if case == "silent":
        break_call("get_order", unknown())
    moment = timezone.now()
    lapsed = moment - datetime.timedelta(seconds=1)
    special = {
        "too soon": {"maybe_sent_at": moment},
        "left behind": {"state": "SUBMITTING", "claim_expires_at": lapsed},
    }
    doubt(draft, **special.get(case, {}))
    row = Order.objects.filter(pk=draft.pk).values()
    before = row.get()
    [foreseen] = services.reconcile(dry_run=True).looked_at
    assert row.get() == before
    [done] = services.reconcile().looked_at
    assert foreseen == done
    assert verbs(flowwise_emulator).count("POST") == (case in {"there", "paid", "expired", "foreign"})


def test_reconcile__a_dry_run_of_a_row_that_is_gone(
    draft: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubt(draft)
    monkeypatch.setattr(recovery, "_find", lambda pk: None)
    assert services.reconcile(dry_run=True).looked_at == ()


def test_reconcile__a_dry_run_changes_nothing(draft: Order, flowwise_emulator: Any) -> None:
    doubt(draft)
    Order.objects.filter(pk=draft.pk).update(signal_due=MoneySignal.PAID)
    before = Order.objects.filter(pk=draft.pk).values().get()
    report = services.reconcile(dry_run=True)
    assert [(look.pk, look.after) for look in report.looked_at] == [(draft.pk, "DRAFT")]
    assert (report.signals_delivered, report.signals_left) == (0, 1)
    assert Order.objects.filter(pk=draft.pk).values().get() == before
    assert verbs(flowwise_emulator) == ["GET"]


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


def test_reconcile__leaves_to_another_what_that_one_has_looked_at_meanwhile(
    draft: Order, flowwise_emulator: Any
) -> None:
    """Two at once list the same orders; what one has looked at since, the other does not look at again."""
    orders = [doubt(draft), doubt(make_order())]
    others: list[int] = []

    def another_looks(look: services.LookedAt) -> bool:
        others.extend([look.pk, *(other.pk for other in services.reconcile().looked_at)])
        return True

    looks = services.reconcile(on_look=another_looks).looked_at
    assert [look.pk for look in looks] == [orders[0].pk]
    assert others == [order.pk for order in orders]
    assert verbs(flowwise_emulator) == ["GET", "GET"]


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
        Order.objects.filter(pk=order.pk).update(attention=[{"reason": "paid_twice", "at": "2026-01-01"}])

    flowwise_emulator.pay(active.order_id)
    signals.order_paid.connect(moves)
    try:
        services.refresh_order(active)
    finally:
        signals.order_paid.disconnect(moves)
    active.refresh_from_db()
    assert active.signal_due == MoneySignal.PAID
