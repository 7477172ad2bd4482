"""The steps that paths are made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

from django_flowwise import services
from django_flowwise.models import Order, Payment
from django_flowwise.states import OrderState
from tests.secrecy.marks import CUSTOMER, REFUND_NOTE, content
from tests.secrecy.world import World
from tests.secrecy.writings import Writing, plainly

Walk = Callable[[World], Any]


def draft() -> Order:
    return services.create_order(**content())


def active() -> Order:
    return services.submit_order(draft())


def expired(world: World) -> Order:
    order = active()
    world.emulator.expire(order.order_id)
    return services.refresh_order(order)


def refused(world: World) -> Order:
    world.emulator.fail_next("status_400", operation="create_order")
    order = draft()
    world.attempt(services.submit_order, order)
    return order


def unconfirmed(world: World) -> Order:
    world.emulator.fail_next("reset_after_accept", calls=2)
    order = draft()
    world.attempt(services.submit_order, order)
    return order


def in_state(state: str, **values: Any) -> Walk:
    def walk(world: World) -> Order:
        order = draft()
        values.setdefault("checkout_url", f"{world.emulator.url}/checkout/{order.order_id}")
        live_key = None if state == OrderState.WITHDRAWN else order.live_key
        values.setdefault("attempts", int(state != OrderState.DRAFT))
        Order.objects.filter(pk=order.pk).update(state=state, live_key=live_key, **values)
        return order

    return walk


def needing(reason: str) -> Walk:
    return in_state("ACTIVE", attention=[{"reason": reason, "evidence": "x", "at": "2026-01-01T00:00:00+00:00"}])


def failing(fault: str, **call: Any) -> Walk:
    """Submit, and refresh if that went well, while every call goes wrong in this way."""

    def walk(world: World) -> None:
        order = draft()
        world.emulator.fail_all(fault, **call)
        world.attempt(services.submit_order, order)
        world.emulator.mend()

    return walk


def echoed(then: Walk, writing: Writing = plainly, **how: Any) -> Walk:
    """Go this way while Flowwise refuses, and repeats what it was sent."""

    def walk(world: World) -> None:
        world.echo(writing, **how)
        then(world)

    return walk


def submitting_with(**setting: Any) -> Walk:
    """Submit while the account has these settings."""
    return lambda world: with_setting(world, setting, partial(world.attempt, services.submit_order, draft()))


def creating_with(**setting: Any) -> Walk:
    """Create while the account has these settings."""
    attempt = partial(services.create_order, **content())
    return lambda world: with_setting(world, setting, lambda: world.attempt(attempt))


def with_setting(world: World, setting: dict[str, Any], do: Callable[[], Any]) -> None:
    """Do it while the account has these settings."""
    right = world.settings.FLOWWISE
    world.settings.FLOWWISE = {"default": {**right["default"], **setting}}
    do()
    world.settings.FLOWWISE = right


def submitting(world: World) -> Any:
    return world.attempt(services.submit_order, draft())


def placing(world: World) -> Any:
    return world.attempt(services.place_order, **content())


def paid(world: World) -> Order:
    order = active()
    world.emulator.pay(order.order_id)
    return world.attempt(services.refresh_order, order)


def payment(world: World, begin: str = "pay") -> Payment:
    """Give a payment of a payer about whom Flowwise tells much: paid, or with another beginning."""
    world.know_payers()
    order = active()
    getattr(world.emulator, begin)(order.order_id)
    return services.refresh_order(order).payments.get()


def refunding(amount: Any = None, note: str = REFUND_NOTE, **how: Any) -> Walk:
    return lambda world: world.attempt(services.refund_payment, payment(world), amount, note, **how)


def refund_echoed(writing: Writing = plainly, **how: Any) -> Walk:
    """Refund while Flowwise refuses, and repeats what it was sent."""
    return lambda world: (world.echo_refund(writing, **how), refunding()(world))


def refund_failing(fault: str, *, calls: int = 99) -> Walk:
    """Refund while calls go wrong in this way; look afterwards, and ask again."""

    def walk(world: World) -> None:
        paid = payment(world)
        world.emulator.fail_next(fault, calls=calls)
        world.attempt(services.refund_payment, paid, None, REFUND_NOTE, refund_id="refund_1")
        world.attempt(services.refresh_order, paid.order)
        world.emulator.mend()
        world.attempt(services.refund_payment, paid, refund_id="refund_1")

    return walk


def while_stopped(then: Walk) -> Walk:
    """Go this way while nobody is where Flowwise should be."""

    def walk(world: World) -> None:
        world.emulator.stop()
        then(world)
        world.emulator.start()

    return walk


def holding(service: Callable[..., Any], *args: Any, fault: str = "", calls: int = 99) -> Walk:
    """Call this for held money, while calls go wrong in this way."""

    def walk(world: World) -> None:
        held = payment(world, "authorise")
        if fault:
            world.emulator.fail_next(fault, calls=calls)
        world.attempt(service, held, *args)

    return walk


def refunded_unreachable(world: World) -> None:
    paid = payment(world)
    while_stopped(lambda world: world.attempt(services.refund_payment, paid, None, REFUND_NOTE))(world)


def refunded_twice(world: World) -> None:
    """Ask under one key with two notes."""
    paid = payment(world)
    for note in (REFUND_NOTE, f"{REFUND_NOTE} too"):
        world.attempt(services.refund_payment, paid, 10, note, refund_id="refund_1")


def refunded_within_a_transaction(world: World) -> None:
    paid = payment(world)
    with transaction.atomic():
        world.attempt(services.refund_payment, paid, None, REFUND_NOTE)


def within_a_transaction(world: World) -> None:
    with transaction.atomic():
        placing(world)


def half_a_character(world: World) -> None:
    order = draft()
    order.customer_address = f"{CUSTOMER['customer_address']} \ud800"
    world.attempt(services.submit_order, order)


def unreachable(world: World) -> None:
    order = draft()
    while_stopped(lambda world: world.attempt(services.submit_order, order))(world)


def stopped(world: World) -> None:
    order = active()
    while_stopped(lambda world: world.attempt(services.refresh_order, order))(world)


def admin_failing(world: World) -> None:
    world.emulator.fail_all("reset_after_accept")
    world.fill_in()


def lost_credential() -> str:
    raise LookupError("the store is sealed")
