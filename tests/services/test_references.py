"""Money for an order that had left its reference's place: nobody is sent to pay a second time."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.exceptions import MoveNotAllowed, ReferenceInUse
from django_flowwise.models import Order
from django_flowwise.services import references, withdrawal
from django_flowwise.states import MoneySignal
from tests.services.conftest import recorded

pytestmark = pytest.mark.django_db(transaction=True)

CONTENT: dict[str, Any] = {"reference": "R", "order_currency": "INR", "customer_id": "cust_1"}


def place(amount: int = 5, **options: Any) -> Order:
    return services.place_order(**CONTENT, order_amount=Decimal(amount), **options)


@pytest.fixture
def replaced(flowwise_emulator: Any) -> tuple[Order, Order]:
    """Give an order and the live one that took its place."""
    old = place()
    new = place(7, supersede=True)
    old.refresh_from_db()
    assert (old.state, old.superseded_by) == ("WITHDRAWN", new)
    return old, new


@pytest.fixture
def paid_beside(replaced: tuple[Order, Order], flowwise_emulator: Any) -> tuple[Order, Order]:
    """Give both once the replaced one has been paid."""
    old, new = replaced
    flowwise_emulator.pay(old.order_id)
    services.refresh_order(old)
    new.refresh_from_db()
    return old, new


def leads_to_payment(order: Order, client: Client) -> bool:
    return client.get(order.get_absolute_url()).status_code == 302


def test_paid__the_live_one_is_held(paid_beside: tuple[Order, Order], client: Client) -> None:
    old, new = paid_beside
    assert (old.state, old.live_key, old.attention_reasons) == ("PAID", None, ["paid_after_withdrawal"])
    assert (new.state, new.attention_reasons) == ("ACTIVE", ["reference_already_paid"])
    assert not leads_to_payment(new, client)


def test_paid__the_live_one_is_held_before_receivers_run(
    replaced: tuple[Order, Order], flowwise_emulator: Any
) -> None:
    old, new = replaced
    seen: list[list[str]] = []

    def look(order: Order, **kwargs: Any) -> None:
        seen.append(Order.objects.get(pk=new.pk).attention_reasons)

    flowwise_emulator.pay(old.order_id)
    signals.order_paid.connect(look)
    try:
        services.refresh_order(old)
    finally:
        signals.order_paid.disconnect(look)
    assert seen == [["reference_already_paid"]]


def test_paid__a_process_that_ends_before_the_live_one_is_held(
    replaced: tuple[Order, Order], flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = replaced
    flowwise_emulator.pay(old.order_id)

    def killed(*args: Any, **kwargs: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(references, "require_attention", killed)
        with pytest.raises(KeyboardInterrupt):
            services.refresh_order(old)
    assert Order.objects.get(pk=old.pk).signal_due & MoneySignal.PAID
    services.reconcile()
    new.refresh_from_db()
    assert new.attention_reasons == ["reference_already_paid"]


def test_paid__no_new_link_for_the_one_that_is_held(
    paid_beside: tuple[Order, Order], flowwise_emulator: Any, client: Client
) -> None:
    _, new = paid_beside
    flowwise_emulator.expire(new.order_id)
    for call in (lambda: services.reissue_order(new), lambda: place(7), lambda: place(9, supersede=True)):
        with pytest.raises(MoveNotAllowed, match="paid"):
            call()
    assert client.post(new.get_absolute_url()).status_code == 409
    assert Order.objects.count() == 2
    new.refresh_from_db()
    assert new.live_key is not None


def test_paid__the_withdrawn_live_one_gives_its_place_to_the_paid_one(paid_beside: tuple[Order, Order]) -> None:
    old, new = paid_beside
    services.withdraw_order(new)
    old.refresh_from_db()
    assert (old.live_key is not None, new.live_key) == (True, None)
    assert place() == old
    with pytest.raises(ReferenceInUse):
        place(9)


def test_paid__in_the_very_moment_of_a_supersede(
    replaced: tuple[Order, Order], flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, _ = replaced
    flowwise_emulator.pay(old.order_id)

    def paid_just_after(order: Order) -> None:
        Order.objects.filter(pk=old.pk).update(state="PAID")

    monkeypatch.setattr(withdrawal, "_refuse_if_paid", paid_just_after)
    newest = place(9, supersede=True)
    newest.refresh_from_db()
    assert newest.attention_reasons == ["reference_already_paid"]


@pytest.mark.parametrize("has_live", [True, False])
def test_accepted__as_proven_money_does(replaced: tuple[Order, Order], client: Client, has_live: bool) -> None:
    old, new = replaced
    if not has_live:
        services.withdraw_order(new)
    with recorded(signals.order_paid) as told:
        services.settle_attention(old, "the bank has it", accept_as_paid=True)
    new.refresh_from_db()
    assert (old.state, old.live_key is None, told.states) == ("PAID", has_live, ["PAID"])
    if has_live:
        assert not leads_to_payment(new, client)
    else:
        assert place() == old


def test_accepted__while_another_takes_the_place(
    replaced: tuple[Order, Order], monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = replaced
    monkeypatch.setattr("django_flowwise.services.settling.place_for", lambda order: new.live_key)
    services.settle_attention(old, "the bank has it", accept_as_paid=True)
    assert (old.state, old.live_key) == ("PAID", None)


def test_settled__stays_settled_until_something_else_is_seen(
    paid_beside: tuple[Order, Order], client: Client
) -> None:
    old, new = paid_beside
    services.settle_attention(new, "the customer wants both")
    services.settle_attention(old, "the customer wants both")
    for order in (old, new):
        Order.objects.filter(pk=order.pk).update(signal_due=0, next_check_at=timezone.now())
    Order.objects.filter(pk=old.pk).update(signal_due=MoneySignal.PAID)
    services.reconcile()
    new.refresh_from_db()
    assert new.attention == []
    assert leads_to_payment(new, client)
    references.hold_if_paid(new)
    assert new.attention == []


def test_place_for__is_the_orders_own_or_a_free_one(replaced: tuple[Order, Order]) -> None:
    old, new = replaced
    assert references.place_for(new) == new.live_key
    assert references.place_for(old) is None
    services.withdraw_order(new)
    assert references.place_for(old) is not None


def test_age__does_not_matter(replaced: tuple[Order, Order], flowwise_emulator: Any) -> None:
    old, new = replaced
    flowwise_emulator.pay(old.order_id)
    Order.objects.filter(pk=old.pk).update(next_check_at=timezone.now() - datetime.timedelta(days=1))
    services.reconcile()
    new.refresh_from_db()
    assert new.attention_reasons == ["reference_already_paid"]


def test_settle__by_a_stale_hand_gives_no_place_away(flowwise_emulator: Any) -> None:
    stale = place()
    Order.objects.filter(pk=stale.pk).update(next_check_at=timezone.now())
    services.reconcile()
    with pytest.raises(MoveNotAllowed, match="has changed"):
        services.settle_attention(stale, "the bank has it", accept_as_paid=True)
    stale.refresh_from_db()
    assert (stale.state, stale.live_key is None) == ("ACTIVE", False)
    assert place() == stale


def test_paid__while_the_live_one_is_withdrawn_takes_the_place(
    replaced: tuple[Order, Order], flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = replaced
    flowwise_emulator.pay(old.order_id)
    real = references.place_for

    def withdrawn_just_after(order: Order) -> str | None:
        key = real(order)
        services.withdraw_order(Order.objects.get(pk=new.pk))
        return key

    monkeypatch.setattr("django_flowwise.services.settlement.place_for", withdrawn_just_after)
    services.refresh_order(old)
    assert (old.state, old.live_key is None) == ("PAID", False)
    assert place() == old


def test_paid__is_not_told_before_the_live_one_is_held(
    replaced: tuple[Order, Order], flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = replaced
    flowwise_emulator.pay(old.order_id)
    with monkeypatch.context() as patch, recorded(signals.order_paid) as told:
        patch.setattr(references, "require_attention", lambda *args, **kwargs: False)
        services.refresh_order(old)
        assert (old.state, told.states) == ("PAID", [])
    services.reconcile()
    new.refresh_from_db()
    assert new.attention_reasons == ["reference_already_paid"]
