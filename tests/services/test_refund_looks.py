"""Refunds whose end is still to come are looked at until it is there, and none is forgotten."""

from __future__ import annotations

import dataclasses
import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.exceptions import AuthenticationRefused, OutcomeUnknown, RequestNotSent, RequestRefused
from django_flowwise.models import Order, Payment, Refund
from tests.services.conftest import not_found, recorded, refused, unknown

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def payment(paid: Order) -> Payment:
    return paid.payments.get()


@pytest.fixture
def pending(payment: Payment, flowwise_emulator: Any) -> Refund:
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, refund_status="PENDING")
    return services.refund_payment(payment, "100")


def update(refund: Refund, **columns: Any) -> None:
    Refund.objects.filter(pk=refund.pk).update(**columns)


def looks_at(emulator: Any, refund: Refund) -> int:
    return sum(request.path == f"/router/refunds/{refund.refund_id}" for request in emulator.requests)


def test_pending__is_due_soon_and_then_settles(pending: Refund, flowwise_emulator: Any) -> None:
    assert pending.next_check_at - pending.created_at < datetime.timedelta(minutes=2)
    Order.objects.update(next_check_at=None)
    assert services.count_due() == 0
    update(pending, next_check_at=timezone.now())
    flowwise_emulator.settle_refund(pending.refund_id)
    assert services.count_due() == 1
    services.reconcile()
    pending.refresh_from_db()
    assert (pending.state, Order.objects.get().amount_refunded) == ("ACCEPTED", Decimal(100))
    assert services.count_due() == 0


def test_pending__fails_and_calls_for_a_person(pending: Refund, flowwise_emulator: Any) -> None:
    flowwise_emulator.settle_refund(pending.refund_id, "FAILED")
    order = services.refresh_order(Order.objects.get())
    pending.refresh_from_db()
    assert (pending.state, pending.next_check_at) == ("FAILED", None)
    assert [(entry["reason"], entry["evidence"]) for entry in order.attention] == [
        ("refund_failed", pending.refund_id)
    ]
    assert services.refundable_amount(pending.payment) == Decimal("2299.5")


def test_accepted__is_looked_at_once_more_and_may_still_fail(
    payment: Payment, change_answer: Any, flowwise_emulator: Any
) -> None:
    refund = services.refund_payment(payment, "100")
    services.refresh_order(payment.order)
    assert looks_at(flowwise_emulator, refund) == 0
    update(refund, next_check_at=timezone.now())
    change_answer("get_refund", refund_status="FAILED")
    services.reconcile()
    refund.refresh_from_db()
    order = Order.objects.get()
    assert (refund.state, order.amount_refunded, order.attention_reasons) == ("FAILED", 0, ["refund_failed"])


def test_accepted__is_looked_at_after_a_day_and_five(payment: Payment) -> None:
    refund = services.refund_payment(payment, "100")
    day = datetime.timedelta(days=1)
    update(refund, next_check_at=timezone.now(), settled_at=timezone.now() - 2 * day, checked_at=None)
    services.reconcile()
    refund.refresh_from_db()
    assert refund.next_check_at == refund.settled_at + 5 * day
    update(refund, next_check_at=timezone.now(), settled_at=timezone.now() - 6 * day)
    services.reconcile()
    refund.refresh_from_db()
    assert (refund.state, refund.next_check_at) == ("ACCEPTED", None)


def lost(payment: Payment, break_call: Any, *, after: bool = False) -> Refund:
    """Leave a refund in doubt."""
    break_call("refund_payment", unknown(), after=after, times=1)
    break_call("get_refund", unknown(), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment, "100")
    return Refund.objects.get()


def test_lost__that_arrived_is_found(payment: Payment, break_call: Any) -> None:
    refund = lost(payment, break_call, after=True)
    services.refresh_order(payment.order)
    refund.refresh_from_db()
    assert refund.state == "ACCEPTED"


def test_lost__is_not_given_up_at_once(payment: Payment, break_call: Any) -> None:
    refund = lost(payment, break_call)
    services.refresh_order(payment.order)
    refund.refresh_from_db()
    assert (refund.state, Order.objects.get().attention) == ("UNCONFIRMED", [])
    assert 0 < (refund.next_check_at - timezone.now()).total_seconds() <= 30


def test_lost__that_never_arrived_calls_for_a_person(payment: Payment, break_call: Any) -> None:
    refund = lost(payment, break_call)
    update(refund, maybe_sent_at=timezone.now() - HOUR, next_check_at=timezone.now())
    services.reconcile()
    refund.refresh_from_db()
    order = Order.objects.get()
    assert (refund.state, refund.next_check_at) == ("DRAFT", None)
    assert [(entry["reason"], entry["evidence"]) for entry in order.attention] == [
        ("refund_unsent", f"{refund.refund_id} #1")
    ]
    assert services.refundable_amount(payment) == Decimal("2299.5")


def test_killed__between_claim_and_post(payment: Payment, flowwise_emulator: Any) -> None:
    refund = services.refund_payment(payment, "100")
    flowwise_emulator.reset()
    update(refund, state="SUBMITTING", checked_at=None, next_check_at=None, claim_expires_at=timezone.now() + HOUR)
    assert services.count_due() == 0
    update(refund, claim_expires_at=timezone.now() - HOUR, maybe_sent_at=timezone.now() - HOUR)
    assert services.count_due() == 1


@pytest.mark.parametrize(("error", "reasons"), [(refused(403), ["cannot_tell"]), (unknown(), [])])
def test_look__that_brings_nothing(pending: Refund, break_call: Any, error: Exception, reasons: list[str]) -> None:
    break_call("get_refund", error)
    with pytest.raises(type(error)):
        services.refresh_order(Order.objects.get())
    pending.refresh_from_db()
    order = Order.objects.get()
    assert (pending.state, order.attention_reasons, order.state) == ("PENDING", reasons, "PAID")


def test_look__flowwise_has_forgotten_what_it_had(pending: Refund, break_call: Any) -> None:
    break_call("get_refund", not_found())
    services.refresh_order(Order.objects.get())
    pending.refresh_from_db()
    assert (pending.state, Order.objects.get().attention_reasons) == ("PENDING", ["cannot_tell"])
    assert pending.next_check_at > timezone.now()


def test_look__at_one_does_not_keep_another_from_being_looked_at(
    pending: Refund, break_call: Any, flowwise_emulator: Any
) -> None:
    second = services.refund_payment(pending.payment, "200")
    flowwise_emulator.settle_refund(second.refund_id)
    break_call("get_refund", refused(400), times=1)
    with pytest.raises(RequestRefused):
        services.refresh_order(Order.objects.get())
    second.refresh_from_db()
    assert second.state == "ACCEPTED"


def test_answer__that_is_older_undoes_nothing(pending: Refund, flowwise_emulator: Any) -> None:
    flowwise_emulator.settle_refund(pending.refund_id)
    update(pending, checked_at=timezone.now() + HOUR)
    services.refresh_order(Order.objects.get())
    pending.refresh_from_db()
    assert pending.state == "PENDING"


def test_order__with_a_refund_under_way_is_not_forgotten(pending: Refund) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=40)
    Order.objects.update(next_check_at=None, updated_at=long_ago)
    assert services.forget_customers(older_than_days=30).forgotten == 0
    update(pending, state="ACCEPTED")
    Order.objects.update(updated_at=long_ago)
    assert services.forget_customers(older_than_days=30).forgotten == 0
    update(pending, next_check_at=None)
    assert services.forget_customers(older_than_days=30).forgotten == 1


def test_lost__twice_calls_for_a_person_twice(payment: Payment, break_call: Any) -> None:
    for number in (1, 2):
        break_call("refund_payment", unknown(), times=1)
        with pytest.raises(OutcomeUnknown):
            services.refund_payment(payment, "100", refund_id="return-1")
        refund = Refund.objects.get()
        update(refund, maybe_sent_at=timezone.now() - HOUR)
        order = services.refresh_order(Order.objects.get())
        assert [entry["evidence"] for entry in order.attention] == [f"return-1 #{number}"]
        services.settle_attention(order, "we send it again")


def test_unsent__and_never_asked_for_again_calls_for_a_person(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", RequestNotSent("nothing left"), times=1)
    with pytest.raises(RequestNotSent):
        services.refund_payment(payment, "100")
    refund = Refund.objects.get()
    assert refund.next_check_at - timezone.now() > datetime.timedelta(minutes=59)
    update(refund, next_check_at=timezone.now())
    services.reconcile()
    refund.refresh_from_db()
    assert (refund.state, refund.next_check_at) == ("DRAFT", None)
    assert Order.objects.get().attention_reasons == ["refund_unsent"]


def test_unsent__after_a_doubt_is_looked_at_again(payment: Payment, break_call: Any) -> None:
    refund = services.refund_payment(payment, "100", refund_id="return-1")
    long_ago = timezone.now() - HOUR
    update(refund, state="SUBMITTING", checked_at=None, claim_expires_at=long_ago, maybe_sent_at=long_ago)
    break_call("get_refund", not_found(), times=1)
    break_call("refund_payment", RequestNotSent("nothing left"), times=1)
    with pytest.raises(RequestNotSent):
        services.refund_payment(payment, refund_id="return-1")
    refund.refresh_from_db()
    assert refund.state == "UNCONFIRMED"
    assert timezone.now() < refund.next_check_at < timezone.now() + datetime.timedelta(minutes=2)


@pytest.mark.parametrize(
    ("fields", "reasons"),
    [
        ({"refund_status": "PENDING"}, []),
        ({"refund_status": None}, []),
        ({"refund_status": "ONHOLD"}, ["unknown_word"]),
        ({"refund_amount": Decimal(1)}, ["belongs_to_another"]),
        (None, ["cannot_tell"]),
    ],
)
def test_accepted__is_not_due_for_ever(
    payment: Payment, change_answer: Any, break_call: Any, fields: Any, reasons: list[str]
) -> None:
    refund = services.refund_payment(payment, "100")
    long_ago = timezone.now() - datetime.timedelta(days=6)
    update(refund, next_check_at=timezone.now(), settled_at=long_ago)
    if fields is None:
        break_call("get_refund", not_found())
    else:
        change_answer("get_refund", **fields)
    services.reconcile()
    refund.refresh_from_db()
    order = Order.objects.get()
    assert (refund.state, refund.next_check_at, order.attention_reasons) == ("ACCEPTED", None, reasons)


def test_absence__outdates_no_answer_to_a_request_that_is_under_way(payment: Payment, break_call: Any) -> None:
    refund = services.refund_payment(payment, "100")
    ahead = timezone.now() + HOUR
    update(refund, state="SUBMITTING", checked_at=None, next_check_at=None, claim_expires_at=ahead)
    break_call("get_refund", not_found())
    services.refresh_order(Order.objects.get())
    refund.refresh_from_db()
    assert (refund.state, refund.checked_at) == ("SUBMITTING", None)


def test_look__that_our_own_key_is_refused_for_calls_nobody(pending: Refund, break_call: Any) -> None:
    break_call("get_refund", AuthenticationRefused("no", http_status=401))
    with pytest.raises(AuthenticationRefused):
        services.refresh_order(Order.objects.get())
    assert Order.objects.get().attention == []


def test_look__that_fails_keeps_no_signal_back(pending: Refund, break_call: Any, flowwise_emulator: Any) -> None:
    flowwise_emulator.reverse(pending.payment.payment_id)
    break_call("get_refund", unknown())
    with recorded(signals.order_reversed) as told, pytest.raises(OutcomeUnknown):
        services.refresh_order(Order.objects.get())
    assert told.states == ["REVERSED"]


def test_answer__with_blank_ids_is_ours(payment: Payment, change_answer: Any) -> None:
    change_answer("refund_payment", payment_id="", order_id="")
    assert services.refund_payment(payment).state == "ACCEPTED"


def test_receiver__that_asks_for_refunds_is_told_once(payment: Payment, change_answer: Any) -> None:
    told: list[int] = []

    def receive(order: Order, **kwargs: Any) -> None:
        told.append(order.pk)
        services.refund_payment(Payment.objects.get(order=order.pk), "100", refund_id="return-1")

    change_answer("get_order", order_status="BREWING")
    signals.order_needs_attention.connect(receive)
    try:
        services.refresh_order(payment.order)
        heard = len(told)
        services.reconcile()
        services.reconcile()
    finally:
        signals.order_needs_attention.disconnect(receive)
    assert len(told) == heard == 2  # for the order's unknown word, and for what it does not say of the payment
    assert Order.objects.get().signal_due == 0


def test_sum__is_of_the_orders_currency_alone(payment: Payment) -> None:
    refund = services.refund_payment(payment, "100")
    Payment.objects.update(payment_currency="USD")
    update(refund, refund_currency="USD")
    payment.refresh_from_db()
    services.refund_payment(payment, "30")
    assert Order.objects.get().amount_refunded == 0


def test_unknown_word__of_each_refund_by_itself(payment: Payment, change_answer: Any) -> None:
    for method in ("refund_payment", "get_refund"):
        change_answer(method, refund_status="ONHOLD")
    for refund_id in ("A-1", "A-2"):
        services.refund_payment(payment, "10", refund_id=refund_id)
        order = Order.objects.get()
        assert order.attention_reasons == ["unknown_word"]
        services.settle_attention(order, "Flowwise was asked")
