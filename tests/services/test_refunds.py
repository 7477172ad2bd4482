"""Refunds: one for each asking, never two, never more than was taken, never forgotten."""

from __future__ import annotations

import dataclasses
import datetime
import uuid
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseConfigurationError,
    MoveNotAllowed,
    OrderBusy,
    OutcomeUnknown,
    ReferenceInUse,
    RequestNotSent,
    RequestRefused,
    TransactionOpen,
)
from django_flowwise.models import Order, Payment, Refund
from tests.services.conftest import refused, unknown

pytestmark = pytest.mark.django_db

LONG_AGO = datetime.timedelta(hours=2)


@pytest.fixture
def payment(paid: Order) -> Payment:
    return paid.payments.get()


def posts(emulator: Any) -> list[str]:
    return [request.path for request in emulator.requests if request.method == "POST"][1:]


def sent(emulator: Any) -> Any:
    return next(request.json for request in reversed(emulator.requests) if request.method == "POST")


def not_sent() -> RequestNotSent:
    return RequestNotSent("nothing left", operation="refund_payment")


def age(refund: Refund, **columns: Any) -> Refund:
    """Let it have been sent long ago."""
    Refund.objects.filter(pk=refund.pk).update(maybe_sent_at=timezone.now() - LONG_AGO, **columns)
    refund.refresh_from_db()
    return refund


def test_refund__in_full(payment: Payment, flowwise_emulator: Any) -> None:
    refund = services.refund_payment(payment, note="wrong size")
    assert (refund.state, refund.refund_status) == ("ACCEPTED", "SUCCESS")
    assert posts(flowwise_emulator) == [f"/router/payments/{payment.payment_id}"]
    assert sent(flowwise_emulator) == {
        "refund_id": refund.refund_id,
        "refund_amount": Decimal("2299.5"),
        "refund_type": "MERCHANT_INITIATED",
        "refund_note": "wrong size",
    }
    order = Order.objects.get(pk=payment.order.pk)
    assert (order.state, order.amount_paid, order.amount_refunded) == (
        "PAID",
        Decimal("2299.5"),
        Decimal("2299.5"),
    )
    assert services.refundable_amount(payment) == 0
    assert refund.next_check_at - refund.settled_at == datetime.timedelta(days=1)


def test_refund__in_parts(payment: Payment, flowwise_emulator: Any) -> None:
    first = services.refund_payment(payment, Decimal("1149.75"))
    second = services.refund_payment(payment, "1000")
    assert services.refundable_amount(payment) == Decimal("149.75")
    rest = services.refund_payment(payment)
    assert {first.refund_id, second.refund_id, rest.refund_id} == set(flowwise_emulator.refunds)
    assert rest.refund_amount == Decimal("149.75")
    assert Order.objects.get().amount_refunded == Decimal("2299.50")


def test_refund__leaves_out_an_empty_note(payment: Payment, flowwise_emulator: Any) -> None:
    services.refund_payment(payment, note="  ")
    assert "refund_note" not in sent(flowwise_emulator)


@pytest.mark.parametrize(
    ("amount", "message"),
    [
        (0, "greater than zero"),
        (Decimal(-1), "greater than zero"),
        ("1.005", "2 digits after the point"),
        (float("nan"), "finite"),
        (True, "not true or false"),
        ("2299.51", "2299.5 INR can still be refunded"),
    ],
)
def test_refund__of_an_impossible_amount(
    payment: Payment, flowwise_emulator: Any, amount: Any, message: str
) -> None:
    with pytest.raises(ValidationError) as refusal:
        services.refund_payment(payment, amount)
    assert list(refusal.value.message_dict) == ["amount"]
    assert message in refusal.value.message_dict["amount"][0]
    assert (posts(flowwise_emulator), Refund.objects.count()) == ([], 0)


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"note": "x" * 256}, "note"),
        ({"note": "a\x00b"}, "note"),
        ({"refund_id": ""}, "refund_id"),
        ({"refund_id": "a/b"}, "refund_id"),
        ({"refund_id": "x" * 41}, "refund_id"),
    ],
)
def test_refund__of_impossible_content(payment: Payment, flowwise_emulator: Any, asked: Any, field: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        services.refund_payment(payment, **asked)
    assert list(refusal.value.message_dict) == [field]
    assert (posts(flowwise_emulator), Refund.objects.count()) == ([], 0)


def test_refund__of_more_than_is_left(payment: Payment, flowwise_emulator: Any) -> None:
    services.refund_payment(payment, "2000")
    with pytest.raises(ValidationError, match=r"299\.5 INR"):
        services.refund_payment(payment, "300")
    services.refund_payment(payment)
    with pytest.raises(ValidationError, match="0 INR"):
        services.refund_payment(payment)
    assert len(posts(flowwise_emulator)) == 2


@pytest.mark.parametrize("act", ["fail", "drop", "start_payment", "authorise"])
def test_refund__of_an_unpaid_payment(active: Order, flowwise_emulator: Any, act: str) -> None:
    getattr(flowwise_emulator, act)(active.order_id)
    services.refresh_order(active)
    with pytest.raises(MoveNotAllowed, match="not a successful payment"):
        services.refund_payment(active.payments.get(), "1")
    assert (posts(flowwise_emulator), Refund.objects.count()) == ([], 0)


def test_refund__of_another_flowwise(payment: Payment, flowwise_emulator: Any) -> None:
    Order.objects.update(base_url="https://app.flowwise.com/router")
    payment.refresh_from_db()
    with pytest.raises(MoveNotAllowed):
        services.refund_payment(payment)
    assert (posts(flowwise_emulator), Refund.objects.count()) == ([], 0)


def test_refund__of_an_account_that_is_gone(payment: Payment, flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE = {"other": settings.FLOWWISE["default"]}
    with pytest.raises(FlowwiseConfigurationError, match="default"):
        services.refund_payment(payment)
    assert (posts(flowwise_emulator), Refund.objects.count()) == ([], 0)


@pytest.mark.django_db(transaction=True)
def test_refund__within_a_transaction(payment: Payment, flowwise_emulator: Any) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        services.refund_payment(payment)
    assert (posts(flowwise_emulator), Refund.objects.count()) == ([], 0)


def test_key__is_asked_for_twice(payment: Payment, flowwise_emulator: Any) -> None:
    first = services.refund_payment(payment, "100", "torn", refund_id="return-1")
    again = services.refund_payment(payment, "100", refund_id="return-1")
    unsaid = services.refund_payment(payment, refund_id="return-1")
    assert first == again == unsaid
    assert len(posts(flowwise_emulator)) == 1


@pytest.mark.parametrize(
    ("asked", "fields"),
    [
        ({"amount": "101"}, ("amount",)),
        ({"note": "other"}, ("note",)),
        ({"amount": 1, "note": "o"}, ("amount", "note")),
    ],
)
def test_key__with_other_content(payment: Payment, flowwise_emulator: Any, asked: Any, fields: Any) -> None:
    services.refund_payment(payment, "100", "torn", refund_id="return-1")
    with pytest.raises(ReferenceInUse) as refusal:
        services.refund_payment(payment, **asked, refund_id="return-1")
    assert (refusal.value.reference, refusal.value.fields) == ("return-1", fields)
    assert len(posts(flowwise_emulator)) == 1


def test_key__of_another_payment(payment: Payment, flowwise_emulator: Any) -> None:
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, second_payment_allowed=True)
    flowwise_emulator.pay(payment.order.order_id)
    services.refresh_order(payment.order)
    services.refund_payment(payment, "100", refund_id="return-1")
    with pytest.raises(ReferenceInUse) as refusal:
        services.refund_payment(payment.order.payments.last(), "100", refund_id="return-1")
    assert refusal.value.fields == ("payment",)
    assert Refund.objects.count() == 1


def test_unsent__is_kept_and_taken_up_again(payment: Payment, break_call: Any, flowwise_emulator: Any) -> None:
    break_call("refund_payment", not_sent(), times=1)
    with pytest.raises(RequestNotSent):
        services.refund_payment(payment)
    refund = Refund.objects.get()
    assert (refund.state, refund.maybe_sent_at, refund.claim_expires_at) == ("DRAFT", None, None)
    assert services.refundable_amount(payment) == Decimal("2299.5")
    assert services.refund_payment(payment) == refund
    assert list(flowwise_emulator.refunds) == [refund.refund_id]


def test_unsent__finds_its_money_gone(payment: Payment, break_call: Any, flowwise_emulator: Any) -> None:
    break_call("refund_payment", not_sent(), times=1)
    with pytest.raises(RequestNotSent):
        services.refund_payment(payment, "2000", refund_id="return-1")
    services.refund_payment(payment, "300")
    with pytest.raises(ValidationError, match=r"1999\.5 INR"):
        services.refund_payment(payment, refund_id="return-1")
    assert Refund.objects.get(refund_id="return-1").state == "DRAFT"
    assert len(posts(flowwise_emulator)) == 1


def test_refused__is_recorded_and_frees_the_money(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", refused(422, "refund_value_invalid"), times=1)
    with pytest.raises(RequestRefused):
        services.refund_payment(payment)
    refund = Refund.objects.get()
    assert (refund.state, refund.error_code) == ("REFUSED", "refund_value_invalid")
    assert services.refundable_amount(payment) == Decimal("2299.5")
    assert services.refund_payment(payment, refund_id=refund.refund_id).state == "ACCEPTED"


def test_refused__by_our_own_fault(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", AuthenticationRefused("no", operation="refund_payment", http_status=401), times=1)
    with pytest.raises(AuthenticationRefused):
        services.refund_payment(payment)
    refund = Refund.objects.get()
    assert (refund.state, refund.error_code) == ("REFUSED", "credentials")
    assert "'default'" in refund.error_message


@pytest.mark.parametrize("error", [unknown(), refused(409), refused(400, "refund_id_already_exists")])
def test_doubt__is_read_back_at_once(
    payment: Payment, break_call: Any, flowwise_emulator: Any, error: Any
) -> None:
    break_call("refund_payment", error, after=True)
    assert services.refund_payment(payment).state == "ACCEPTED"
    assert len(posts(flowwise_emulator)) == 1


def test_doubt__that_a_look_does_not_end(payment: Payment, break_call: Any, flowwise_emulator: Any) -> None:
    break_call("refund_payment", unknown(), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment)
    refund = Refund.objects.get()
    assert (refund.state, refund.error_code) == ("UNCONFIRMED", "no_answer")
    assert refund.next_check_at - refund.maybe_sent_at == datetime.timedelta(seconds=30)
    assert services.refundable_amount(payment) == 0
    with pytest.raises(OutcomeUnknown, match="try again in") as early:
        services.refund_payment(payment)
    assert 0 < early.value.retry_after_seconds <= 30
    assert (early.value.refund_id, early.value.payment_id) == (refund.refund_id, payment.payment_id)
    assert posts(flowwise_emulator) == []
    age(refund)
    assert services.refund_payment(payment) == refund
    assert list(flowwise_emulator.refunds) == [refund.refund_id]


def test_doubt__is_found_by_the_next_try(payment: Payment, break_call: Any, flowwise_emulator: Any) -> None:
    break_call("refund_payment", unknown(), after=True)
    break_call("get_refund", unknown(), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment)
    assert services.refund_payment(payment).state == "ACCEPTED"
    assert len(posts(flowwise_emulator)) == 1


def test_doubt__a_refusal_that_nothing_speaks_against(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", unknown(), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment)
    refund = age(Refund.objects.get())
    break_call("refund_payment", refused(400), times=1)
    with pytest.raises(RequestRefused):
        services.refund_payment(payment)
    refund.refresh_from_db()
    assert (refund.state, refund.error_code, refund.maybe_sent_at) == ("REFUSED", "http_400", None)


def test_doubt__a_refused_look_calls_for_a_person(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", unknown(), times=1)
    break_call("get_refund", refused(403), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment)
    order = Order.objects.get()
    refund = Refund.objects.get()
    [entry] = order.attention
    assert (entry["reason"], entry["evidence"]) == ("cannot_tell", f"403 {refund.refund_id}")
    assert refund.state == "UNCONFIRMED"


def test_doubt__a_look_that_our_credentials_fail_calls_nobody(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", unknown(), times=1)
    break_call("get_refund", AuthenticationRefused("no", operation="get_refund", http_status=401), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment)
    assert (Refund.objects.get().state, Order.objects.get().attention) == ("UNCONFIRMED", [])


def test_retry__a_look_that_is_refused_is_no_permission(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", unknown(), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment)
    age(Refund.objects.get())
    break_call("get_refund", refused(403), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment)
    assert (Refund.objects.get().state, Order.objects.get().attention_reasons) == ("UNCONFIRMED", ["cannot_tell"])


def test_retry__of_an_unsent_one_whose_look_fails(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", not_sent(), times=1)
    with pytest.raises(RequestNotSent):
        services.refund_payment(payment)
    break_call("get_refund", unknown(), times=1)
    with pytest.raises(RequestNotSent, match="was not sent"):
        services.refund_payment(payment)
    assert Refund.objects.get().state == "DRAFT"


def test_claim__of_another_call(payment: Payment, flowwise_emulator: Any) -> None:
    refund = services.refund_payment(payment, "100", refund_id="return-1")
    soon = timezone.now() + LONG_AGO
    Refund.objects.filter(pk=refund.pk).update(state="SUBMITTING", claim_expires_at=soon, checked_at=None)
    with pytest.raises(OrderBusy):
        services.refund_payment(payment, refund_id="return-1")
    assert services.refund_payment(payment, "100").refund_id != "return-1"


def test_claim__that_was_left_behind(payment: Payment, flowwise_emulator: Any) -> None:
    refund = services.refund_payment(payment, "100")
    age(refund, state="SUBMITTING", claim_expires_at=timezone.now() - LONG_AGO, checked_at=None)
    assert services.refund_payment(payment, "100") == refund
    assert Refund.objects.get().state == "ACCEPTED"
    assert len(posts(flowwise_emulator)) == 1


@pytest.mark.parametrize(
    "fields", [{"refund_amount": Decimal(1)}, {"payment_id": "pay_x"}, {"order_id": "order_x"}]
)
def test_answer__of_a_different_refund(payment: Payment, change_answer: Any, fields: Any) -> None:
    change_answer("refund_payment", **fields)
    with pytest.raises(OutcomeUnknown, match="different refund"):
        services.refund_payment(payment)
    refund, order = Refund.objects.get(), Order.objects.get()
    assert (refund.state, order.attention_reasons) == ("UNCONFIRMED", ["belongs_to_another"])
    assert order.attention[0]["evidence"] == f"{refund.refund_id}: {next(iter(fields))}"


@pytest.mark.parametrize(
    ("word", "state", "reasons"),
    [
        ("SUCCESS", "ACCEPTED", []),
        ("PENDING", "PENDING", []),
        (None, "PENDING", []),
        ("FAILED", "FAILED", ["refund_failed"]),
        ("CANCELLED", "FAILED", ["refund_failed"]),
        ("BREWING", "PENDING", ["unknown_word"]),
    ],
)
def test_answer__by_its_word(
    payment: Payment, change_answer: Any, word: Any, state: str, reasons: list[str]
) -> None:
    change_answer("refund_payment", refund_status=word)
    refund = services.refund_payment(payment)
    order = Order.objects.get()
    assert (refund.state, refund.refund_status, order.attention_reasons) == (state, word or "", reasons)
    assert order.amount_refunded == (refund.refund_amount if state == "ACCEPTED" else 0)
    assert services.refundable_amount(payment) == (refund.refund_amount if state == "FAILED" else 0)


def test_failed__is_not_sent_again(payment: Payment, change_answer: Any, flowwise_emulator: Any) -> None:
    change_answer("refund_payment", refund_status="FAILED")
    refund = services.refund_payment(payment, "100")
    with pytest.raises(MoveNotAllowed, match="another key"):
        services.refund_payment(payment, refund_id=refund.refund_id)
    assert services.refund_payment(payment, "100") != refund
    assert len(posts(flowwise_emulator)) == 2


def test_failed__each_calls_for_a_person(payment: Payment, change_answer: Any) -> None:
    change_answer("refund_payment", refund_status="FAILED")
    first, second = (services.refund_payment(payment, amount) for amount in ("100", "200"))
    order = Order.objects.get()
    assert [entry["evidence"] for entry in order.attention] == [first.refund_id, second.refund_id]
    services.settle_attention(order, "called them")
    assert order.settlement_notes[-1]["settled"] == {"refund_failed": f"{first.refund_id}, {second.refund_id}"}


def settled_refunds(told: list[Any]) -> list[tuple[str, str]]:
    return [(refund.refund_id, refund.state) for refund in told]


@pytest.fixture
def told() -> Any:
    """Note each refund that the shop is told of."""
    heard: list[Refund] = []

    def hear(order: Order, refund: Refund, **kwargs: Any) -> None:
        assert refund.payment.order == order
        heard.append(refund)

    signals.refund_settled.connect(hear)
    yield heard
    signals.refund_settled.disconnect(hear)


def test_signal__once_it_is_accepted(payment: Payment, told: list[Any]) -> None:
    refund = services.refund_payment(payment)
    services.refresh_order(payment.order)
    assert settled_refunds(told) == [(refund.refund_id, "ACCEPTED")]
    assert (Order.objects.get().signal_due, Refund.objects.get().signal_due) == (0, False)


def test_signal__again_where_a_receiver_failed(payment: Payment, told: list[Any]) -> None:
    failing = [True]

    def fail(**kwargs: Any) -> None:
        if failing.pop():
            raise ValueError

    failing = [False, True]
    signals.refund_settled.connect(fail)
    try:
        refund = services.refund_payment(payment)
        assert Order.objects.get().signal_due
        services.reconcile()
    finally:
        signals.refund_settled.disconnect(fail)
    assert settled_refunds(told) == [(refund.refund_id, "ACCEPTED")] * 2
    assert (Order.objects.get().signal_due, Refund.objects.get().signal_due) == (0, False)


def test_twin__does_the_same(payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(
        "django_flowwise.services.asynchronous.refund_payment", lambda *args: calls.append(args) or "made"
    )
    assert async_to_sync(services.arefund_payment)(payment, "5", "torn", refund_id="r") == "made"
    assert calls == [(payment, "5", "torn", "r")]


@pytest.mark.parametrize(
    "odd",
    [
        {"payment_currency": ""},
        {"payment_currency": "inr"},
        {"payment_currency": "RUPEES"},
        {"payment_currency": "JPY"},
        {"payment_amount": Decimal("2299.505"), "capture_amount": Decimal("2299.505")},
    ],
)
def test_refund__of_money_that_cannot_be_said_exactly(payment: Payment, flowwise_emulator: Any, odd: Any) -> None:
    Payment.objects.update(**odd)
    with pytest.raises(ValidationError) as refusal:
        services.refund_payment(payment)
    assert list(refusal.value.message_dict) == ["amount"]
    assert (posts(flowwise_emulator), Refund.objects.count()) == ([], 0)


def test_key__that_is_no_text_is_written_as_one(payment: Payment, flowwise_emulator: Any) -> None:
    key = uuid.UUID(int=5)
    first = services.refund_payment(payment, 100, note=5, refund_id=key)  # type: ignore[arg-type]
    assert (first.refund_id, first.refund_note) == (str(key), "5")
    assert services.refund_payment(payment, 100, refund_id=str(key)) == first
    assert len(posts(flowwise_emulator)) == 1


@pytest.mark.parametrize("asked", [{}, {"note": "item B"}])
def test_keyless__takes_up_no_refund_that_the_shop_named(payment: Payment, break_call: Any, asked: Any) -> None:
    break_call("refund_payment", not_sent(), times=1)
    with pytest.raises(RequestNotSent):
        services.refund_payment(payment, "100", "item A", refund_id="item-a")
    assert services.refund_payment(payment, "100", **asked).refund_id != "item-a"


def test_keyless__takes_up_no_refund_of_another_reason(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", not_sent(), times=1)
    with pytest.raises(RequestNotSent):
        services.refund_payment(payment, "100", "item A")
    assert services.refund_payment(payment, "100", "item B") != Refund.objects.get(refund_note="item A")
    assert services.refund_payment(payment, "100") == Refund.objects.get(refund_note="item A")


def test_doubt__says_what_is_known(payment: Payment, break_call: Any) -> None:
    break_call("refund_payment", unknown(), times=1)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(payment)
    break_call("get_refund", not_sent(), times=1)
    with pytest.raises(OutcomeUnknown, match="is not known: a look for it brought no answer"):
        services.refund_payment(payment)
    assert "not known" in Refund.objects.get().error_message
