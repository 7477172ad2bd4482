"""From a reference to an order that can be paid."""

from __future__ import annotations

import dataclasses
import datetime
import time
from contextlib import nullcontext
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from django_flowwise import services
from django_flowwise.client import Deadline, FlowwiseClient, exchange
from django_flowwise.client.deadline import Call
from django_flowwise.exceptions import MoveNotAllowed, OrderBusy, OutcomeUnknown, RequestNotSent, TransactionOpen
from django_flowwise.models import Order
from django_flowwise.services import placement
from django_flowwise.wire import PaymentSnapshot
from tests.services.conftest import unknown, verbs

pytestmark = pytest.mark.django_db

CONTENT: dict[str, Any] = {
    "reference": "INV-1001",
    "order_amount": Decimal("2299.50"),
    "order_currency": "INR",
    "customer_id": "cust_1",
}


def place() -> Order:
    return services.place_order(**CONTENT)


def test_place__creates_and_submits(flowwise_emulator: Any) -> None:
    order = place()
    assert (order.state, verbs(flowwise_emulator)) == ("ACTIVE", ["POST"])
    assert place() == order
    flowwise_emulator.pay(order.order_id)
    services.refresh_order(order)
    assert place().state == "PAID"
    assert verbs(flowwise_emulator).count("POST") == 1


@pytest.mark.parametrize("state", ["DRAFT", "REFUSED", "UNCONFIRMED"])
def test_place__submits_what_was_not_there(state: str, flowwise_emulator: Any) -> None:
    order = services.create_order(**CONTENT)
    Order.objects.filter(pk=order.pk).update(state=state)
    assert place().state == "ACTIVE"
    assert Order.objects.count() == 1


def test_place__busy(flowwise_emulator: Any) -> None:
    order = services.create_order(**CONTENT)
    later = timezone.now() + datetime.timedelta(seconds=60)
    Order.objects.filter(pk=order.pk).update(state="SUBMITTING", claim_expires_at=later)
    with pytest.raises(OrderBusy):
        place()


def test_place__reissues_what_has_expired(flowwise_emulator: Any) -> None:
    old = place()
    flowwise_emulator.expire(old.order_id)
    services.refresh_order(old)
    assert old.state == "EXPIRED"
    new = place()
    old.refresh_from_db()
    assert (new.state, old.state, old.superseded_by) == ("ACTIVE", "WITHDRAWN", new)
    assert new.order_id != old.order_id
    assert len(flowwise_emulator.orders) == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("call", [place, lambda: services.reissue_order(Order())])
def test_within_a_transaction__nothing_is_saved(call: Any, flowwise_emulator: Any) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        call()
    assert Order.objects.count() == 0


def test_reissue__asks_first_and_keeps_the_content(flowwise_emulator: Any) -> None:
    old = services.place_order(**CONTENT, order_tags={"source": "web"}, order_note="gift")
    flowwise_emulator.expire(old.order_id)
    new = services.reissue_order(old)
    assert (new.order_tags, new.order_note, new.order_amount) == ({"source": "web"}, "gift", old.order_amount)
    assert services.reissue_order(old) == new
    assert verbs(flowwise_emulator).count("POST") == 2


def test_reissue__a_link_that_still_works(flowwise_emulator: Any) -> None:
    with pytest.raises(MoveNotAllowed, match="has not expired"):
        services.reissue_order(place())


def test_reissue__its_time_is_up_though_flowwise_says_active(flowwise_emulator: Any, change_answer: Any) -> None:
    order = place()
    past = timezone.now() - datetime.timedelta(seconds=1)
    change_answer("get_order", order_expiry_time=past)
    assert services.reissue_order(order).pk != order.pk


@pytest.mark.parametrize("word", ["SUCCESS", "PENDING", "BREWING"])
def test_reissue__stops_where_money_may_come(
    flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    order = place()
    flowwise_emulator.fail(order.order_id)
    flowwise_emulator.expire(order.order_id)
    [payment] = flowwise_emulator.payments[order.order_id]
    snapshot = PaymentSnapshot(order_id=order.order_id, payment_id=payment["payment_id"], status=word)
    monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: (snapshot,))
    with pytest.raises(MoveNotAllowed, match="successful or still open"):
        services.reissue_order(order)
    order.refresh_from_db()
    assert order.state == "EXPIRED"


@pytest.mark.parametrize("status", ["FAILED", "SUCCESS", "VOID"])
def test_reissue__a_voided_payment_does_not_stop_it(flowwise_emulator: Any, status: str) -> None:
    behaviour = flowwise_emulator.behaviour
    flowwise_emulator.behaviour = dataclasses.replace(behaviour, voided_payment_status=status)
    order = place()
    flowwise_emulator.authorise(order.order_id)
    services.refresh_order(order)
    services.void_payment(order.payments.get())
    flowwise_emulator.expire(order.order_id)
    assert services.reissue_order(order).state == "ACTIVE"


@pytest.mark.parametrize("listed", [(), (PaymentSnapshot(payment_id="pay_other", status="FAILED"),)])
def test_reissue__stops_where_money_is_held_though_the_list_leaves_it_out(
    held: Order, flowwise_emulator: Any, answer_payments: Any, listed: Any
) -> None:
    flowwise_emulator.expire(held.order_id)
    services.refresh_order(held)
    answer_payments(*listed)
    with pytest.raises(MoveNotAllowed, match="successful or still open"):
        services.reissue_order(held)
    assert Order.objects.get().state == "EXPIRED"


@pytest.mark.parametrize(
    ("word", "capture"),
    [("SUCCESS", "FAILED"), ("CANCELLED", None), ("NOT_ATTEMPTED", None), ("REFUNDED", "SUCCESS"), ("VOID", None)],
)
def test_reissue__not_stopped_by_what_brings_no_money(
    flowwise_emulator: Any, answer_payments: Any, word: str, capture: str | None
) -> None:
    order = place()
    flowwise_emulator.expire(order.order_id)
    answer_payments(PaymentSnapshot(payment_id="pay_1", status=word, capture_status=capture))
    assert services.reissue_order(order).state == "ACTIVE"


@pytest.mark.parametrize(("amount", "is_whole"), [("100", True), ("99", False)])
def test_reissue__once_all_of_the_money_has_been_given_back(
    active: Order, flowwise_emulator: Any, change_answer: Any, amount: str, is_whole: bool
) -> None:
    flowwise_emulator.pay(active.order_id, amount="100")
    services.refresh_order(active)
    services.refund_payment(active.payments.get(), amount)
    past = timezone.now() - datetime.timedelta(days=1)
    change_answer("get_order", order_status="EXPIRED", order_expiry_time=past)
    services.settle_attention(services.refresh_order(active), "another amount was paid, and given back")
    assert services.has_secured_money(active) is not is_whole
    with nullcontext() if is_whole else pytest.raises(MoveNotAllowed, match="successful or still open"):
        assert services.reissue_order(active).state == "ACTIVE"


def test_reissue__a_failed_payment_does_not_stop_it(flowwise_emulator: Any) -> None:
    order = place()
    flowwise_emulator.fail(order.order_id)
    flowwise_emulator.expire(order.order_id)
    assert services.reissue_order(order).state == "ACTIVE"


def test_reissue__goes_on_where_it_was_cut_off(flowwise_emulator: Any, break_call: Any) -> None:
    old = place()
    flowwise_emulator.expire(old.order_id)
    break_call("create_order", KeyboardInterrupt(), times=1)
    with pytest.raises(KeyboardInterrupt):
        services.reissue_order(old)
    Order.objects.filter(state="SUBMITTING").update(state="DRAFT")
    new = services.reissue_order(old)
    assert (new.state, Order.objects.count()) == ("ACTIVE", 2)


def test_reissue__somebody_else_was_quicker(flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    old = place()
    flowwise_emulator.expire(old.order_id)
    real = placement.replace_order

    def slower(live: Order, draft: Order, **kwargs: Any) -> bool:
        services.reissue_order(Order.objects.get(pk=live.pk))
        return real(live, draft, **kwargs)

    monkeypatch.setattr(placement, "replace_order", lambda *a, **k: (monkeypatch.undo(), slower(*a, **k))[1])
    new = services.reissue_order(old)
    assert new.state == "ACTIVE"
    assert Order.objects.count() == 2


def test_reissue__unknown_outcome_keeps_the_new_order(flowwise_emulator: Any, break_call: Any) -> None:
    old = place()
    flowwise_emulator.expire(old.order_id)
    break_call("create_order", unknown())
    with pytest.raises(type(unknown())):
        services.reissue_order(old)
    assert sorted(Order.objects.values_list("state", flat=True)) == ["UNCONFIRMED", "WITHDRAWN"]


def test_reissue__has_one_deadline_for_all_its_calls(
    flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = place()
    flowwise_emulator.expire(order.order_id)
    given: list[Deadline] = []
    monkeypatch.setattr(exchange, "Call", lambda deadline: given.append(deadline) or Call(deadline))
    services.reissue_order(order)
    left_seconds = [deadline.left_seconds for deadline in given]
    assert len(left_seconds) > 3
    assert max(left_seconds) == left_seconds[0]


@pytest.mark.parametrize("operation", ["get_order", "list_payments", "create_order"])
def test_reissue__ends_at_the_deadline(flowwise_emulator: Any, settings: Any, operation: str) -> None:
    settings.FLOWWISE["default"] |= {"DEADLINE_SECONDS": 0.8, "READ_TIMEOUT_SECONDS": 30}
    order = place()
    flowwise_emulator.expire(order.order_id)
    flowwise_emulator.fail_all("kept_late", operation=operation, seconds=30)
    began = time.monotonic()
    with pytest.raises((OutcomeUnknown, RequestNotSent)):
        services.reissue_order(order)
    assert time.monotonic() - began < 15


def test_reissue__that_there_are_no_payments_may_be_said_by_a_404(flowwise_emulator: Any) -> None:
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, no_payments="404")
    order = place()
    flowwise_emulator.expire(order.order_id)
    assert services.reissue_order(order).state == "ACTIVE"


def test_reissue__not_what_a_person_must_look_at(flowwise_emulator: Any) -> None:
    order = place()
    flowwise_emulator.expire(order.order_id)
    attention = [{"reason": "belongs_to_another", "evidence": "", "at": "x"}]
    Order.objects.filter(pk=order.pk).update(attention=attention)
    with pytest.raises(MoveNotAllowed, match="needs a person"):
        services.reissue_order(order)
