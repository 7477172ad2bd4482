"""The races. Each lets a crowd loose, asserts what must hold afterwards, and gives how many took part."""

from __future__ import annotations

import copy
import gc
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial

from django.conf import settings
from django.db import connections

from django_flowwise import services
from django_flowwise.client import FlowwiseClient
from django_flowwise.conf import get_account
from django_flowwise.models import Order
from tests.factories import make_order
from tests.forks import hang_up
from tests.gateway import Gateway
from tests.kill import scenarios
from tests.kill.proof import forget_rows
from tests.kill.verdict import Witness, complaints, reconcile_twice, time_passes
from tests.races.crowd import at_once, outcome

POST = "POST /router/orders"
BEATEN = {"OrderBusy"}
"""What may become of those who are not the first, apart from what the first one has reached."""


def same_order(gateway: Gateway) -> int:
    """Submit one order from everywhere: one request leaves."""
    order = scenarios.draft(gateway)
    said = at_once(
        lambda _number: outcome(lambda: services.submit_order(copy.copy(order))), processes=4, threads=32
    )
    assert "ACTIVE" in said
    assert set(said) <= {"ACTIVE", *BEATEN}, Counter(said)
    assert gateway.requests() == {POST: 1}
    order.refresh_from_db()
    assert (order.state, order.attempts) == ("ACTIVE", 1)
    return len(said)


def _submitted(order: Order) -> str:
    """Submit it with an instance of one's own."""
    return outcome(lambda: services.submit_order(copy.copy(order)))


def double_click(gateway: Gateway) -> int:
    """Place an order for one reference from everywhere: there is one here, and one at the gateway."""
    said = at_once(lambda _number: outcome(lambda: scenarios.place(Order())), processes=4, threads=8)
    assert "ACTIVE" in said
    assert set(said) <= {"ACTIVE", *BEATEN}, Counter(said)
    assert gateway.requests() == {POST: 1}
    assert Order.objects.get().state == "ACTIVE"
    return len(said)


def superseded(gateway: Gateway) -> int:
    """Put one and the same new order in an old one's place from everywhere: it takes it once."""
    order = scenarios.active(gateway)
    said = at_once(lambda _number: outcome(lambda: scenarios.supersede(Order())), processes=4, threads=8)
    assert set(said) == {"DRAFT"}, Counter(said)
    order.refresh_from_db()
    assert (order.state, order.superseded_by) == ("WITHDRAWN", Order.objects.live().get())
    return len(said)


def shared_work(gateway: Gateway) -> int:
    """Reconcile from everywhere: each order that is due is looked at once."""
    orders = [services.submit_order(make_order()) for _ in range(40)]
    Order.objects.update(next_check_at=scenarios.an_hour_ago())
    said = at_once(lambda _number: str(len(services.reconcile().looked_at)), processes=4, threads=2)
    assert sum(map(int, said)) == len(orders), said
    assert gateway.requests() == {
        POST: len(orders),
        **{f"GET /router/orders/{order.order_id}{what}": 1 for order in orders for what in ("", "/payments")},
    }
    return len(said)


def answers_after_a_fork(_gateway: Gateway) -> int:
    """Look up different orders from a process that has made requests, and from its forks: each gets its own."""
    orders = [services.submit_order(make_order()) for _ in range(16)]
    said = at_once(partial(_looks_up, orders), processes=4, threads=4)
    assert set(said) == {"its own"}, Counter(said)
    return len(said)


def _looks_up(orders: Sequence[Order], number: int) -> str:
    order_id = orders[number].order_id
    client = FlowwiseClient(get_account("default"))
    return "its own" if {client.get_order(order_id).order_id for _ in range(20)} == {order_id} else "another's"


def newer_truth(gateway: Gateway, witness: Witness, *, rounds: int) -> int:
    """Refresh, reconcile, submit and supersede at once, each with an instance from before: nothing is lost."""
    took_part = 0
    for number in range(rounds):
        gateway.reset()
        forget_rows()
        witness.forget()
        order = _SITUATIONS[number % len(_SITUATIONS)](gateway)
        Order.objects.update(next_check_at=scenarios.an_hour_ago())
        order.refresh_from_db()
        said = at_once(partial(_anything, order, number), processes=4, threads=4)
        for order_id, state in (words.split() for words in said if " " in words):
            now = Order.objects.get(order_id=order_id).state
            assert now in _NEWER.get(state, {now}), f"round {number}: {order_id} was {state}, and now is {now}"
        # Of a session that several threads have made at once, all but one are left to the garbage collector.
        gc.collect()
        time_passes(gateway)
        reconcile_twice()
        found = list(complaints(gateway, witness))
        assert found == [], f"round {number}: {found}"
        took_part += len(said)
    return took_part


_NEWER: Mapping[str, set[str]] = {"PAID": {"PAID"}, "ACTIVE": {"ACTIVE", "PAID", "EXPIRED", "WITHDRAWN"}}
"""What an order may be once somebody has seen it in a state."""


_SITUATIONS = (
    scenarios.paid,
    scenarios.unconfirmed_there,
    scenarios.draft,
    scenarios.replaced_then_paid,
    scenarios.lapsed_there,
    scenarios.active,
)


def _anything(order: Order, round_number: int, number: int) -> str:
    act = _ACTS[number % len(_ACTS)]
    time.sleep(random.Random(round_number * 1000 + number).random() * 0.02)  # noqa: S311  # the same each time
    stale = copy.copy(order)
    said = outcome(lambda: act(stale))
    return f"{stale.order_id} {said}" if said == stale.state else said


def _reconciled(order: Order) -> Order:
    services.reconcile()
    return order


_ACTS = (services.refresh_order, services.submit_order, scenarios.place_superseding, _reconciled)


def late_yes(gateway: Gateway) -> int:
    """Take over a claim whose holder is still waiting; its yes comes after the order was paid, and is old news."""
    gateway.fail_next("latency", operation="create_order", seconds=0.4)
    order = scenarios.draft(gateway)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(_in_a_thread, copy.copy(order))
        second = _taken_over(gateway, order)
        assert (services.submit_order(second).state, second.attempts) == ("ACTIVE", 2)
        gateway.pay(order.order_id)
        assert services.refresh_order(second).state == "PAID"
        assert first.result() == "PAID"
    order.refresh_from_db()
    assert (order.state, order.attempts) == ("PAID", 2)
    assert gateway.requests()[POST] == 1
    return 2


def late_no(gateway: Gateway) -> int:
    """Take over a claim whose holder is still waiting; what it then cannot tell is not told of the new claim."""
    gateway.fail_next("kept_late", operation="create_order", seconds=0.8)
    gateway.fail_next("latency", operation="get_order", seconds=0.6)
    order = scenarios.draft(gateway)
    with ThreadPoolExecutor(2) as pool, patience(0.2):
        first = pool.submit(_in_a_thread, copy.copy(order))
        second = _taken_over(gateway, order)
        with patience(5):
            next_one = pool.submit(_in_a_thread, second)
            assert first.result() == "OutcomeUnknown"
            order.refresh_from_db()
            assert (order.state, order.attempts) == ("SUBMITTING", 2)
            assert next_one.result() == "OutcomeUnknown"
    order.refresh_from_db()
    assert (order.state, order.attempts) == ("UNCONFIRMED", 2)
    wait_until(gateway.orders)
    services.reconcile()
    order.refresh_from_db()
    assert order.state == "ACTIVE"
    assert gateway.requests()[POST] == 1
    return 2


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Let calls that begin now wait so long for an answer."""
    account = settings.FLOWWISE["default"]
    settings.FLOWWISE = {"default": {**account, "READ_TIMEOUT_SECONDS": seconds}}
    yield
    hang_up()
    settings.FLOWWISE = {"default": account}


def wait_until(condition: Callable[[], object]) -> None:
    until = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.01)


def _in_a_thread(order: Order) -> str:
    try:
        return _submitted(order)
    finally:
        connections.close_all()


def _taken_over(gateway: Gateway, order: Order) -> Order:
    """Wait until the first holder's request has arrived, and let its claim expire."""
    wait_until(lambda: POST in gateway.requests())
    Order.objects.filter(pk=order.pk).update(claim_expires_at=scenarios.an_hour_ago())
    return Order.objects.get(pk=order.pk)
