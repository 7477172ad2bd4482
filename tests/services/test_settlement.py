"""What a look brings: adoption, proof of payment, reversal, expiry, absence."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.client import FlowwiseClient
from django_flowwise.conf import get_account
from django_flowwise.exceptions import (
    AuthenticationRefused,
    MoveNotAllowed,
    NotFound,
    OutcomeUnknown,
    RequestRefused,
    TransactionOpen,
)
from django_flowwise.models import Order
from django_flowwise.services import settlement
from django_flowwise.services.adoption import leave_unconfirmed
from django_flowwise.states import AttentionReason
from django_flowwise.wire import PaymentSnapshot, read_payments
from tests.factories import make_order
from tests.services.conftest import not_found, recorded, refused, unknown, verbs

pytestmark = pytest.mark.django_db


def set_state(order: Order, state: str, **values: Any) -> Order:
    live_key = None if state == "WITHDRAWN" else order.live_key
    Order.objects.filter(pk=order.pk).update(state=state, live_key=live_key, **values)
    order.refresh_from_db()
    return order


def payment(order: Order, **fields: Any) -> PaymentSnapshot:
    usual = {"order_id": order.order_id, "status": "SUCCESS", "payment_amount": order.order_amount}
    return PaymentSnapshot(**{**usual, "payment_currency": "INR", "capture_status": "SUCCESS", **fields})


def test_refresh__a_draft_is_not_asked_for(draft: Order, flowwise_emulator: Any) -> None:
    assert services.refresh_order(draft) is draft
    set_state(draft, "DRAFT", attempts=3)
    services.refresh_order(draft)
    assert verbs(flowwise_emulator) == []


@pytest.mark.django_db(transaction=True)
def test_refresh__within_a_transaction(active: Order) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        services.refresh_order(active)


def test_refresh__other_flowwise(active: Order, flowwise_emulator: Any) -> None:
    set_state(active, "ACTIVE", base_url="https://app.flowwise.com/router")
    with pytest.raises(MoveNotAllowed):
        services.refresh_order(active)
    assert active.attention_reasons == [AttentionReason.OTHER_FLOWWISE]
    assert verbs(flowwise_emulator) == ["POST"]


def test_refresh__nothing_new(active: Order, flowwise_emulator: Any) -> None:
    services.refresh_order(active)
    assert (active.state, verbs(flowwise_emulator)) == ("ACTIVE", ["POST", "GET", "GET"])
    assert active.checked_at is not None
    assert active.next_check_at > timezone.now()


def test_paid__proven(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.pay(active.order_id)
    with recorded(signals.order_paid) as told:
        services.refresh_order(active)
        services.refresh_order(active)
    stored = Order.objects.get(pk=active.pk)
    assert (stored.state, stored.order_status, stored.amount_paid) == ("PAID", "PAID", Decimal("2299.50"))
    assert (told.states, stored.signal_due, stored.attention) == (["PAID"], 0, [])
    assert stored.next_check_at == stored.paid_at + datetime.timedelta(hours=1)


@pytest.mark.parametrize(
    ("fields", "state", "reasons"),
    [
        ({}, "PAID", []),
        ({"capture_status": None}, "PAID", []),
        ({"capture_status": "CAPTURED"}, "PAID", []),
        ({"status": None, "payment_status": "SUCCESS"}, "PAID", []),
        ({"payment_amount": Decimal("2299.5000")}, "PAID", []),
        ({"capture_status": "AUTHORISED"}, "ACTIVE", []),
        ({"capture_status": "VOIDED"}, "ACTIVE", ["words_disagree"]),
        ({"capture_status": "BREWING"}, "ACTIVE", ["unknown_word"]),
        ({"status": "PENDING"}, "ACTIVE", []),
        ({"status": "FAILED"}, "ACTIVE", ["words_disagree"]),
        ({"status": "BREWING"}, "ACTIVE", ["unknown_word"]),
        ({"payment_amount": Decimal("2299.49")}, "ACTIVE", ["amount_differs"]),
        ({"payment_amount": None}, "ACTIVE", ["amount_differs"]),
        ({"payment_currency": "USD"}, "ACTIVE", ["amount_differs"]),
        ({"payment_currency": None}, "ACTIVE", ["amount_differs"]),
    ],
)
def test_paid__by_the_word_and_one_payment(
    active: Order, change_answer: Any, answer_payments: Any, fields: Any, state: str, reasons: list[str]
) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(payment(active, **fields))
    services.refresh_order(active)
    assert (active.state, active.attention_reasons) == (state, reasons)


@pytest.mark.parametrize("word", ["ACTIVE", "EXPIRED", "BREWING", None])
def test_paid__never_without_the_word(active: Order, change_answer: Any, answer_payments: Any, word: Any) -> None:
    change_answer("get_order", order_status=word)
    answer_payments(payment(active))
    services.refresh_order(active)
    assert active.state in {"ACTIVE", "EXPIRED"}


def test_paid__never_without_a_payment(active: Order, change_answer: Any, answer_payments: Any) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments()
    services.refresh_order(active)
    assert (active.state, active.order_status) == ("ACTIVE", "PAID")


def test_paid__twice(active: Order, change_answer: Any, answer_payments: Any) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(payment(active))
    services.refresh_order(active)
    answer_payments(payment(active), payment(active))
    with recorded(signals.order_needs_attention) as told:
        services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("PAID", ["paid_twice"])
    assert (active.amount_paid, told.states) == (Decimal("4599.00"), ["PAID"])
    services.settle_attention(active, "one is being refunded")
    services.refresh_order(active)
    assert active.attention == []
    answer_payments(payment(active), payment(active), payment(active))
    services.refresh_order(active)
    assert active.attention_reasons == ["paid_twice"]


def test_paid__late(active: Order, change_answer: Any, answer_payments: Any) -> None:
    set_state(active, "EXPIRED")
    change_answer("get_order", order_status="PAID")
    answer_payments(payment(active))
    services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("PAID", ["paid_late"])


def test_paid__after_withdrawal_stops_the_siblings(active: Order, flowwise_emulator: Any) -> None:
    services.withdraw_order(active)
    sibling = make_order(reference=active.reference)
    services.submit_order(sibling)
    flowwise_emulator.pay(active.order_id)
    with recorded(signals.order_needs_attention) as told:
        services.refresh_order(active)
    sibling.refresh_from_db()
    assert (active.state, active.live_key, active.attention_reasons) == ("PAID", None, ["paid_after_withdrawal"])
    assert (sibling.state, sibling.attention_reasons) == ("ACTIVE", ["reference_already_paid"])
    assert sorted(told.states) == ["ACTIVE", "PAID"]


def test_paid__after_withdrawal_takes_a_free_reference_again(active: Order, flowwise_emulator: Any) -> None:
    services.withdraw_order(active)
    flowwise_emulator.pay(active.order_id)
    services.refresh_order(active)
    again = services.create_order(
        reference=active.reference,
        order_amount=active.order_amount,
        order_currency="INR",
        customer_id=active.customer_id,
        customer_email=active.customer_email,
        customer_phone=active.customer_phone,
        customer_address=active.customer_address,
    )
    assert again == active


def test_paid__the_reference_was_taken_in_between(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    services.withdraw_order(active)
    flowwise_emulator.pay(active.order_id)
    real = Order.mark_paid
    raised = []

    def taken(self: Order, *args: Any, **kwargs: Any) -> bool:
        if not raised:
            raised.append(True)
            raise IntegrityError("live_key")
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Order, "mark_paid", taken)
    services.refresh_order(active)
    assert active.state == "PAID"


def test_paid__a_row_that_keeps_changing_is_left_for_the_next_look(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowwise_emulator.pay(active.order_id)
    monkeypatch.setattr(Order, "mark_paid", lambda self, *args, **kwargs: False)
    services.refresh_order(active)
    assert active.state == "ACTIVE"


@pytest.mark.parametrize(
    ("words", "state"),
    [
        (["REVERSED"], "REVERSED"),
        (["REVERSED", "FAILED"], "REVERSED"),
        (["SUCCESS", "REVERSED"], "PAID"),
        (["REVERSED", "PENDING"], "REVERSED"),
        (["FAILED"], "PAID"),
        ([], "PAID"),
    ],
)
def test_reversed__when_everything_went_back(
    active: Order, change_answer: Any, answer_payments: Any, words: list[str], state: str
) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(payment(active))
    services.refresh_order(active)
    answer_payments(*(payment(active, status=word) for word in words))
    with recorded(signals.order_reversed) as told:
        services.refresh_order(active)
    assert active.state == state
    assert told.states == (["REVERSED"] if state == "REVERSED" else [])
    if state == "REVERSED":
        assert (active.attention_reasons, active.amount_paid) == (["reversed"], 0)
        answer_payments(payment(active))
        services.refresh_order(active)
        assert active.state == "PAID"


def test_reversed__not_where_the_list_leaves_out_what_was_paid(
    active: Order, flowwise_emulator: Any, change_answer: Any, answer_payments: Any
) -> None:
    first, second = payment(active, payment_id="pay_1", status="REVERSED"), payment(active, payment_id="pay_2")
    change_answer("get_order", order_status="PAID")
    answer_payments(first, second)
    assert services.refresh_order(active).state == "PAID"
    answer_payments(first)
    with recorded(signals.order_reversed) as told:
        services.refresh_order(active)
    assert (active.state, active.amount_paid, told.states) == ("PAID", active.order_amount, [])


def test_paid__twice_keeps_its_amount_where_the_list_leaves_one_out(
    active: Order, change_answer: Any, answer_payments: Any
) -> None:
    first, second = payment(active, payment_id="pay_1"), payment(active, payment_id="pay_2")
    change_answer("get_order", order_status="PAID")
    answer_payments(first, second)
    services.refresh_order(active)
    answer_payments(first)
    assert services.refresh_order(active).amount_paid == 2 * active.order_amount


def held_long_ago(order: Order, state: str) -> Order:
    """Leave an order in this state, whose one payment is held, and whose last look has come."""
    long_ago = timezone.now() - datetime.timedelta(days=9)
    live_key = None if state == "WITHDRAWN" else order.live_key
    Order.objects.filter(pk=order.pk).update(
        state=state, live_key=live_key, order_expiry_time=long_ago, paid_at=long_ago
    )
    return Order.objects.get(pk=order.pk)


@pytest.mark.parametrize("state", ["PAID", "EXPIRED", "WITHDRAWN"])
@pytest.mark.parametrize("is_listed", [True, False])
def test_unsettled__held_money_is_looked_after(
    held: Order, change_answer: Any, answer_payments: Any, state: str, is_listed: bool
) -> None:
    order = held_long_ago(held, state)
    change_answer("get_order", order_status="EXPIRED", order_expiry_time=order.order_expiry_time)
    if not is_listed:
        answer_payments()
    services.refresh_order(order)
    assert order.attention_reasons == ["unsettled"]
    assert order.next_check_at is not None


@pytest.mark.parametrize("word", ["SUCCESS", None])
def test_held__stays_so_where_the_answer_has_no_capture_word(
    held: Order, change_answer: Any, answer_payments: Any, word: str | None
) -> None:
    [stored] = held.payments.all()
    change_answer("get_order", order_status="PAID")
    answer_payments(payment(held, payment_id=stored.payment_id, status=word, capture_status=None))
    services.refresh_order(held)
    stored.refresh_from_db()
    assert (held.state, stored.is_held) == ("ACTIVE", True)


def test_paid__where_a_failed_attempt_is_successful_and_has_no_capture_word_any_more(
    active: Order, change_answer: Any, answer_payments: Any
) -> None:
    answer_payments(
        payment(active, payment_id="pay_1", status="FAILED", capture_status="FAILED", capture_amount=Decimal(0))
    )
    services.refresh_order(active)
    change_answer("get_order", order_status="PAID")
    answer_payments(payment(active, payment_id="pay_1", capture_status=None))
    services.refresh_order(active)
    assert (active.state, active.payments.get().amount_captured) == ("PAID", active.order_amount)


def test_paid__never_by_less_than_was_captured(active: Order, change_answer: Any, answer_payments: Any) -> None:
    change_answer("get_order", order_status="PAID")
    answer_payments(payment(active, payment_id="pay_1", capture_status=None, capture_amount=Decimal(0)))
    services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("ACTIVE", ["amount_differs"])


def test_expired__and_active_again(active: Order, flowwise_emulator: Any, change_answer: Any) -> None:
    flowwise_emulator.expire(active.order_id)
    with recorded(signals.order_expired) as told:
        services.refresh_order(active)
        services.refresh_order(active)
    assert (active.state, told.states) == ("EXPIRED", ["EXPIRED"])
    change_answer("get_order", order_status="ACTIVE")
    services.refresh_order(active)
    assert active.state == "ACTIVE"


@pytest.mark.parametrize("state", ["UNCONFIRMED", "SUBMITTING", "REFUSED"])
def test_adoption__of_what_is_there_after_all(active: Order, state: str) -> None:
    set_state(active, state, submitted_at=None)
    with recorded(signals.order_active) as told:
        services.refresh_order(active)
    assert (active.state, told.states) == ("ACTIVE", ["ACTIVE"])


def test_adoption__paid_at_once(active: Order, flowwise_emulator: Any) -> None:
    set_state(active, "UNCONFIRMED")
    flowwise_emulator.pay(active.order_id)
    services.refresh_order(active)
    assert active.state == "PAID"


def test_adoption__not_of_a_different_order(active: Order, change_answer: Any) -> None:
    set_state(active, "UNCONFIRMED")
    change_answer("get_order", order_currency="USD")
    services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("UNCONFIRMED", ["belongs_to_another"])


def test_adoption__not_without_a_usable_checkout(active: Order, change_answer: Any) -> None:
    set_state(active, "UNCONFIRMED", checkout_url="")
    change_answer("get_order", checkout_url="https://evil.example/")
    services.refresh_order(active)
    assert (active.state, active.checkout_url) == ("UNCONFIRMED", "")


def test_refresh__what_is_absent_overwrites_nothing(active: Order, change_answer: Any) -> None:
    before = (active.checkout_url, active.order_hash, active.order_status, active.added_on)
    change_answer(
        "get_order", checkout_url="https://evil.example/", order_hash=None, order_status=None, added_on=None
    )
    services.refresh_order(active)
    assert (active.checkout_url, active.order_hash, active.order_status, active.added_on) == before


def test_absence__of_an_order_in_doubt(draft: Order, flowwise_emulator: Any) -> None:
    moment = timezone.now()
    set_state(draft, "UNCONFIRMED", attempts=1, maybe_sent_at=moment)
    services.refresh_order(draft)
    assert draft.state == "UNCONFIRMED"
    assert draft.next_check_at > moment
    set_state(draft, "UNCONFIRMED", maybe_sent_at=moment - datetime.timedelta(seconds=31))
    services.refresh_order(draft)
    assert (draft.state, draft.maybe_sent_at) == ("DRAFT", None)


def test_absence__of_an_order_without_a_time(draft: Order, flowwise_emulator: Any) -> None:
    set_state(draft, "UNCONFIRMED", attempts=1)
    services.refresh_order(draft)
    assert draft.state == "DRAFT"


@pytest.mark.parametrize(("lapsed_seconds", "state"), [(1, "DRAFT"), (-60, "SUBMITTING")])
def test_absence__of_a_claimed_order(
    draft: Order, flowwise_emulator: Any, lapsed_seconds: int, state: str
) -> None:
    moment = timezone.now()
    set_state(
        draft,
        "SUBMITTING",
        attempts=1,
        maybe_sent_at=moment - datetime.timedelta(seconds=100),
        claim_expires_at=moment - datetime.timedelta(seconds=lapsed_seconds),
    )
    services.refresh_order(draft)
    assert draft.state == state


@pytest.mark.parametrize("state", ["REFUSED", "WITHDRAWN"])
def test_absence__of_what_was_never_promised(draft: Order, flowwise_emulator: Any, state: str) -> None:
    set_state(draft, state, attempts=1)
    services.refresh_order(draft)
    assert (draft.state, draft.attention) == (state, [])


@pytest.mark.parametrize("state", ["ACTIVE", "PAID", "EXPIRED", "REVERSED"])
def test_absence__of_an_order_that_was_there_calls_a_person(active: Order, break_call: Any, state: str) -> None:
    set_state(active, state)
    break_call("get_order", not_found())
    with pytest.raises(NotFound):
        services.refresh_order(active)
    assert (active.state, active.attention_reasons) == (state, ["cannot_tell"])


def test_failed_look__of_an_order_in_doubt_calls_a_person(active: Order, break_call: Any) -> None:
    set_state(active, "UNCONFIRMED")
    break_call("get_order", refused(400))
    with pytest.raises(RequestRefused):
        services.refresh_order(active)
    assert active.attention_reasons == ["cannot_tell"]


@pytest.mark.parametrize("error", [refused(401), unknown()])
def test_failed_look__moves_nothing(active: Order, break_call: Any, error: Exception) -> None:
    break_call("get_order", error)
    with pytest.raises((RequestRefused, OutcomeUnknown)):
        services.refresh_order(active)
    assert (active.state, active.attention) == ("ACTIVE", [])


def test_stale_instance__the_newer_truth_wins(active: Order, flowwise_emulator: Any) -> None:
    stale = Order.objects.get(pk=active.pk)
    flowwise_emulator.pay(active.order_id)
    services.refresh_order(active)
    assert services.refresh_order(stale).state == "PAID"


def test_deadline__is_the_callers(active: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    real = FlowwiseClient.get_order

    def watched(self: Any, order_id: str, *, deadline: Any) -> Any:
        seen.append(deadline.left_seconds)
        return real(self, order_id, deadline=deadline)

    monkeypatch.setattr(FlowwiseClient, "get_order", watched)
    services.refresh_order(active, deadline_seconds=3)
    services.refresh_order(active)
    assert 2 < seen[0] <= 3
    assert 19 < seen[1] <= 20


def test_paid__what_shows_no_payment_any_more_keeps_its_amount(active: Order, flowwise_emulator: Any) -> None:
    set_state(active, "UNCONFIRMED")
    services.settle_attention(active, "the bank has it", accept_as_paid=True)
    services.refresh_order(active)
    assert (active.state, active.amount_paid) == ("PAID", active.order_amount)


def test_paid__that_there_are_no_payments_may_be_said_by_a_404(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, no_payments="404")
    services.settle_attention(active, "the bank has it", accept_as_paid=True)
    services.refresh_order(active)
    assert (active.state, active.attention) == ("PAID", [])


def test_settled__is_not_opened_again_by_the_same_payments(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, second_payment_allowed=True)
    flowwise_emulator.pay(active.order_id, amount=1)
    services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("ACTIVE", ["amount_differs"])
    services.settle_attention(active, "a gift card paid the rest")
    with recorded(signals.order_needs_attention) as told:
        services.refresh_order(active)
        assert (active.attention, told.states) == ([], [])
        flowwise_emulator.pay(active.order_id, amount=2)
        services.refresh_order(active)
    assert (active.attention_reasons, told.states) == (["amount_differs", "paid_twice"], ["ACTIVE"])


def test_refused__but_flowwise_has_it_and_gives_no_usable_link(
    active: Order, flowwise_emulator: Any, change_answer: Any
) -> None:
    set_state(active, "REFUSED", checkout_url="", submitted_at=None)
    change_answer("get_order", checkout_url="https://evil.example/")
    services.refresh_order(active)
    assert (active.state, active.error_code) == ("UNCONFIRMED", "no_checkout")
    flowwise_emulator.pay(active.order_id)
    services.refresh_order(active)
    assert active.state == "PAID"


def test_refused__and_claimed_by_another_meanwhile(active: Order, change_answer: Any) -> None:
    set_state(active, "REFUSED", checkout_url="", submitted_at=None)
    change_answer("get_order", checkout_url=None)
    Order.objects.filter(pk=active.pk).update(base_url="")
    account = get_account()
    stale = Order.objects.get(pk=active.pk)
    Order.objects.filter(pk=active.pk).update(attempts=7)
    leave_unconfirmed(stale, account)
    assert (stale.state, stale.attempts) == ("REFUSED", 7)


def test_receiver__that_refreshes_its_order_is_not_called_for_ever(active: Order, flowwise_emulator: Any) -> None:
    calls: list[str] = []

    def refreshes(order: Order, **kwargs: Any) -> None:
        calls.append(order.state)
        services.refresh_order(order)

    flowwise_emulator.pay(active.order_id)
    signals.order_paid.connect(refreshes)
    try:
        services.refresh_order(active)
    finally:
        signals.order_paid.disconnect(refreshes)
    assert calls == ["PAID"]


def while_looking(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], Any]) -> None:
    """Let something happen between the answer of a look and its recording, once."""
    real = FlowwiseClient.get_order

    def slow(self: Any, order_id: str, **kwargs: Any) -> Any:
        snapshot = real(self, order_id, **kwargs)
        monkeypatch.setattr(FlowwiseClient, "get_order", real)
        happens()
        return snapshot

    monkeypatch.setattr(FlowwiseClient, "get_order", slow)


def raising(error: Exception) -> Callable[..., Any]:
    def call(*_args: Any, **_kwargs: Any) -> Any:
        raise error

    return call


def test_older_answer__does_not_undo_what_a_newer_one_told(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def newer() -> None:
        flowwise_emulator.expire(active.order_id)
        assert services.refresh_order(Order.objects.get(pk=active.pk)).state == "EXPIRED"

    while_looking(monkeypatch, newer)
    assert services.refresh_order(active).state == "EXPIRED"


def test_older_answer__that_calls_for_a_person_first_changes_nothing_either(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    other_amount = payment(active, payment_amount=Decimal(1))
    monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: (other_amount,))
    real, call_for_a_person = FlowwiseClient.get_order, settlement.require_attention

    def paid(*args: Any, **kwargs: Any) -> Any:
        return msgspec.structs.replace(real(*args, **kwargs), order_status="PAID")

    def newer_first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(settlement, "require_attention", call_for_a_person)
        monkeypatch.setattr(FlowwiseClient, "get_order", real)
        monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: ())
        services.refresh_order(Order.objects.get(pk=active.pk))
        return call_for_a_person(*args, **kwargs)

    monkeypatch.setattr(FlowwiseClient, "get_order", paid)
    monkeypatch.setattr(settlement, "require_attention", newer_first)
    assert services.refresh_order(active).attention_reasons == ["amount_differs"]
    assert Order.objects.get().order_status == "ACTIVE"


def test_older_answer__that_it_is_not_there_is_not_believed(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FlowwiseClient.get_order

    def missed(*_args: Any, **_kwargs: Any) -> Any:
        monkeypatch.setattr(FlowwiseClient, "get_order", real)
        services.refresh_order(Order.objects.get(pk=active.pk))
        raise not_found()

    monkeypatch.setattr(FlowwiseClient, "get_order", missed)
    assert services.refresh_order(active).attention == []


def test_older_answer__calls_for_nobody(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked once more, since the words disagree, it says the same; a newer look has begun and ended before."""

    def listed(*_args: Any, **_kwargs: Any) -> Any:
        monkeypatch.setattr(FlowwiseClient, "list_payments", listed_again)
        return (payment(active),)

    def listed_again(*_args: Any, **_kwargs: Any) -> Any:
        monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: ())
        services.refresh_order(Order.objects.get(pk=active.pk))
        return (payment(active),)

    monkeypatch.setattr(FlowwiseClient, "list_payments", listed)
    assert services.refresh_order(active).attention == []


def test_older_answer__does_not_reopen_what_was_seen_expired_again(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_state(active, "EXPIRED")

    def newer() -> None:
        flowwise_emulator.expire(active.order_id)
        services.refresh_order(Order.objects.get(pk=active.pk))

    while_looking(monkeypatch, newer)
    assert services.refresh_order(active).state == "EXPIRED"


def test_older_answer__does_not_pay_what_went_back(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowwise_emulator.pay(active.order_id)
    services.refresh_order(active)
    proven = FlowwiseClient(get_account()).list_payments(active.order_id)
    reversal = payment(active, payment_id=proven[0].payment_id, status="REVERSED")

    def newer() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: (reversal,))
            services.refresh_order(Order.objects.get(pk=active.pk))

    while_looking(monkeypatch, newer)
    monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: proven)
    assert services.refresh_order(active).state == "REVERSED"


def test_older_answer__proves_payment_where_whoever_looked_later_got_none(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch, break_call: Any
) -> None:
    flowwise_emulator.pay(active.order_id)

    def newer() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(FlowwiseClient, "get_order", raising(unknown()))
            services.refresh_after_return(Order.objects.get(pk=active.pk), stale_after_seconds=0)

    while_looking(monkeypatch, newer)
    with recorded(signals.order_paid) as told:
        assert services.refresh_order(active).state == "PAID"
    assert told.states == ["PAID"]


def test_older_answer__proves_nothing_by_a_payment_that_went_back_since(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowwise_emulator.pay(active.order_id)
    proven = FlowwiseClient(get_account()).list_payments(active.order_id)
    reversal = payment(active, payment_id=proven[0].payment_id, status="REVERSED")
    real = FlowwiseClient.get_order

    def newer() -> None:
        with monkeypatch.context() as patch:
            patch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: (reversal,))
            reopened = lambda *args, **kwargs: msgspec.structs.replace(  # noqa: E731  # one more answer
                real(*args, **kwargs), order_status="ACTIVE"
            )
            patch.setattr(FlowwiseClient, "get_order", reopened)
            services.refresh_order(Order.objects.get(pk=active.pk))

    while_looking(monkeypatch, newer)
    monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: proven)
    assert services.refresh_order(active).state == "ACTIVE"


def test_older_answer__about_an_order_id_that_was_corrected(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowwise_emulator.pay(active.order_id)
    set_state(active, "REFUSED", checkout_url="", submitted_at=None)

    def corrected() -> None:
        services.correct_order(Order.objects.get(pk=active.pk), order_amount=999)

    while_looking(monkeypatch, corrected)
    services.refresh_order(active)
    assert (active.state, active.order_amount, active.checkout_url) == ("REFUSED", 999, "")


def test_older_answer__about_an_order_id_that_was_corrected_and_sent(
    active: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowwise_emulator.pay(active.order_id)
    set_state(active, "REFUSED", checkout_url="", submitted_at=None)

    def corrected_and_sent() -> None:
        again = services.correct_order(Order.objects.get(pk=active.pk), order_amount=999)
        services.submit_order(again)

    while_looking(monkeypatch, corrected_and_sent)
    services.refresh_order(active)
    assert active.state == "ACTIVE"
    assert active.checkout_url.endswith(active.order_id)


def test_late_yes__does_not_reopen_what_has_expired(
    draft: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = FlowwiseClient.create_order

    def late(self: Any, request: Any, **kwargs: Any) -> Any:
        answer = real(self, request, **kwargs)
        services.refresh_order(Order.objects.get(pk=draft.pk))
        flowwise_emulator.expire(draft.order_id)
        services.refresh_order(Order.objects.get(pk=draft.pk))
        return answer

    monkeypatch.setattr(FlowwiseClient, "create_order", late)
    with recorded(signals.order_active) as told:
        services.submit_order(draft)
    assert (draft.state, len(told.states)) == ("EXPIRED", 1)


def test_paid_again__after_a_reversal_is_looked_at_from_then_on(active: Order, flowwise_emulator: Any) -> None:
    flowwise_emulator.pay(active.order_id)
    long_ago = timezone.now() - datetime.timedelta(days=9)
    set_state(active, "REVERSED", paid_at=long_ago)
    services.refresh_order(active)
    assert active.state == "PAID"
    assert active.next_check_at is not None


def test_active_again__not_without_a_link(active: Order, flowwise_emulator: Any, change_answer: Any) -> None:
    set_state(active, "EXPIRED", checkout_url="")
    change_answer("get_order", checkout_url=None)
    services.refresh_order(active)
    assert active.state == "EXPIRED"


@pytest.fixture
def let_time_pass(change_answer: Any) -> Callable[..., Order]:
    """Let an order's time have been up for two days, here and by Flowwise's word."""

    def arrange(order: Order, **answer: Any) -> Order:
        long_ago = timezone.now() - datetime.timedelta(days=2)
        change_answer("get_order", order_expiry_time=long_ago, **answer)
        set_state(order, order.state, order_expiry_time=long_ago, next_check_at=long_ago, checked_at=long_ago)
        return order

    return arrange


def test_last_look__that_cannot_list_the_payments_forgets_no_held_money(
    held: Order, let_time_pass: Any, break_call: Any
) -> None:
    let_time_pass(held)
    break_call("list_payments", unknown())
    services.reconcile()
    held.refresh_from_db()
    assert (held.state, held.attention_reasons) == ("ACTIVE", ["unsettled"])
    assert held.next_check_at > timezone.now()


def test_last_look__that_cannot_list_the_payments_is_not_the_last(
    active: Order, let_time_pass: Any, break_call: Any, flowwise_emulator: Any
) -> None:
    flowwise_emulator.pay(active.order_id)
    let_time_pass(active, order_status="EXPIRED")
    break_call("list_payments", unknown(), times=1)
    services.reconcile()
    active.refresh_from_db()
    assert (active.state, active.attention_reasons) == ("EXPIRED", [])
    assert active.next_check_at > timezone.now()
    services.refresh_order(active)
    assert "paid_late" in active.attention_reasons


def test_last_look__at_a_withdrawn_order_that_is_gone_forgets_no_held_money(
    held: Order, let_time_pass: Any, break_call: Any
) -> None:
    services.withdraw_order(held)
    let_time_pass(held)
    break_call("get_order", not_found())
    services.reconcile()
    held.refresh_from_db()
    assert (held.state, held.attention_reasons) == ("WITHDRAWN", ["cannot_tell"])
    assert held.next_check_at > timezone.now()


def test_last_look__at_a_withdrawn_order_that_is_gone(active: Order, let_time_pass: Any, break_call: Any) -> None:
    services.withdraw_order(active)
    let_time_pass(active)
    break_call("get_order", not_found())
    services.reconcile()
    active.refresh_from_db()
    assert (active.attention_reasons, active.next_check_at) == ([], None)


@pytest.mark.parametrize(
    ("status", "reasons"), [(400, ["words_disagree"]), (422, ["words_disagree"]), (401, []), (None, [])]
)
def test_paid__by_the_word_and_no_list_to_be_had(
    active: Order, break_call: Any, flowwise_emulator: Any, status: int | None, reasons: list[str]
) -> None:
    kind = AuthenticationRefused if status == 401 else RequestRefused
    error = kind("no", operation="list_payments", http_status=status) if status else unknown()
    flowwise_emulator.pay(active.order_id)
    break_call("list_payments", error, times=1)
    with pytest.raises(type(error)):
        services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("ACTIVE", reasons)
    services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("PAID", [])


def test_paid__not_by_an_amount_that_nobody_can_read(
    active: Order, change_answer: Any, answer_payments: Any
) -> None:
    said = f'"payment_id": "p", "payment_amount": {active.order_amount}, "payment_currency": "INR"'
    words = '"status": "SUCCESS", "capture_status": "SUCCESS", "capture_amount": "1.000,00"'
    change_answer("get_order", order_status="PAID")
    answer_payments(*read_payments(f"[{{{said}, {words}}}]".encode(), active.order_id))
    services.refresh_order(active)
    assert (active.state, active.attention_reasons) == ("ACTIVE", ["unknown_word"])
