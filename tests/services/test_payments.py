"""Payments are written down as Flowwise tells of them, and none of another order is believed."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.client import FlowwiseClient
from django_flowwise.conf import get_account
from django_flowwise.exceptions import OutcomeUnknown
from django_flowwise.models import CaptureAction, Order, Payment
from django_flowwise.services.payments import record_payment, record_payments
from django_flowwise.wire import PaymentSnapshot, read_payments
from tests.factories import make_order, vendor_bytes
from tests.services.conftest import unknown, verbs

pytestmark = pytest.mark.django_db

HOUR = datetime.timedelta(hours=1)
TIME = datetime.datetime(2024, 12, 3, 14, 32, 15, tzinfo=datetime.UTC)


def snapshot(order: Order, **fields: Any) -> PaymentSnapshot:
    usual = {
        "payment_id": "pay_1",
        "order_id": order.order_id,
        "status": "SUCCESS",
        "payment_amount": order.order_amount,
        "payment_currency": "INR",
        "payment_method": "upi",
        "capture_status": "SUCCESS",
    }
    return PaymentSnapshot(**{**usual, **fields})


def test_payments__of_the_documented_example(active: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    body = vendor_bytes("list_payments_answer").replace(b"order_summer_fashion_001", active.order_id.encode())
    told = read_payments(body, active.order_id)
    monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: told)
    services.refresh_order(active)
    first, second = active.payments.all()
    assert (first.payment_id, first.status, first.capture_status) == (
        "pay_summer_fashion_001_upi",
        "SUCCESS",
        "SUCCESS",
    )
    assert (first.payment_amount, first.payment_currency, first.payment_method) == (
        Decimal("2299.5"),
        "INR",
        "upi",
    )
    assert first.gateway_details["utr"] == "434512345678"
    assert (second.payment_id, second.status, second.capture_amount) == ("pay_summer_fashion_001_cc", "FAILED", 0)
    assert (first.account, second.amount_captured) == ("default", 0)


def test_payments__several_attempts_are_kept_in_step(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail(active.order_id)
    begun = flowwise_emulator.start_payment(active.order_id)
    services.refresh_order(active)
    assert [payment.status for payment in active.payments.all()] == ["FAILED", "PENDING"]
    flowwise_emulator.finish_payment(begun["payment_id"])
    services.refresh_order(active)
    assert [payment.status for payment in active.payments.all()] == ["FAILED", "SUCCESS"]
    assert active.state == "PAID"


def test_payments__are_there_before_the_shop_is_told(active: Order, flowwise_emulator: Any) -> None:
    told: list[Decimal] = []

    def receive(order: Order, **kwargs: Any) -> None:
        told.extend(payment.amount_captured for payment in order.payments.all())

    flowwise_emulator.pay(active.order_id)
    signals.order_paid.connect(receive)
    try:
        services.refresh_order(active)
    finally:
        signals.order_paid.disconnect(receive)
    assert told == [Decimal("2299.5")]


def test_payment__keeps_what_a_later_answer_leaves_out(active: Order, answer_payments: Any) -> None:
    answer_payments(snapshot(active, status="PENDING", payment_time=TIME, gateway_details={"utr": "1"}))
    services.refresh_order(active)
    answer_payments(PaymentSnapshot(payment_id="pay_1", status="FAILED"))
    services.refresh_order(active)
    payment = Payment.objects.get()
    assert (payment.status, payment.payment_method, payment.payment_time) == ("FAILED", "upi", TIME)
    assert payment.gateway_details == {"utr": "1"}


def test_payment__is_not_undone_by_an_older_answer(active: Order, answer_payments: Any) -> None:
    answer_payments(snapshot(active))
    services.refresh_order(active)
    Payment.objects.update(checked_at=timezone.now() + HOUR)
    answer_payments(snapshot(active, status="PENDING"))
    services.refresh_order(active)
    assert Payment.objects.get().status == "SUCCESS"


def test_payment__is_written_whole_where_somebody_has_written_meanwhile(
    active: Order,
) -> None:
    account, now = get_account("default"), timezone.now()
    record_payments(active, account, [snapshot(active, capture_status="PENDING")], now - HOUR)
    before = active.payments.get()
    Payment.objects.update(status="PENDING")
    record_payment(active, account, snapshot(active), now, before)
    assert (before.status, before.capture_status) == ("SUCCESS", "SUCCESS")
    assert Payment.objects.get().status == "SUCCESS"


@pytest.mark.parametrize("word", ["FAILED", "AUTHORISED"])
def test_payment__that_was_read_before_a_capture_began_leaves_the_capture_alone(
    active: Order, flowwise_emulator: Any, word: str
) -> None:
    flowwise_emulator.authorise(active.order_id)
    services.refresh_order(active)
    before, capturing = (active.payments.get() for _ in range(2))
    now = timezone.now()
    assert capturing.mark_capturing(CaptureAction.CAPTURE, moment=now, claim_expires_at=now + HOUR)
    told = snapshot(active, payment_id=before.payment_id, status=word, capture_status="VOID_FAILED")
    record_payment(active, get_account("default"), told, now + HOUR / 60, before)
    stored = active.payments.get()
    assert (stored.capture_action, stored.maybe_sent_at, stored.status) == ("CAPTURE", now, word)


def test_payment__without_an_id_counts_and_is_not_kept(
    active: Order, answer_payments: Any, change_answer: Any
) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(snapshot(active, payment_id=None))
    services.refresh_order(active)
    assert (active.state, Payment.objects.count()) == ("PAID", 0)


def test_payment__of_another_order_proves_nothing(active: Order, answer_payments: Any, change_answer: Any) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(snapshot(active))
    services.refresh_order(active)
    other = make_order()
    services.submit_order(other)
    answer_payments(snapshot(other, order_id=None))
    services.refresh_order(other)
    assert (other.state, other.payments.count()) == ("ACTIVE", 0)
    assert [(entry["reason"], entry["evidence"]) for entry in other.attention] == [
        ("words_disagree", "PAID; -"),
        ("belongs_to_another", "pay_1"),
    ]


def test_payment__ids_that_differ_in_case_are_two(active: Order, answer_payments: Any) -> None:
    answer_payments(snapshot(active, payment_id="pay_a"), snapshot(active, payment_id="PAY_A"))
    services.refresh_order(active)
    services.refresh_order(active)
    assert Payment.objects.count() == 2


def test_payment__recorded_by_another_meanwhile(
    active: Order, answer_payments: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    Payment.objects.create(order=active, payment_id="pay_1", status="PENDING", checked_at=timezone.now() - HOUR)
    answer_payments(snapshot(active))
    monkeypatch.setattr("django_flowwise.services.payments.known_payments", lambda order: {})
    services.refresh_order(active)
    assert Payment.objects.get().status == "SUCCESS"


@pytest.mark.parametrize(
    ("words", "reasons"),
    [
        ({"status": "FAILED"}, ["words_disagree"]),
        ({"capture_status": "VOIDED"}, ["words_disagree"]),
        ({"status": "REFUNDED"}, ["words_disagree"]),
        ({"status": "REVERSED"}, ["reversed"]),
    ],
)
def test_money__that_is_no_longer_said_to_be_there(
    active: Order, answer_payments: Any, change_answer: Any, words: Any, reasons: list[str]
) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(snapshot(active))
    services.refresh_order(active)
    answer_payments(snapshot(active, **words))
    services.refresh_order(active)
    assert active.attention_reasons == reasons
    services.settle_attention(active, "called them")
    services.refresh_order(active)
    assert active.attention == []


def test_list__that_cannot_be_had_keeps_nobody_from_learning_of_the_order(
    active: Order, break_call: Any, flowwise_emulator: Any
) -> None:
    flowwise_emulator.expire(active.order_id)
    break_call("list_payments", unknown())
    services.refresh_order(active)
    assert (active.state, active.attention) == ("EXPIRED", [])


def test_list__that_cannot_be_had_proves_nothing(active: Order, break_call: Any, flowwise_emulator: Any) -> None:
    flowwise_emulator.pay(active.order_id)
    break_call("list_payments", unknown())
    with pytest.raises(OutcomeUnknown):
        services.refresh_order(active)
    assert (active.state, active.attention, active.checked_at) == ("ACTIVE", [], None)


def test_list__is_not_asked_for_where_no_customer_could_pay(active: Order, flowwise_emulator: Any) -> None:
    Order.objects.update(state="UNCONFIRMED", checkout_url="", checked_at=None)
    services.refresh_order(active)
    assert (active.state, verbs(flowwise_emulator)) == ("ACTIVE", ["POST", "GET"])


def test_disagreement__is_asked_about_once_more(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The customer pays between the two questions: the order's word is older than the payment's."""
    real = FlowwiseClient.list_payments

    def pay_first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(FlowwiseClient, "list_payments", real)
        flowwise_emulator.pay(active.order_id)
        return real(*args, **kwargs)

    monkeypatch.setattr(FlowwiseClient, "list_payments", pay_first)
    services.refresh_order(active)
    assert (active.state, active.attention) == ("PAID", [])
    assert len(verbs(flowwise_emulator)) == 5


def test_disagreement__is_over_once_the_payment_is_proven(
    active: Order, answer_payments: Any, change_answer: Any
) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(snapshot(active, status="FAILED"))
    services.refresh_order(active)
    assert active.attention_reasons == ["words_disagree"]
    answer_payments(snapshot(active))
    services.refresh_order(active)
    assert (active.state, active.attention) == ("PAID", [])


def test_money__that_no_list_shows_any_more(active: Order, answer_payments: Any, change_answer: Any) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(snapshot(active), snapshot(active, payment_id="pay_2", status="FAILED"))
    services.refresh_order(active)
    answer_payments(snapshot(active, payment_id="pay_2", status="FAILED"))
    services.refresh_order(active)
    assert (active.state, active.attention) == ("PAID", [])
    answer_payments()
    services.refresh_order(active)
    assert [(entry["reason"], entry["evidence"]) for entry in active.attention] == [("words_disagree", "- pay_1")]


def test_payment__listed_twice_counts_once(active: Order, answer_payments: Any, change_answer: Any) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(snapshot(active), snapshot(active))
    services.refresh_order(active)
    assert (active.state, active.amount_paid, active.attention) == ("PAID", Decimal("2299.50"), [])


@pytest.mark.parametrize("beside", ["INITIATED", "PENDING", "NOT_ATTEMPTED", "FAILED"])
def test_reversal__is_seen_beside_another_attempt(
    active: Order, answer_payments: Any, change_answer: Any, beside: str
) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(snapshot(active))
    services.refresh_order(active)
    answer_payments(snapshot(active, status="REVERSED"), PaymentSnapshot(payment_id="pay_2", status=beside))
    services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("REVERSED", ["reversed"])


@pytest.mark.parametrize(
    ("refunded", "reasons"), [(0, ["words_disagree"]), (1000, ["words_disagree"]), (2299.5, [])]
)
def test_money__that_was_refunded_by_somebody_else(
    paid: Order, answer_payments: Any, refunded: float, reasons: list[str]
) -> None:
    payment = paid.payments.get()
    if refunded:
        services.refund_payment(payment, refunded)
    answer_payments(snapshot(paid, payment_id=payment.payment_id, status="REFUNDED"))
    services.refresh_order(paid)
    assert paid.attention_reasons == reasons


@pytest.mark.parametrize(
    ("word", "words"),
    [
        ("PAID", {"capture_status": "AUTHORISED"}),
        ("PAID", {"status": "PENDING", "capture_status": None}),
        ("ACTIVE", {"capture_status": "AUTHORISED"}),
        ("EXPIRED", {"capture_status": "AUTHORISED"}),
    ],
)
def test_watch__does_not_end_while_money_may_come(
    active: Order, answer_payments: Any, change_answer: Any, word: str, words: Any
) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=3)
    change_answer("get_order", order_status=word, order_expiry_time=long_ago)
    answer_payments(snapshot(active, **words))
    services.refresh_order(active)
    assert active.attention_reasons == ["unsettled"]
    assert active.next_check_at > timezone.now() + datetime.timedelta(hours=23)


def test_person__is_called_before_the_last_look_is_recorded(
    active: Order, answer_payments: Any, change_answer: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    change_answer(
        "get_order", order_status="EXPIRED", order_expiry_time=timezone.now() - datetime.timedelta(days=3)
    )
    answer_payments(snapshot(active))

    def killed(*args: Any, **kwargs: Any) -> Any:
        raise SystemExit

    monkeypatch.setattr(Order, "mark_expired", killed)
    with pytest.raises(SystemExit):
        services.refresh_order(active)
    stored = Order.objects.get()
    assert stored.next_check_at is not None
    assert "paid_late" in stored.attention_reasons
