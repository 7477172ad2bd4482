"""Every move: from which states it may be made, what it sets, and what holds it back."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from django_flowwise.models import Order
from django_flowwise.states import MOVES, AttentionReason, MoneySignal, OrderState
from tests.factories import make_order

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)
ANSWER = {"checkout_url": "https://payments.flowwise.com/c", "order_status": "ACTIVE"}
BASE_URL = "https://sandbox.flowwise.com/router"

Move = Callable[[Order], bool]


def in_state(state: str, **values: Any) -> Order:
    order = make_order()
    live_key = None if state == "WITHDRAWN" else order.live_key
    values = {"checkout_url": "https://payments.flowwise.com/c", **values}
    Order.objects.filter(pk=order.pk).update(state=state, live_key=live_key, **values)
    order.refresh_from_db()
    return order


def claim(order: Order) -> bool:
    return order.mark_submitting(base_url=BASE_URL, moment=NOW, claim_expires_at=LATER)


def activate(order: Order) -> bool:
    return order.mark_active(ANSWER, next_check_at=LATER, moment=NOW)


def pay(order: Order, *reasons: AttentionReason) -> bool:
    return order.mark_paid(
        {},
        amount_paid=Decimal(5),
        reasons=reasons,
        live_key=order.live_key,
        next_check_at=LATER,
        moment=NOW,
    )


MARKS: list[tuple[Move, OrderState, set[str]]] = [
    (claim, OrderState.SUBMITTING, {"DRAFT", "UNCONFIRMED", "REFUSED"}),
    (
        lambda order: order.mark_unsent(origin=OrderState.REFUSED, maybe_sent_at=None, base_url="", moment=NOW),
        OrderState.REFUSED,
        {"SUBMITTING"},
    ),
    (
        lambda order: order.mark_refused(code="no", message="x" * 2000, base_url="", moment=NOW),
        OrderState.REFUSED,
        {"SUBMITTING"},
    ),
    (
        lambda order: order.mark_unconfirmed(
            code="", message="", maybe_sent_at=NOW, next_check_at=LATER, moment=NOW
        ),
        OrderState.UNCONFIRMED,
        {"SUBMITTING"},
    ),
    (activate, OrderState.ACTIVE, {"SUBMITTING", "UNCONFIRMED", "REFUSED"}),
    (
        lambda order: order.mark_reopened({}, next_check_at=LATER, moment=NOW),
        OrderState.ACTIVE,
        {"EXPIRED"},
    ),
    (lambda order: order.mark_draft(moment=NOW), OrderState.DRAFT, {"UNCONFIRMED"}),
    (
        lambda order: order.mark_expired({}, next_check_at=LATER, moment=NOW),
        OrderState.EXPIRED,
        {"ACTIVE", "UNCONFIRMED"},
    ),
    (pay, OrderState.PAID, {"ACTIVE", "UNCONFIRMED", "EXPIRED", "WITHDRAWN", "REVERSED"}),
    (
        lambda order: order.mark_reversed({}, next_check_at=LATER, moment=NOW),
        OrderState.REVERSED,
        {"PAID"},
    ),
    (
        lambda order: order.mark_withdrawn(next_check_at=LATER, moment=NOW),
        OrderState.WITHDRAWN,
        {"DRAFT", "UNCONFIRMED", "REFUSED", "ACTIVE", "EXPIRED"},
    ),
]


@pytest.mark.parametrize("state", OrderState.values)
@pytest.mark.parametrize(("move", "target", "sources"), MARKS)
def test_square__a_move_is_made_from_its_sources_alone(
    state: str, move: Move, target: OrderState, sources: set[str]
) -> None:
    order = in_state(state)
    assert move(order) is (state in sources)
    stored = Order.objects.get(pk=order.pk)
    expected = target if state in sources else state
    assert (stored.state, order.state) == (expected, expected)
    if state in sources and state != target:
        assert target in MOVES[OrderState(state)]


def test_claim__sets_what_belongs_to_it() -> None:
    order = in_state("DRAFT")
    assert claim(order)
    stored = Order.objects.get(pk=order.pk)
    assert (stored.attempts, stored.base_url) == (1, BASE_URL)
    assert (stored.first_claimed_at, stored.maybe_sent_at, stored.claim_expires_at) == (NOW, NOW, LATER)
    assert stored.updated_at == order.updated_at == NOW


def test_claim__takes_over_one_that_has_expired_and_keeps_the_first_time() -> None:
    long_ago = NOW - datetime.timedelta(hours=1)
    order = in_state("SUBMITTING", attempts=1, claim_expires_at=NOW, first_claimed_at=long_ago)
    assert not claim(order)
    assert order.mark_submitting(base_url=BASE_URL, moment=LATER, claim_expires_at=LATER)
    assert (order.attempts, order.first_claimed_at) == (2, long_ago)


@pytest.mark.parametrize(
    "changed",
    [
        {"attempts": 7},
        {"state": "REFUSED"},
        {"base_url": "https://app.flowwise.com/router"},
        {"order_id": "other"},
        {"order_amount": Decimal("1.00")},
        {"order_currency": "USD"},
        {"customer_id": "other"},
        {"customer_email": "other@example.com"},
        {"customer_phone": "+911111111111"},
        {"customer_address": "elsewhere"},
        {"payment_methods": "upi"},
        {"expiry_time_in_minutes": 5},
        {"order_note": "other"},
        {"order_tags": {"a": "b"}},
        {"return_base_url": "https://shop.example/other"},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_claim__not_where_the_row_says_otherwise(changed: dict[str, Any]) -> None:
    order = in_state("DRAFT")
    Order.objects.filter(pk=order.pk).update(**changed)
    assert not claim(order)
    name, value = next(iter(changed.items()))
    assert getattr(order, name) == value
    assert order.claim_expires_at is None


@pytest.mark.parametrize("move", [mark for mark, _target, sources in MARKS if sources == {"SUBMITTING"}])
def test_bad_news__only_by_the_holder_of_the_latest_claim(move: Move) -> None:
    order = in_state("SUBMITTING", attempts=1)
    Order.objects.filter(pk=order.pk).update(attempts=2)
    assert not move(order)
    assert (order.state, order.attempts) == ("SUBMITTING", 2)


def test_refused__a_long_message_is_cut() -> None:
    order = in_state("SUBMITTING", maybe_sent_at=NOW)
    assert order.mark_refused(code="no", message="x" * 2000, base_url="", moment=NOW)
    assert (len(order.error_message), order.maybe_sent_at) == (1000, None)


def test_active__good_news_by_whoever_brings_it() -> None:
    order = in_state("SUBMITTING", attempts=1, error_code="x", error_message="y")
    Order.objects.filter(pk=order.pk).update(attempts=9)
    assert activate(order)
    stored = Order.objects.get(pk=order.pk)
    assert (stored.error_code, stored.error_message, stored.submitted_at) == ("", "", NOW)
    assert stored.checkout_url == ANSWER["checkout_url"]


def test_active__not_for_another_order_id() -> None:
    order = in_state("REFUSED")
    Order.objects.filter(pk=order.pk).update(order_id="another")
    assert not activate(order)


def test_paid__adds_reasons_and_signals() -> None:
    order = in_state("EXPIRED")
    assert pay(order, AttentionReason.PAID_LATE, AttentionReason.PAID_TWICE)
    stored = Order.objects.get(pk=order.pk)
    assert stored.attention_reasons == ["paid_late", "paid_twice"]
    assert stored.signal_due == MoneySignal.PAID | MoneySignal.NEEDS_ATTENTION
    assert (stored.amount_paid, stored.paid_at, stored.next_check_at) == (Decimal(5), NOW, LATER)


def test_paid__without_a_reason_calls_nobody() -> None:
    order = in_state("ACTIVE")
    assert pay(order)
    assert (order.signal_due, order.attention) == (MoneySignal.PAID, [])


@pytest.mark.parametrize(
    "move",
    [
        pay,
        lambda order: order.mark_attention([AttentionReason.PAID_TWICE], moment=NOW),
        lambda order: order.mark_settled(
            note="n", accept_as_paid=False, live_key=None, next_check_at=None, moment=NOW
        ),
    ],
)
def test_lists__nothing_that_was_added_meanwhile_is_lost(move: Move) -> None:
    order = in_state("ACTIVE")
    other = Order.objects.get(pk=order.pk)
    assert other.mark_attention([AttentionReason.CANNOT_TELL], moment=NOW)
    assert not move(order)
    assert order.attention_reasons == ["cannot_tell"]


@pytest.mark.parametrize(
    "between",
    [
        lambda order: order.mark_answered({}, next_check_at=None, moment=LATER),
        lambda order: order.mark_expired({}, next_check_at=None, moment=LATER),
        lambda order: order.mark_looked_at(next_check_at=None, moment=LATER),
        lambda order: order.mark_withdrawn(next_check_at=None, moment=LATER),
    ],
)
def test_lists__a_move_between_does_not_hide_what_was_added_meanwhile(between: Move) -> None:
    order = in_state("ACTIVE")
    other = Order.objects.get(pk=order.pk)
    assert other.mark_attention([AttentionReason.REFUND_FAILED], evidence="refund_1", moment=NOW)
    assert between(order)
    assert not order.mark_attention([AttentionReason.PAID_TWICE], moment=LATER)
    assert order.mark_attention([AttentionReason.PAID_TWICE], moment=LATER)
    assert Order.objects.get(pk=order.pk).attention_reasons == ["refund_failed", "paid_twice"]


def test_lists__nothing_is_lost_to_an_order_that_was_read_in_parts() -> None:
    order = Order.objects.only("state", "attention").get(pk=in_state("ACTIVE").pk)
    other = Order.objects.get(pk=order.pk)
    assert other.mark_attention([AttentionReason.REFUND_FAILED], evidence="refund_1", moment=NOW)
    assert order.mark_withdrawn(next_check_at=None, moment=LATER)
    assert not order.mark_attention([AttentionReason.PAID_TWICE], moment=LATER)
    assert order.attention_reasons == ["refund_failed"]
    assert order.mark_attention([AttentionReason.PAID_TWICE], moment=LATER)


def test_lists__not_lost_to_one_that_had_read_the_row_before_a_successor_was_noted() -> None:
    order, successor = in_state("WITHDRAWN"), make_order()
    early, late = (Order.objects.get(pk=order.pk) for _ in range(2))
    assert early.mark_attention([AttentionReason.PAID_TWICE], moment=NOW)
    order.record_successor(successor)
    assert not late.mark_attention([AttentionReason.CANNOT_TELL], moment=LATER)
    assert late.attention_reasons == ["paid_twice"]


def test_attention__each_reason_once() -> None:
    order = in_state("ACTIVE")
    assert order.mark_attention([AttentionReason.PAID_TWICE], moment=NOW)
    assert order.mark_attention([AttentionReason.PAID_TWICE], moment=LATER)
    assert order.attention == [{"reason": "paid_twice", "evidence": "", "at": NOW.isoformat()}]
    assert order.updated_at == NOW


def test_reversed__calls_a_person() -> None:
    order = in_state("PAID", amount_paid=5)
    assert order.mark_reversed({}, next_check_at=None, moment=NOW)
    assert (order.attention_reasons, order.amount_paid) == (["reversed"], 0)
    assert order.signal_due == MoneySignal.REVERSED | MoneySignal.NEEDS_ATTENTION


def test_withdrawn__only_from_what_the_caller_allows() -> None:
    order = in_state("UNCONFIRMED")
    assert not order.mark_withdrawn(allowed={OrderState.DRAFT}, next_check_at=None, moment=NOW)
    assert order.mark_withdrawn(next_check_at=LATER, moment=NOW)
    stored = Order.objects.get(pk=order.pk)
    assert (stored.live_key, stored.next_check_at) == (None, LATER)


def test_withdrawn__not_while_somebody_claims_it() -> None:
    order = in_state("REFUSED")
    Order.objects.filter(pk=order.pk).update(attempts=1)
    assert not order.mark_withdrawn(next_check_at=None, moment=NOW)


def test_corrected__another_order_id_voids_what_is_known_of_the_old() -> None:
    order = in_state("REFUSED", first_claimed_at=NOW, maybe_sent_at=NOW)
    assert order.mark_corrected({"order_note": "x"}, moment=NOW)
    assert order.first_claimed_at == NOW
    assert order.mark_corrected({"order_id": "new"}, moment=NOW)
    assert (order.first_claimed_at, order.maybe_sent_at, order.order_id) == (None, None, "new")


def test_answered__moves_nothing() -> None:
    order = in_state("ACTIVE")
    assert order.mark_answered({"order_status": "BREWING"}, next_check_at=LATER, moment=NOW)
    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.order_status, stored.checked_at, stored.next_check_at) == (
        "ACTIVE",
        "BREWING",
        NOW,
        LATER,
    )


@pytest.mark.parametrize(
    "move",
    [
        lambda order: order.mark_answered({"order_status": "OLD"}, next_check_at=LATER, moment=LATER),
        lambda order: order.mark_expired({"order_status": "OLD"}, next_check_at=LATER, moment=LATER),
    ],
)
def test_answered__not_where_somebody_has_looked_since(move: Move) -> None:
    order = in_state("ACTIVE", checked_at=NOW - datetime.timedelta(hours=1))
    other = Order.objects.get(pk=order.pk)
    assert other.mark_answered({"order_status": "NEW"}, next_check_at=LATER, moment=NOW)
    assert not move(order)
    assert (order.state, order.order_status, order.checked_at) == ("ACTIVE", "NEW", NOW)


def test_looked_at__of_two_at_once_one_takes_it() -> None:
    order = in_state("ACTIVE")
    other = Order.objects.get(pk=order.pk)
    assert order.mark_looked_at(next_check_at=LATER, moment=NOW)
    assert not other.mark_looked_at(next_check_at=LATER, moment=NOW)
    assert other.checked_at == NOW


def delivered(order: Order, signals: MoneySignal, **told: Any) -> bool:
    return order.mark_delivered(signals, **{"state": order.state, "attention": order.attention, **told})


def test_delivered__clears_only_what_was_taken() -> None:
    order = in_state("PAID", signal_due=7)
    before = order.updated_at
    assert delivered(order, MoneySignal.PAID)
    assert (order.signal_due, order.updated_at) == (6, before)
    Order.objects.filter(pk=order.pk).update(attention=[{"reason": "cannot_tell", "at": "2026-01-01"}])
    assert not delivered(order, MoneySignal.REVERSED, attention=[])
    assert (order.signal_due, order.attention_reasons) == (6, ["cannot_tell"])
    Order.objects.filter(pk=order.pk).update(state="REVERSED")
    assert not delivered(order, MoneySignal.REVERSED)
    Order.objects.filter(pk=order.pk).update(updated_at=timezone.now())
    assert delivered(order, MoneySignal.REVERSED)


def test_delivered__of_refunds_not_where_anything_has_changed() -> None:
    order = in_state("PAID", signal_due=8)
    Order.objects.filter(pk=order.pk).update(updated_at=timezone.now())
    assert not delivered(order, MoneySignal.REFUND_SETTLED)
    assert delivered(order, MoneySignal.REFUND_SETTLED)


def test_successor__only_of_a_withdrawn_order() -> None:
    order, successor = in_state("WITHDRAWN"), make_order()
    order.record_successor(successor)
    assert Order.objects.get(pk=order.pk).superseded_by == successor
    active = in_state("ACTIVE")
    active.record_successor(successor)
    assert Order.objects.get(pk=active.pk).superseded_by is None
