"""Everything at once: shop calls, a gateway with moods, a clock, and crashes, in any sequence.

What must hold: no order at Flowwise that we do not know; a checkout URL whenever ACTIVE; no state moves outside
the table; PAID never without proof or a named person; no refund twice, none that we do not know, and never more
given back than was taken; in the end nothing is stuck, nobody is sent to pay twice and every signal about money
has arrived, each after its commit; the others at most once for each move.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import datetime
import os
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from django_flowwise import services, signals
from django_flowwise.client import FlowwiseClient
from django_flowwise.conf import get_account
from django_flowwise.emulator import FAULTS, Emulator, OrderClosed, PaymentClosed
from django_flowwise.exceptions import FlowwiseError, OutcomeUnknown
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.services import announcements
from django_flowwise.states import ENDED, MOVES, REFUND_MOVES, OrderState, RefundState, refund_state_of
from django_flowwise.views import can_be_paid
from django_flowwise.wire import CreateOrderRequest, RefundRequest

EXAMPLES = int(os.environ.get("FLOWWISE_TEST_EXAMPLES", "20"))
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
PASSING = [
    "reset_before_accept",
    "reset_after_accept",
    "status_500_before_accept",
    "status_500_after_accept",
    "status_429",
    "truncated_body",
    "not_json",
    "missing_checkout_url",
    "checkout_url_other_host",
    "other_currency",
    "other_order_id",
    "unknown_status",
    "wrong_types",
]
"""Faults of any call."""
REFUSALS = ["status_400", "status_401", "status_404", "status_409"]
"""Faults of Create Order: a gateway that denies an order that it has breaks its word."""
PLAIN_SIGNALS = {
    signals.order_active: OrderState.ACTIVE,
    signals.order_refused: OrderState.REFUSED,
    signals.order_expired: OrderState.EXPIRED,
}
ACTS: dict[str, Callable[[Order], Any]] = {
    "submit": services.submit_order,
    "refresh": services.refresh_order,
    "reissue": services.reissue_order,
    "withdraw": services.withdraw_order,
    "correct": lambda order: services.correct_order(order, order_amount=12 - order.order_amount),
    "settle": lambda order: services.settle_attention(order, "looked into it"),
    "accept": lambda order: services.settle_attention(order, "the bank has it", accept_as_paid=True),
    "come back": services.refresh_after_return,
}
MONEY_ACTS: dict[str, Callable[[Payment], Any]] = {
    "capture": services.capture_payment,
    "capture 1": lambda payment: services.capture_payment(payment, 1),
    "void": services.void_payment,
}
CALLS = (
    "create_order",
    "get_order",
    "list_payments",
    "get_payment",
    "refund_payment",
    "get_refund",
    "capture_payment",
    "void_payment",
)
CUSTOMER_ACTS = [
    *("pay", "pay", "pay", "pay 1", "fail", "drop", "expire", "expire"),
    *("authorise", "authorise", "start_payment"),
]
Mood = str | int | None
DELAYED = "delayed"
"""The request arrives later, or never."""
moods: st.SearchStrategy[Mood] = st.one_of(
    st.none(), st.none(), st.just(DELAYED), st.sampled_from([*PASSING, *REFUSALS]), st.integers(1, 12)
)
"""None for good; a fault of the gateway; or after how many steps the process ends."""
CREATES = [services.place_order, services.place_order, services.create_order]
references = st.sampled_from(["A", "A", "A", "B"])
amounts = st.sampled_from([Decimal(5), Decimal(7)])
numbers = st.integers(0, 3)
"""The order, payment or refund of so many before the last."""
parts = st.sampled_from([None, Decimal(2), Decimal(3)])
keys = st.sampled_from([None, "refund_a", "refund_b"])


class Crash(BaseException):
    """The process ends here."""


class Shop(RuleBasedStateMachine):
    """A shop, its gateway, and the world."""

    emulator: Emulator

    def __init__(self) -> None:
        super().__init__()
        Refund.objects.all().delete()
        Payment.objects.all().delete()
        Order.objects.all().delete()
        self.emulator.reset()
        self._let_refunds_be("SUCCESS")
        self.posted: dict[str, tuple[str, Decimal]] = {}
        self.settled: set[tuple[int, str]] = set()
        self.instances: list[Order] = []
        self.accepted: set[int] = set()
        self.proven: set[str] = set()
        self.steps_to_crash = 0
        self.delays_next_request = False
        self.delayed: list[tuple[datetime.datetime, CreateOrderRequest]] = []
        self.moves: collections.Counter[tuple[int, str]] = collections.Counter()
        self.told: collections.Counter[tuple[int, str]] = collections.Counter()
        self.world = contextlib.ExitStack()
        self.clock = self.world.enter_context(time_machine.travel(START, tick=False))
        self._watch()

    def _watch(self) -> None:
        patch = self.world.enter_context(pytest.MonkeyPatch.context())
        patch.setattr(FlowwiseClient, "create_order", self._delaying(FlowwiseClient.create_order))
        patch.setattr(FlowwiseClient, "refund_payment", self._noting(FlowwiseClient.refund_payment))
        for name in CALLS:
            patch.setattr(FlowwiseClient, name, self._crashing(getattr(FlowwiseClient, name)))
        patch.setattr(announcements, "_send", self._crashing(announcements._send))
        patch.setattr(Order, "_update", self._following(self._crashing(Order._update)))
        patch.setattr(Payment, "_update", self._crashing(Payment._update))
        patch.setattr(Refund, "_update", self._moving_as_allowed(self._crashing(Refund._update)))
        for signal in (*PLAIN_SIGNALS, signals.order_paid):
            signal.connect(self._hear)
            self.world.callback(signal.disconnect, self._hear)
        signals.refund_settled.connect(self._hear_refund)
        self.world.callback(signals.refund_settled.disconnect, self._hear_refund)

    def _crashing(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def crashing(*args: Any, **kwargs: Any) -> Any:
            self._maybe_crash()
            result = call(*args, **kwargs)
            self._maybe_crash()
            return result

        return crashing

    def _delaying(self, create_order: Callable[..., Any]) -> Callable[..., Any]:
        def delaying(client: FlowwiseClient, request: CreateOrderRequest, **kwargs: Any) -> Any:
            if not self.delays_next_request:
                return create_order(client, request, **kwargs)
            self.delays_next_request = False
            self.delayed.append((datetime.datetime.now(datetime.UTC), request))
            raise OutcomeUnknown("no answer", operation="create_order", order_id=request.order_id)

        self._arrive = lambda request: create_order(FlowwiseClient(get_account()), request)
        return delaying

    def _noting(self, refund_payment: Callable[..., Any]) -> Callable[..., Any]:
        def noting(client: FlowwiseClient, payment_id: str, request: RefundRequest, **kwargs: Any) -> Any:
            content = (payment_id, request.refund_amount)
            assert self.posted.setdefault(request.refund_id, content) == content
            return refund_payment(client, payment_id, request, **kwargs)

        return noting

    def _maybe_crash(self) -> None:
        self.steps_to_crash -= 1
        if self.steps_to_crash == 0:
            raise Crash

    def _following(self, update: Callable[..., bool]) -> Callable[..., bool]:
        def following(order: Order, *args: Any, **kwargs: Any) -> bool:
            before = Order.objects.values_list("state", flat=True).get(pk=order.pk)
            is_moved = update(order, *args, **kwargs)
            after = Order.objects.values_list("state", flat=True).get(pk=order.pk)
            if before != after:
                assert after in MOVES[OrderState(before)], f"{before} to {after}"
                self.moves[order.pk, after] += 1
            return is_moved

        return following

    def _moving_as_allowed(self, update: Callable[..., bool]) -> Callable[..., bool]:
        def moving(refund: Refund, *args: Any, **kwargs: Any) -> bool:
            before = Refund.objects.values_list("state", flat=True).get(pk=refund.pk)
            is_moved = update(refund, *args, **kwargs)
            after = Refund.objects.values_list("state", flat=True).get(pk=refund.pk)
            assert after in {before, *REFUND_MOVES[RefundState(before)]}, f"{before} to {after}"
            return is_moved

        return moving

    def _hear_refund(self, refund: Refund, **kwargs: Any) -> None:
        assert not connection.in_atomic_block
        self.settled.add((refund.pk, Refund.objects.get(pk=refund.pk).state))

    def _hear(self, signal: Any, order: Order, **kwargs: Any) -> None:
        assert not connection.in_atomic_block
        self.told[order.pk, PLAIN_SIGNALS.get(signal, OrderState.PAID)] += 1
        if signal is signals.order_paid:
            assert Order.objects.get(pk=order.pk).state in {"PAID", "REVERSED"}

    def teardown(self) -> None:
        try:
            self._settle_down()
        finally:
            self.world.close()

    # What the shop does, each time in some mood of the world.

    def _do(self, call: Callable[[], Any], mood: Mood) -> None:
        self.emulator.mend()
        self.steps_to_crash = mood if isinstance(mood, int) else 0
        self.delays_next_request = mood == DELAYED
        if mood in REFUSALS:
            self.emulator.fail_next(str(mood), operation="create_order")
        elif mood in FAULTS:
            self.emulator.fail_next(str(mood))
        with contextlib.suppress(FlowwiseError, ValidationError, Crash):
            done = call()
            if isinstance(done, Order):
                self.instances.append(done)
        self.steps_to_crash, self.delays_next_request = 0, False

    @initialize()
    def first_order(self) -> None:
        self.create(services.place_order, "A", Decimal(5), supersede=False, mood=None)

    @rule(call=st.sampled_from(CREATES), reference=references, amount=amounts, supersede=st.booleans(), mood=moods)
    def create(
        self, call: Callable[..., Order], reference: str, amount: Decimal, supersede: bool, mood: Mood
    ) -> None:
        content = {"reference": reference, "order_amount": amount, "supersede": supersede}
        self._do(lambda: call(**content, order_currency="INR", customer_id="c"), mood)

    @rule(name=st.sampled_from([*ACTS]), number=numbers, is_stale=st.booleans(), mood=moods)
    def act(self, name: str, number: int, is_stale: bool, mood: Mood) -> None:
        order = self.instances[-1 - number % len(self.instances)]
        if not is_stale:
            order = Order.objects.get(pk=order.pk)
        if name == "accept":
            self.accepted.add(order.pk)
        self._do(lambda: ACTS[name](order), mood)

    @rule(mood=moods)
    def reconcile(self, mood: Mood) -> None:
        self._do(services.reconcile, mood)

    @precondition(lambda self: Payment.objects.exists())
    @rule(number=numbers, part=parts, refund_id=keys, mood=moods)
    def refund(self, number: int, part: Decimal | None, refund_id: str | None, mood: Mood) -> None:
        payment = nth_last(Payment, number)
        self._do(lambda: services.refund_payment(payment, part, refund_id=refund_id), mood)

    @precondition(lambda self: Payment.objects.exists())
    @rule(number=numbers, part=parts, steps=st.integers(1, 30), seconds=st.sampled_from([1, 200]))
    def a_refund_is_cut_short_and_asked_for_again(
        self, number: int, part: Decimal | None, steps: int, seconds: int
    ) -> None:
        refund_id = f"refund_{Refund.objects.count()}"
        self.refund(number, part, refund_id, steps)
        self.time_passes(seconds)
        self.refund(number, part, refund_id, None)

    @precondition(lambda self: self.emulator.orders)
    @rule(number=numbers, begin=st.sampled_from(["pay", "pay", "authorise"]), part=parts, mood=moods)
    def a_customer_pays_and_wants_it_back(self, number: int, begin: str, part: Decimal | None, mood: Mood) -> None:
        self.customer(number, begin)
        known = list(self.emulator.orders)
        order = Order.objects.get(order_id=known[-1 - number % len(known)])
        self._do(lambda: services.refresh_order(order), None)
        if payment := order.payments.last():
            self._do(lambda: services.refund_payment(payment, part), mood)

    @precondition(lambda self: Refund.objects.exists())
    @rule(number=numbers, mood=moods)
    def retry(self, number: int, mood: Mood) -> None:
        refund = nth_last(Refund, number)
        self._do(lambda: services.refund_payment(refund.payment, refund_id=refund.refund_id), mood)

    @precondition(lambda self: Payment.objects.exists())
    @rule(name=st.sampled_from([*MONEY_ACTS]), number=numbers, mood=moods)
    def capture_or_void(self, name: str, number: int, mood: Mood) -> None:
        payment = nth_last(Payment, number)
        self._do(lambda: MONEY_ACTS[name](payment), mood)

    # What the world does.

    def _let_refunds_be(self, word: Any) -> None:
        """Let nothing at the gateway keep from giving back twice, or too much."""
        self.emulator.behaviour = dataclasses.replace(
            self.emulator.behaviour, refund_status=word, repeated_refund_id="second", refuses_over_refund=False
        )

    @rule(word=st.sampled_from(["SUCCESS", "SUCCESS", "PENDING", "FAILED"]))
    def refunds_are(self, word: str) -> None:
        self._let_refunds_be(word)

    @precondition(lambda self: self.emulator.refunds)
    @rule(number=numbers, word=st.sampled_from(["SUCCESS", "FAILED"]))
    def a_refund_is_settled(self, number: int, word: str) -> None:
        known = list(self.emulator.refunds)
        refund_id = known[-1 - number % len(known)]
        # One that was taken on may fail too late for any look.
        if self.emulator.refunds[refund_id]["refund_status"] == "PENDING":
            self.emulator.settle_refund(refund_id, word)

    @precondition(lambda self: any(self.emulator.payments.values()))
    @rule(
        number=numbers,
        what=st.sampled_from(["reverse", "finish_payment", "finish_payment", "finish_payment FAILED"]),
    )
    def a_payment_goes_on(self, number: int, what: str) -> None:
        known = [payment["payment_id"] for payments in self.emulator.payments.values() for payment in payments]
        act, *word = what.split()
        with contextlib.suppress(PaymentClosed):
            getattr(self.emulator, act)(known[-1 - number % len(known)], *word)

    @precondition(lambda self: self.emulator.orders)
    @rule(number=numbers, what=st.sampled_from(CUSTOMER_ACTS))
    def customer(self, number: int, what: str) -> None:
        known = list(self.emulator.orders)
        order_id = known[-1 - number % len(known)]
        act, _, amount = what.partition(" ")
        with contextlib.suppress(OrderClosed):
            getattr(self.emulator, act)(order_id, **({"amount": amount} if amount else {}))

    @rule(seconds=st.sampled_from([1, 40, 200, 4000, 3 * 86_400]))
    def time_passes(self, seconds: int) -> None:
        self.clock.shift(seconds)

    @precondition(lambda self: self.delayed)
    @rule()
    def a_delayed_request_arrives(self) -> None:
        sent_at, request = self.delayed.pop()
        if (datetime.datetime.now(datetime.UTC) - sent_at).total_seconds() < get_account().quiet_seconds:
            with contextlib.suppress(FlowwiseError):
                self._arrive(request)

    @precondition(lambda self: self.delayed)
    @rule(name=st.sampled_from(["submit", "refresh", "correct"]))
    def somebody_does_not_wait(self, name: str) -> None:
        order = Order.objects.get(order_id=self.delayed[-1][1].order_id)
        self._do(lambda: ACTS[name](order), None)
        self.a_delayed_request_arrives()

    # What must hold.

    @invariant()
    def flowwise_has_nothing_that_we_do_not_know(self) -> None:
        assert self.emulator.orders.keys() <= set(Order.objects.values_list("order_id", flat=True))

    @invariant()
    def a_reference_has_one_live_order(self) -> None:
        live = Order.objects.live().values_list("reference", flat=True)
        assert len(live) == len(set(live))

    @invariant()
    def active_has_a_checkout(self) -> None:
        assert not Order.objects.filter(state="ACTIVE", checkout_url="").exists()

    @invariant()
    def paid_is_proven(self) -> None:
        for order_id, payments in self.emulator.payments.items():
            if any(
                payment["capture_amount"] == self.emulator.sent[order_id]["order_amount"] for payment in payments
            ):
                self.proven.add(order_id)
        paid = Order.objects.filter(state="PAID").exclude(pk__in=self.accepted)
        assert set(paid.values_list("order_id", flat=True)) <= self.proven

    @invariant()
    def plain_signals_come_at_most_once(self) -> None:
        for (pk, state), count in self.told.items():
            if state != OrderState.PAID:
                assert count <= self.moves[pk, state]

    @invariant()
    def no_refund_is_made_twice_or_unknown(self) -> None:
        made = [refund_id for refunds in self._refunds_there().values() for refund_id, _amount in refunds]
        assert len(made) == len(set(made))
        assert set(made) <= set(Refund.objects.values_list("refund_id", flat=True))

    @invariant()
    def no_more_goes_back_than_was_taken(self) -> None:
        taken = {
            payment["payment_id"]: payment["capture_amount"]
            for payments in self.emulator.payments.values()
            for payment in payments
        }
        for payment_id, refunds in self._refunds_there().items():
            assert sum(amount for _, amount in refunds) <= taken[payment_id]
        for payment in Payment.objects.all():
            assert payment.refunds.counting().amount() <= taken[payment.payment_id]

    @invariant()
    def an_order_says_what_went_back(self) -> None:
        for order in Order.objects.all():
            accepted = Refund.objects.filter(payment__order=order, state="ACCEPTED")
            assert order.amount_refunded == accepted.amount()

    def _refunds_there(self) -> dict[str, list[tuple[str, Decimal]]]:
        """Give the refunds at the gateway that have not failed, by their payments; twice what is there twice."""
        return {
            payment.payment_id: [
                (refund.answer["refund_id"], refund.amount)
                for refund in payment.refunds
                if refund.status != "FAILED"
            ]
            for kept in self.emulator._ledger.all_orders().values()
            for payment in kept.payments
        }

    def _settle_down(self) -> None:
        """Let the trouble pass, and look again and again."""
        self.emulator.mend()
        self.steps_to_crash = 0
        self.delays_next_request = False
        for _ in range(4):
            self.clock.shift(7200)
            services.reconcile()
        for order in Order.objects.all():
            self._has_come_to_rest(order)
        for refund in Refund.objects.all():
            self._refund_has_come_to_rest(refund)
        assert not Payment.objects.in_doubt().exists()

    def _has_come_to_rest(self, order: Order) -> None:
        there = self.emulator.orders.get(order.order_id)
        assert order.state != "SUBMITTING"
        is_in_a_persons_hands = bool(order.attention or order.settlement_notes)
        assert order.state != "UNCONFIRMED" or is_in_a_persons_hands
        if order.state == "DRAFT":
            assert there is None
        if there and there["order_status"] == "PAID" and order.state not in {"PAID", "REVERSED"}:
            assert is_in_a_persons_hands or self._waits_for_money(order)
        assert order.signal_due == 0
        if self.moves[order.pk, OrderState.PAID]:
            assert self.told[order.pk, OrderState.PAID] >= 1
        if order.state == "PAID":
            self._nobody_pays_again(order)

    def _waits_for_money(self, order: Order) -> bool:
        """Tell whether a payment at the gateway may still bring money, so that its word is no contradiction."""
        return any(
            payment["status"] in {"SUCCESS", "PENDING"} and payment["capture_amount"] == 0
            for payment in self.emulator.payments[order.order_id]
        )

    def _refund_has_come_to_rest(self, refund: Refund) -> None:
        there, order = self.emulator.refunds.get(refund.refund_id), refund.payment.order
        is_in_a_persons_hands = bool(order.attention or order.settlement_notes)
        if there is None:
            assert refund.state == "REFUSED" or (refund.state == "DRAFT" and is_in_a_persons_hands)
        else:
            assert refund.state == refund_state_of(there["refund_status"])
        assert not refund.signal_due
        if refund.state in ENDED:
            assert (refund.pk, refund.state) in self.settled
        if refund.state == "FAILED":
            assert is_in_a_persons_hands

    def _nobody_pays_again(self, paid: Order) -> None:
        beside = Order.objects.live().filter(reference=paid.reference, state="ACTIVE")
        assert all(is_held(order) for order in beside)


def nth_last(model: type[Any], number: int) -> Any:
    """Give the row of so many before the last."""
    rows = model.objects.order_by("-pk")
    return rows[number % rows.count()]


def is_held(order: Order) -> bool:
    """Tell whether the customer is kept from paying, or a person has decided otherwise."""
    settled = {reason for note in order.settlement_notes for reason in note["settled"]}
    return "reference_already_paid" in settled or not can_be_paid(order)


@pytest.fixture
def gateway() -> Iterator[Emulator]:
    with Emulator(clock=lambda: datetime.datetime.now(datetime.UTC)) as emulator:
        yield emulator


@pytest.mark.django_db(transaction=True)
def test_machine__sees_what_it_must_see(gateway: Emulator, settings: Any) -> None:
    """One walk that is known to meet a second payment, late requests, refunds cut short and held money."""
    settings.FLOWWISE = {"default": gateway.account}
    Shop.emulator = gateway
    shop = Shop()
    with shop.world:
        shop.first_order()
        shop.create(services.place_order, "A", Decimal(7), supersede=True, mood=None)
        shop.customer(1, "pay")
        shop.act("refresh", 1, is_stale=True, mood=None)
        for reference, seconds in (("B", 1), ("C", 200)):
            shop.create(services.place_order, reference, Decimal(5), supersede=True, mood=DELAYED)
            shop.time_passes(seconds)
            shop.somebody_does_not_wait("refresh")
        assert Order.objects.filter(state="PAID", live_key=None).count() == 1
        for steps in range(1, 31):
            shop.a_refund_is_cut_short_and_asked_for_again(0, Decimal("0.1"), steps, 200)
            shop.no_refund_is_made_twice_or_unknown()
        assert Refund.objects.counting().amount() == 3
        shop.refunds_are("PENDING")
        shop.refund(0, Decimal(1), "refund_a", None)
        shop.a_refund_is_settled(0, "FAILED")
        shop.retry(0, None)
        for reference in ("D", "E"):
            shop.create(services.place_order, reference, Decimal(5), supersede=False, mood=None)
            shop.a_customer_pays_and_wants_it_back(0, "authorise", None, None)
        assert Payment.objects.filter(capture_status="AUTHORISED").count() == 2
        shop.capture_or_void("capture", 0, None)
        shop.customer(1, "pay")
        shop.a_payment_goes_on(1, "reverse")
        shop.create(services.place_order, "F", Decimal(5), supersede=False, mood=None)
        shop.customer(0, "expire")
        shop.a_customer_pays_and_wants_it_back(0, "pay", None, None)
        shop.teardown()


@pytest.mark.django_db(transaction=True)
def test_machine__holds_in_any_sequence(gateway: Emulator, settings: Any) -> None:
    settings.FLOWWISE = {"default": gateway.account}
    Shop.emulator = gateway
    run_state_machine_as_test(Shop, settings=PROFILE)


PROFILE = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    derandomize="FLOWWISE_TEST_RANDOM" not in os.environ,
    suppress_health_check=list(HealthCheck),
    print_blob=True,
)
