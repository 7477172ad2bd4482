"""The races for a payment's money: refunds, captures and voids, and the looks that find them."""

from __future__ import annotations

import gc
import random
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from functools import partial

from django.core.exceptions import ValidationError

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order, Payment, Refund
from tests.gateway import Gateway
from tests.kill import money_scenarios as scenarios
from tests.kill.money import Asked, complaints_about_money
from tests.kill.proof import forget_rows
from tests.kill.scenarios import an_hour_ago, lapsed
from tests.kill.verdict import Witness, complaints, reconcile_twice, time_passes
from tests.races.crowd import at_once

PART = Decimal(300)


def came_of(call: Callable[[], Refund | Payment]) -> str:
    """Make a call; give the state or the word that it returns, or the error's name."""
    try:
        done = call()
    except (FlowwiseError, ValidationError) as error:
        return type(error).__name__
    return done.state if isinstance(done, Refund) else done.status


def parts_that_exceed(gateway: Gateway) -> int:
    """Give back parts that come to more than was taken, from everywhere: as many succeed as there is money for."""
    pk = scenarios.refundable(gateway).payments.get().pk

    def give_back(number: int) -> str:
        payment = Payment.objects.get(pk=pk)
        return came_of(lambda: services.refund_payment(payment, PART, refund_id=f"refund_{number}"))

    said = at_once(give_back, processes=4, threads=8)
    assert Counter(said) == {"ACCEPTED": 7, "ValidationError": 25}, Counter(said)
    _agree(gateway, refunds=7)
    return len(said)


def all_at_once(gateway: Gateway) -> int:
    """Give all of it back without a key, from everywhere: one refund leaves."""
    pk = scenarios.refundable(gateway).payments.get().pk
    said = at_once(
        lambda _number: came_of(lambda: services.refund_payment(Payment.objects.get(pk=pk))),
        processes=4,
        threads=8,
    )
    assert Counter(said) == {"ACCEPTED": 1, "ValidationError": 31}, Counter(said)
    _agree(gateway, refunds=1)
    return len(said)


def same_refund_id(gateway: Gateway) -> int:
    """Give a part back under one key from everywhere: one request leaves."""
    pk = scenarios.refundable(gateway).pk
    said = at_once(
        lambda _number: came_of(lambda: scenarios.refund(Order.objects.get(pk=pk))), processes=4, threads=16
    )
    assert "ACCEPTED" in said
    assert set(said) <= {"ACCEPTED", "OrderBusy"}, Counter(said)
    _agree(gateway, refunds=1)
    return len(said)


def captured_and_voided(gateway: Gateway) -> int:
    """Capture and void held money from everywhere: one of both reaches the gateway, once."""
    pk = scenarios.held(gateway).payments.get().pk
    acts: tuple[Callable[[Payment], Payment], ...] = (services.capture_payment, services.void_payment)
    said = at_once(
        lambda number: came_of(lambda: acts[number % 2](Payment.objects.get(pk=pk))), processes=4, threads=8
    )
    assert set(said) <= {"SUCCESS", "FAILED", "OrderBusy", "MoveNotAllowed"}, Counter(said)
    assert {"SUCCESS", "FAILED"} & set(said), Counter(said)
    _agree(gateway, refunds=0)
    return len(said)


def captured(gateway: Gateway) -> int:
    """Capture held money from everywhere: the gateway is asked once."""
    pk = scenarios.held(gateway).pk
    said = at_once(
        lambda _number: came_of(lambda: scenarios.capture(Order.objects.get(pk=pk))), processes=4, threads=8
    )
    assert "SUCCESS" in said
    assert set(said) <= {"SUCCESS", "OrderBusy"}, Counter(said)
    _agree(gateway, refunds=0)
    return len(said)


def first_seen(gateway: Gateway) -> int:
    """Find several payments for the first time from everywhere: each is kept once, and the order paid once."""
    order = scenarios.active(gateway)
    for pay in (gateway.fail, gateway.fail, gateway.authorise, gateway.pay):
        pay(order.order_id)
    said = at_once(
        lambda _number: services.refresh_order(Order.objects.get(pk=order.pk)).state, processes=4, threads=8
    )
    assert set(said) == {"PAID"}, Counter(said)
    assert Payment.objects.count() == 4
    _agree(gateway, refunds=0)
    return len(said)


def _agree(gateway: Gateway, *, refunds: int) -> None:
    found = list(complaints_about_money(gateway, _DEAF, Asked()))
    assert not [complaint for complaint in found if "nobody was told" not in complaint], found
    assert len(gateway.refunds()) == refunds


class _Deaf(Witness):
    """Hear nothing, where signals are not what is raced for."""

    def __init__(self) -> None:
        pass

    def heard_of_refunds(self) -> list[tuple[str, str]]:
        return []


_DEAF = _Deaf()


def refunds_under_other_hands(gateway: Gateway, witness: Witness, *, rounds: int) -> int:
    """Retry, refresh, reconcile and refund the rest at once, of what was left in doubt: one refund for each."""
    took_part = 0
    for number in range(rounds):
        gateway.reset()
        forget_rows()
        witness.forget()
        order = _SITUATIONS[number % len(_SITUATIONS)](gateway)
        gateway.mend()
        Order.objects.update(next_check_at=an_hour_ago())
        said = at_once(partial(_anything, order.pk, number), processes=4, threads=4)
        # Of a session that several threads have made at once, all but one are left to the garbage collector.
        gc.collect()
        time_passes(gateway)
        asked = Asked.so_far()
        reconcile_twice()
        found = [*complaints(gateway, witness), *complaints_about_money(gateway, witness, asked)]
        assert found == [], f"round {number}: {Counter(said)} {found}"
        took_part += len(said)
    return took_part


_SITUATIONS = (
    scenarios.in_doubt(is_there=True),
    scenarios.in_doubt(is_there=False),
    scenarios.in_doubt(is_there=True, next_check_at=None, **lapsed),
    scenarios.in_doubt(is_there=False, next_check_at=None, **lapsed),
    scenarios.failed,
    scenarios.all_due,
    scenarios.refundable,
    scenarios.held,
)


def _anything(pk: int, round_number: int, number: int) -> str:
    act = _ACTS[number % len(_ACTS)]
    order = Order.objects.get(pk=pk)
    payment = order.payments.get()
    time.sleep(random.Random(round_number * 1000 + number).random() * 0.02)  # noqa: S311  # the same each time
    return came_of(lambda: act(payment))


def _refreshed(payment: Payment) -> Payment:
    services.refresh_order(payment.order)
    return payment


def _reconciled(payment: Payment) -> Payment:
    services.reconcile()
    return payment


_ACTS: tuple[Callable[[Payment], Refund | Payment], ...] = (
    lambda payment: scenarios.refund(payment.order),
    _refreshed,
    services.refund_payment,
    _reconciled,
    services.capture_payment,
    services.void_payment,
)
