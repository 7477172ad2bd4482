"""Held money: taken or let go once, and read back where nobody knows."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from django_flowwise import services
from django_flowwise.client import FlowwiseClient
from django_flowwise.exceptions import (
    FlowwiseConfigurationError,
    MoveNotAllowed,
    OrderBusy,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
    TransactionOpen,
)
from django_flowwise.models import Order, Payment
from django_flowwise.wire import PaymentSnapshot
from tests.services.conftest import refused, unknown

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def payment(held: Order) -> Payment:
    return held.payments.get()


def authorizations(emulator: Any) -> list[Any]:
    return [request.json for request in emulator.requests if request.path.endswith("/authorize")]


def test_held__is_not_paid(payment: Payment) -> None:
    assert (payment.is_held, payment.is_successful, payment.amount_captured) == (True, False, 0)
    assert (payment.order.state, payment.order.attention) == ("ACTIVE", [])


def test_capture__proves_the_order_paid(payment: Payment, flowwise_emulator: Any) -> None:
    captured = services.capture_payment(payment)
    assert captured is payment
    assert (payment.is_successful, payment.amount_captured, payment.capture_action) == (
        True,
        Decimal("2299.5"),
        "",
    )
    assert (payment.order.state, payment.order.amount_paid) == ("PAID", Decimal("2299.5"))
    assert authorizations(flowwise_emulator) == [{"action": "CAPTURE", "capture_amount": Decimal("2299.5")}]


def test_capture__of_what_is_captured_asks_nothing(payment: Payment, flowwise_emulator: Any) -> None:
    services.capture_payment(payment)
    asked = len(flowwise_emulator.requests)
    services.capture_payment(payment)
    assert len(flowwise_emulator.requests) == asked


def test_capture__of_what_another_call_has_captured_meanwhile(held: Order, flowwise_emulator: Any) -> None:
    stale = held.payments.get()
    services.capture_payment(held.payments.get())
    assert services.capture_payment(stale).is_successful
    assert len(authorizations(flowwise_emulator)) == 1
    assert Payment.objects.get().capture_action == ""


def test_capture__of_a_part(payment: Payment, flowwise_emulator: Any) -> None:
    services.capture_payment(payment, "1000")
    assert (payment.amount_captured, services.refundable_amount(payment)) == (1000, 1000)
    order = Order.objects.get()
    assert (order.state, order.attention_reasons) == ("ACTIVE", ["amount_differs"])


def test_void__lets_the_money_go(payment: Payment, flowwise_emulator: Any) -> None:
    services.void_payment(payment)
    assert (payment.capture_status, payment.is_held, payment.is_successful) == ("VOIDED", False, False)
    assert authorizations(flowwise_emulator) == [{"action": "VOID", "capture_amount": Decimal("2299.5")}]
    with pytest.raises(MoveNotAllowed):
        services.capture_payment(payment)


@pytest.mark.parametrize(
    ("amount", "message"),
    [("2299.51", "2299.5 INR were authorised"), (0, "greater than zero"), ("1.005", "2 digits")],
)
def test_capture__of_an_impossible_amount(
    payment: Payment, flowwise_emulator: Any, amount: Any, message: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        services.capture_payment(payment, amount)
    assert message in refusal.value.message_dict["amount"][0]
    assert authorizations(flowwise_emulator) == []


@pytest.mark.parametrize("service", [services.capture_payment, services.void_payment])
@pytest.mark.parametrize("act", ["fail", "drop", "start_payment"])
def test_ask__of_a_payment_that_holds_nothing(
    active: Order, flowwise_emulator: Any, service: Any, act: str
) -> None:
    getattr(flowwise_emulator, act)(active.order_id)
    services.refresh_order(active)
    with pytest.raises(MoveNotAllowed, match="holds no money"):
        service(active.payments.get())
    assert authorizations(flowwise_emulator) == []


def test_ask__for_more_than_the_row_says_by_now(payment: Payment, flowwise_emulator: Any) -> None:
    Payment.objects.update(payment_amount=1000)
    with pytest.raises(ValidationError, match="1000 INR were authorised"):
        services.capture_payment(payment, "1500")
    assert authorizations(flowwise_emulator) == []


def test_ask__for_all_that_the_row_says_by_now(payment: Payment, flowwise_emulator: Any) -> None:
    Payment.objects.update(payment_amount=1000)
    services.capture_payment(payment)
    assert [sent["capture_amount"] for sent in authorizations(flowwise_emulator)] == [1000]


@pytest.mark.parametrize("is_lost", [False, True])
def test_captured__in_part_where_nobody_says_how_much(
    payment: Payment, change_answer: Any, break_call: Any, is_lost: bool
) -> None:
    for method in ("capture_payment", "get_payment"):
        change_answer(method, capture_amount=None)
    real = FlowwiseClient.list_payments
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            FlowwiseClient,
            "list_payments",
            lambda *args, **kwargs: tuple(replace(said, capture_amount=None) for said in real(*args, **kwargs)),
        )
        if is_lost:
            break_call("capture_payment", unknown(), after=True)
        captured = services.capture_payment(payment, "2000")
    order = Order.objects.get()
    assert (captured.amount_captured, order.state) == (Decimal(2000), "ACTIVE")
    assert order.attention_reasons == ["amount_differs"]


def test_ask__where_the_amount_is_not_known(payment: Payment, flowwise_emulator: Any) -> None:
    Payment.objects.update(payment_amount=None)
    with pytest.raises(MoveNotAllowed, match="how much"):
        services.capture_payment(payment)
    assert authorizations(flowwise_emulator) == []


@pytest.mark.parametrize("service", [services.capture_payment, services.void_payment])
def test_ask__of_another_flowwise(payment: Payment, flowwise_emulator: Any, service: Any) -> None:
    Order.objects.update(base_url="https://app.flowwise.com/router")
    payment.refresh_from_db()
    with pytest.raises(MoveNotAllowed):
        service(payment)
    assert authorizations(flowwise_emulator) == []


@pytest.mark.parametrize("service", [services.capture_payment, services.void_payment])
def test_ask__of_an_account_that_is_gone(payment: Payment, settings: Any, service: Any) -> None:
    settings.FLOWWISE = {"other": settings.FLOWWISE["default"]}
    with pytest.raises(FlowwiseConfigurationError, match="default"):
        service(payment)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("service", [services.capture_payment, services.void_payment])
def test_ask__within_a_transaction(payment: Payment, flowwise_emulator: Any, service: Any) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        service(payment)
    assert authorizations(flowwise_emulator) == []


def not_sent() -> RequestNotSent:
    return RequestNotSent("nothing left", operation="capture_payment")


@pytest.mark.parametrize("error", [not_sent(), refused(400)])
def test_ask__that_did_nothing_leaves_it_as_it_was(payment: Payment, break_call: Any, error: Exception) -> None:
    break_call("capture_payment", error, times=1)
    with pytest.raises(type(error)):
        services.capture_payment(payment)
    payment.refresh_from_db()
    assert (payment.capture_action, payment.maybe_sent_at, payment.is_held) == ("", None, True)
    assert services.capture_payment(payment).is_successful


def test_doubt__is_read_back_at_once(payment: Payment, break_call: Any) -> None:
    break_call("capture_payment", unknown(), after=True)
    assert services.capture_payment(payment).is_successful
    assert (payment.capture_action, payment.order.state) == ("", "PAID")


def doubted(payment: Payment, break_call: Any, *, after: bool = False) -> None:
    break_call("capture_payment", unknown(), after=after, times=1)
    break_call("get_payment", unknown(), times=1)
    with pytest.raises(OutcomeUnknown):
        services.capture_payment(payment)
    payment.refresh_from_db()


def test_doubt__keeps_others_from_asking(payment: Payment, break_call: Any) -> None:
    doubted(payment, break_call)
    assert payment.capture_action == "CAPTURE"
    for service in (services.capture_payment, services.void_payment):
        with pytest.raises(OrderBusy):
            service(payment)


def test_doubt__that_a_look_does_not_end(payment: Payment, break_call: Any) -> None:
    break_call("capture_payment", unknown(), times=1)
    with pytest.raises(OutcomeUnknown):
        services.capture_payment(payment)
    services.refresh_order(payment.order)
    payment.refresh_from_db()
    assert (payment.capture_action, payment.order.attention) == ("CAPTURE", [])


def test_doubt__that_arrived_is_found_by_reconcile(payment: Payment, break_call: Any) -> None:
    doubted(payment, break_call, after=True)
    Order.objects.update(next_check_at=None)
    assert services.count_due() == 1
    services.reconcile()
    payment.refresh_from_db()
    assert (payment.capture_action, payment.is_successful, payment.order.state) == ("", True, "PAID")


def test_doubt__that_never_arrived_calls_for_a_person(payment: Payment, break_call: Any) -> None:
    doubted(payment, break_call)
    Payment.objects.update(maybe_sent_at=timezone.now() - HOUR)
    services.reconcile()
    payment.refresh_from_db()
    order = Order.objects.get()
    assert (payment.capture_action, payment.is_held) == ("", True)
    [entry] = order.attention
    assert entry["reason"] == "capture_in_doubt"
    assert entry["evidence"].startswith(f"CAPTURE {payment.payment_id} 20")
    assert services.capture_payment(payment).is_successful


def test_doubt__that_is_settled_calls_again_for_the_next_one(payment: Payment, break_call: Any) -> None:
    for _ in range(2):
        break_call("capture_payment", unknown(), times=1)
        with pytest.raises(OutcomeUnknown):
            services.capture_payment(payment)
        Payment.objects.update(maybe_sent_at=timezone.now() - HOUR)
        order = services.refresh_order(Order.objects.get())
        assert order.attention_reasons == ["capture_in_doubt"]
        services.settle_attention(order, "seen")


def test_done__before_says_flowwise(payment: Payment, break_call: Any) -> None:
    break_call("capture_payment", refused(409), after=True, times=1)
    assert services.capture_payment(payment).is_successful


def test_done__before_is_not_believed_without_a_look(payment: Payment, break_call: Any) -> None:
    break_call("capture_payment", refused(409), times=1)
    with pytest.raises(RequestRefused):
        services.capture_payment(payment)
    payment.refresh_from_db()
    assert (payment.capture_action, payment.is_held) == ("", True)


@pytest.mark.parametrize("listed", [True, False])
def test_requested__for_too_long_calls_for_a_person_and_is_not_looked_at_at_every_run(
    payment: Payment, all_say: Any, monkeypatch: pytest.MonkeyPatch, listed: bool
) -> None:
    all_say(payment, capture_status="CAPTURE_REQUESTED")
    services.capture_payment(payment)
    if not listed:
        monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: ())
    Order.objects.update(next_check_at=None)
    Payment.objects.update(
        maybe_sent_at=timezone.now() - 2 * HOUR, claim_expires_at=timezone.now() - HOUR, checked_at=timezone.now()
    )
    assert services.count_due() == 1
    services.reconcile()
    Order.objects.update(next_check_at=None)
    assert services.count_due() == 0
    assert Order.objects.get().attention_reasons == ["capture_in_doubt"]


def test_requested__for_a_while_calls_nobody_yet(payment: Payment, all_say: Any) -> None:
    all_say(payment, capture_status="CAPTURE_REQUESTED")
    services.capture_payment(payment)
    now = timezone.now()
    Payment.objects.update(maybe_sent_at=now - HOUR / 2, claim_expires_at=now - HOUR / 4)
    services.reconcile()
    payment.refresh_from_db()
    assert (payment.capture_action, Order.objects.get().attention) == ("CAPTURE", [])
    assert payment.claim_expires_at > now


def test_claim__of_another_call_is_left_alone(payment: Payment, flowwise_emulator: Any) -> None:
    ahead = timezone.now() + HOUR
    Payment.objects.update(capture_action="VOID", maybe_sent_at=timezone.now() - HOUR, claim_expires_at=ahead)
    services.refresh_order(payment.order)
    payment.refresh_from_db()
    assert (payment.capture_action, payment.order.attention) == ("VOID", [])


@pytest.fixture
def all_say(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let every answer about the payment have these words."""

    def arrange(payment: Payment, **fields: Any) -> None:
        said = PaymentSnapshot(
            payment_id=payment.payment_id,
            order_id=payment.order.order_id,
            payment_amount=payment.payment_amount,
            payment_currency="INR",
            **{"status": "SUCCESS", **fields},
        )
        for method in ("capture_payment", "void_payment", "get_payment"):
            monkeypatch.setattr(FlowwiseClient, method, lambda *args, **kwargs: said)
        monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: (said,))

    return arrange


@pytest.mark.parametrize("word", ["CAPTURE_REQUESTED", "VOID_REQUESTED"])
def test_requested__is_neither_over_nor_in_vain(payment: Payment, all_say: Any, word: str) -> None:
    all_say(payment, capture_status=word)
    services.capture_payment(payment)
    Payment.objects.update(maybe_sent_at=timezone.now() - HOUR, claim_expires_at=timezone.now() - HOUR)
    services.refresh_order(payment.order)
    payment.refresh_from_db()
    assert (payment.capture_action, payment.is_held, payment.is_successful) == ("CAPTURE", False, False)
    all_say(payment, capture_status="CAPTURED")
    services.refresh_order(payment.order)
    payment.refresh_from_db()
    assert (payment.capture_action, payment.is_successful) == ("", True)


def test_failed__may_be_asked_again(payment: Payment, all_say: Any) -> None:
    all_say(payment, capture_status="CAPTURE_FAILED", capture_amount=Decimal(0))
    services.capture_payment(payment)
    assert (payment.capture_action, payment.is_held, payment.is_successful) == ("", True, False)
    all_say(payment, capture_status="CAPTURED")
    assert services.capture_payment(payment).is_successful


@pytest.mark.parametrize("word", ["AUTHORISED", "VOID_FAILED"])
def test_doubt__another_word_of_money_that_is_held_does_not_end_it(
    payment: Payment, break_call: Any, all_say: Any, word: str
) -> None:
    Payment.objects.update(capture_status="CAPTURE_FAILED")
    all_say(payment, capture_status=word, capture_amount=Decimal(0))
    break_call("capture_payment", unknown())
    with pytest.raises(OutcomeUnknown):
        services.capture_payment(Payment.objects.get())
    stored = Payment.objects.get()
    assert (stored.capture_status, stored.capture_action) == (word, "CAPTURE")
    with pytest.raises(OrderBusy):
        services.void_payment(stored)


def test_order__that_nobody_answers_about_keeps_what_became_of_the_payment(
    payment: Payment, break_call: Any
) -> None:
    break_call("get_order", unknown())
    assert services.capture_payment(payment).is_successful
    assert Order.objects.get().state == "ACTIVE"


def test_refused__says_so(payment: Payment, break_call: Any) -> None:
    break_call("void_payment", refused(400), times=1)
    with pytest.raises(RequestRefused):
        services.void_payment(payment)
    payment.refresh_from_db()
    assert payment.capture_action == ""
