"""The table of paths over the REST API, asked by a server that may do everything but see a customer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.secrecy import steps
from tests.secrecy.marks import REFUND_NOTE, SECRET, content
from tests.secrecy.paths import FAULTS, Path
from tests.secrecy.steps import Walk
from tests.secrecy.world import World
from tests.secrecy.writings import WRITINGS, plainly


def creating(**changes: Any) -> Walk:
    """Create an order at Flowwise, with other content than usual."""
    return lambda world: world.ask("orders/", {**content(), "submit": True, **changes})


def creating_again(**changes: Any) -> Walk:
    """Create an order, and once more with other content."""
    return lambda world: (creating()(world), creating(**changes)(world))


def creating_with(**setting: Any) -> Walk:
    """Create while the account has these settings."""
    return lambda world: steps.with_setting(world, setting, lambda: creating()(world))


def failing(fault: str) -> Walk:
    """Create, and act on what there is, while every call goes wrong in this way."""

    def walk(world: World) -> None:
        world.emulator.fail_all(fault)
        creating()(world)
        for act in ("submit", "refresh", "reissue"):
            world.ask(f"orders/{world.last_order().key}/{act}/")
        world.emulator.mend()

    return walk


def refunding(arrange: Callable[[World], Any] = lambda world: None, **changes: Any) -> Walk:
    """Give money back, after something was arranged at Flowwise, and ask once more under the same key."""

    def walk(world: World) -> None:
        paid = steps.payment(world)
        arrange(world)
        body = {"payment_id": paid.payment_id, "refund_id": "refund_1", "note": REFUND_NOTE, **changes}
        for _ in range(2):
            world.ask(f"orders/{paid.order.key}/refunds/", body)

    return walk


API_PATHS = {
    "api, create": Path(creating()),
    "api, create, not valid": Path(creating(customer_email="zzmail9e2f13 at home")),
    "api, create, half a character": Path(creating(order_note="zzNote8f5e \ud800")),
    "api, create, tags that are none": Path(creating(order_tags={"zzTag1d9a": ["zzTag1d9a"]})),
    "api, create, again with another customer": Path(creating_again(customer_email="other@zzhost.example")),
    "api, create, in the place of another": Path(creating_again(order_amount="7", supersede=True)),
    "api, create, wrong credentials": Path(creating_with(CLIENT_SECRET=f"{SECRET}x")),
    "api, create, settings that are none": Path(creating_with(CHECKOUT_HOSTS=SECRET)),
    "api, create, not sent": Path(steps.while_stopped(creating())),
    **{
        f"api, create, refused with an echo {name}": Path(steps.echoed(creating(), writing))
        for name, writing in WRITINGS.items()
    },
    "api, create, credentials refused with an echo": Path(steps.echoed(creating(), status=401)),
    "api, create, unavailable with an echo": Path(steps.echoed(creating(), status=503)),
    **{f"api, fault {name}": Path(failing(name)) for name in FAULTS},
    "api, refund": Path(refunding()),
    "api, refund, not valid": Path(refunding(amount="x")),
    "api, refund, a note that is too long": Path(refunding(note=REFUND_NOTE * 20)),
    "api, refund, refused with an echo": Path(refunding(lambda world: world.echo_refund(plainly))),
    "api, refund, unknown": Path(refunding(lambda world: world.emulator.fail_all("reset_after_accept"))),
}
