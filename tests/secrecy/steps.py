"""The steps that paths are made of."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from django.db import transaction

from django_flowwise import services
from django_flowwise.models import Order
from django_flowwise.states import OrderState
from tests.secrecy.marks import CUSTOMER, content
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
    return lambda world: _with(world, setting, services.submit_order, draft())


def creating_with(**setting: Any) -> Walk:
    """Create while the account has these settings."""
    return lambda world: _with(world, setting, partial(services.create_order, **content()))


def _with(world: World, setting: dict[str, Any], operation: Callable[..., Any], *given: Order) -> None:
    right = world.settings.FLOWWISE
    world.settings.FLOWWISE = {"default": {**right["default"], **setting}}
    world.attempt(operation, *given)
    world.settings.FLOWWISE = right


def submitting(world: World) -> Any:
    return world.attempt(services.submit_order, draft())


def placing(world: World) -> Any:
    return world.attempt(services.place_order, **content())


def paid(world: World) -> Order:
    order = active()
    world.emulator.pay(order.order_id)
    return world.attempt(services.refresh_order, order)


def within_a_transaction(world: World) -> None:
    with transaction.atomic():
        placing(world)


def half_a_character(world: World) -> None:
    order = draft()
    order.customer_address = f"{CUSTOMER['customer_address']} \ud800"
    world.attempt(services.submit_order, order)


def unreachable(world: World) -> None:
    order = draft()
    world.emulator.stop()
    world.attempt(services.submit_order, order)
    world.emulator.start()


def stopped(world: World) -> None:
    order = active()
    world.emulator.stop()
    world.attempt(services.refresh_order, order)
    world.emulator.start()


def admin_failing(world: World) -> None:
    world.emulator.fail_all("reset_after_accept")
    world.fill_in()


def lost_credential() -> str:
    raise LookupError("the store is sealed")
