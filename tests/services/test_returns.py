"""What a customer who comes back is told."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from django_flowwise import services
from django_flowwise.exceptions import TransactionOpen
from django_flowwise.models import Order
from django_flowwise.services import PaymentProgress
from django_flowwise.wire import PaymentSnapshot
from tests.factories import make_order
from tests.services.conftest import unknown, verbs

pytestmark = pytest.mark.django_db


def test_return__asks_at_most_once_in_five_seconds(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.pay(active.order_id)
    assert services.refresh_after_return(active) is False
    assert active.state == "PAID"
    asked = len(verbs(flowwise_emulator))
    services.refresh_after_return(active)
    assert len(verbs(flowwise_emulator)) == asked == 3


def test_return__somebody_else_is_looking(active: Order, flowwise_emulator: Any) -> None:
    Order.objects.filter(pk=active.pk).update(checked_at=timezone.now())
    assert services.refresh_after_return(active) is False
    assert verbs(flowwise_emulator) == ["POST"]


def test_return__keeps_what_is_stored_where_nothing_is_learned(active: Order, break_call: Any) -> None:
    break_call("get_order", unknown())
    assert services.refresh_after_return(active) is False
    assert active.state == "ACTIVE"


def test_return__of_a_draft_asks_nothing(flowwise_emulator: Any) -> None:
    assert services.refresh_after_return(make_order()) is False
    assert verbs(flowwise_emulator) == []


@pytest.mark.parametrize(
    ("payments", "has_failed"),
    [(["fail"], True), (["fail", "drop"], True), ([], False), (["fail", "pay"], False)],
)
def test_return__every_payment_has_failed(
    active: Order, flowwise_emulator: Any, payments: list[str], has_failed: bool
) -> None:
    for act in payments:
        getattr(flowwise_emulator, act)(active.order_id)
    assert services.refresh_after_return(active) is has_failed


def test_return__of_an_earlier_failure_nothing_is_told(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail(active.order_id)
    assert services.refresh_after_return(active) is True
    flowwise_emulator.pay(active.order_id)
    assert services.refresh_after_return(active) is False


@pytest.mark.parametrize(
    ("acts", "progress"),
    [
        ([], PaymentProgress.UNKNOWN),
        (["fail"], PaymentProgress.FAILED),
        (["fail", "drop"], PaymentProgress.FAILED),
        (["start_payment"], PaymentProgress.UNDER_WAY),
        (["fail", "start_payment"], PaymentProgress.UNDER_WAY),
        (["start_payment", "fail"], PaymentProgress.UNDER_WAY),
        (["authorise"], PaymentProgress.UNDER_WAY),
        (["pay"], PaymentProgress.UNDER_WAY),
    ],
)
def test_progress__of_the_payments_last_seen(
    active: Order, flowwise_emulator: Any, acts: list[str], progress: PaymentProgress
) -> None:
    for act in acts:
        getattr(flowwise_emulator, act)(active.order_id)
    assert services.payment_progress(active) is PaymentProgress.UNKNOWN
    services.refresh_order(active)
    asked = len(verbs(flowwise_emulator))
    assert services.payment_progress(active) is progress
    assert len(verbs(flowwise_emulator)) == asked


def test_progress__voided_money_may_be_paid_anew(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.authorise(active.order_id)
    services.refresh_order(active)
    services.void_payment(active.payments.get())
    assert services.payment_progress(active) is not PaymentProgress.UNDER_WAY


def test_return__not_failed_where_the_list_leaves_held_money_out(held: Order, answer_payments: Any) -> None:
    Order.objects.update(checked_at=timezone.now() - datetime.timedelta(minutes=1))
    answer_payments(PaymentSnapshot(payment_id="pay_other", status="FAILED"))
    assert services.refresh_after_return(Order.objects.get()) is False
    assert services.payment_progress(held) is PaymentProgress.UNDER_WAY


def test_return__failed_and_then_expired_is_over(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail(active.order_id)
    flowwise_emulator.expire(active.order_id)
    assert services.refresh_after_return(active) is False
    assert active.state == "EXPIRED"


@pytest.mark.django_db(transaction=True)
def test_return__within_a_transaction(active: Order) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        services.refresh_after_return(active)
