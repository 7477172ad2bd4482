"""Valid orders, brought to a state by the services themselves."""

from __future__ import annotations

import contextlib
import dataclasses
import secrets
from collections.abc import Callable, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final

from django_flowwise import services
from django_flowwise.conf import get_account
from django_flowwise.emulator import Behaviour, Emulator
from django_flowwise.exceptions import FlowwiseAPIError
from django_flowwise.models import Order
from django_flowwise.states import OrderState
from django_flowwise.testing.edge import is_in_place

_USUAL_BEHAVIOUR: Final = Behaviour()
_CONTENT: Final = MappingProxyType(
    {
        "order_amount": Decimal("2299.50"),
        "order_currency": "INR",
        "customer_id": "cust_priya_sharma_2024",
        "customer_email": "priya.sharma@example.com",
        "customer_phone": "+919876543210",
        "customer_address": "123 Connaught Place, New Delhi, Delhi 110001, India",
    }
)
"""Source: Create Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order
(read 2026-11-24), example."""


def flowwise_order(*, state: str = "DRAFT", emulator: Emulator | None = None, **content: Any) -> Order:
    """Save a valid order with a reference of its own, and bring it to a state by the services.

    `content` is what `services.create_order` takes. Every state but DRAFT needs the emulator that the settings
    lead to; the signals on the way are sent.

    Raises:
        ValueError: no service leaves an order in that state; or the emulator is lacking, is not where the settings
            lead, or has canned answers before it.
        ValidationError: the content is not valid.
        RuntimeError: the emulator's faults or its behaviour kept the order from that state, or a fault that the
            test switched on was used up on the way.
    """
    if state not in {OrderState.DRAFT, *_WAYS}:
        known = ", ".join([OrderState.DRAFT, *_WAYS])
        raise ValueError(f"No service leaves an order {state}; choose one of {known}.")
    if state != OrderState.DRAFT and is_in_place():
        raise ValueError(
            f"Canned answers stand before Flowwise, so nothing brings an order to {state}: make a DRAFT, arrange "
            "create_order() and submit it, or use flowwise_emulator instead."
        )
    if emulator is None and state != OrderState.DRAFT:
        raise ValueError(
            f"Only a local Flowwise brings an order to {state}: pass emulator=, from flowwise_emulator()."
        )
    order = services.create_order(**{"reference": f"INV-{secrets.token_hex(8)}", **_CONTENT, **content})
    if emulator is not None and state != OrderState.DRAFT:
        _bring(order, state, emulator)
    return order


def _bring(order: Order, state: str, emulator: Emulator) -> None:
    base_url = get_account(order.account).base_url
    if base_url != emulator.base_url:
        raise ValueError(
            f"The settings lead to {base_url}, and not to the emulator at {emulator.base_url}: pass as emulator= "
            "the one whose settings are in force."
        )
    faults = emulator.faults
    _WAYS[state](order, emulator)
    if order.state != state or emulator.faults != faults:
        differing = [
            f"{field.name}={getattr(emulator.behaviour, field.name)!r}"
            for field in dataclasses.fields(emulator.behaviour)
            if getattr(emulator.behaviour, field.name) != getattr(_USUAL_BEHAVIOUR, field.name)
        ]
        raise RuntimeError(
            f"The order was to become {state}, and is {order.state}. Switched on before: "
            f"{', '.join(faults) or 'no fault'}; now: {', '.join(emulator.faults) or 'no fault'}. "
            f"Not as usual: {', '.join(differing) or 'nothing'}. Let calls go wrong once the order is there."
        )


def _refuse(order: Order, emulator: Emulator) -> None:
    emulator.fail_next("status_400", operation="create_order")
    with contextlib.suppress(FlowwiseAPIError):
        services.submit_order(order)


def _lose(order: Order, emulator: Emulator) -> None:
    emulator.fail_next("reset_after_accept", operation="create_order")
    emulator.fail_next("reset_after_accept", operation="get_order")
    with contextlib.suppress(FlowwiseAPIError):
        services.submit_order(order)


def _submit(order: Order, emulator: Emulator) -> None:
    services.submit_order(order)


def _pay(order: Order, emulator: Emulator) -> None:
    services.submit_order(order)
    emulator.pay(order.order_id)
    services.refresh_order(order)


def _reverse(order: Order, emulator: Emulator) -> None:
    _pay(order, emulator)
    for payment in emulator.payments[order.order_id]:
        emulator.reverse(payment["payment_id"])
    services.refresh_order(order)


def _expire(order: Order, emulator: Emulator) -> None:
    services.submit_order(order)
    emulator.expire(order.order_id)
    services.refresh_order(order)


def _withdraw(order: Order, emulator: Emulator) -> None:
    services.submit_order(order)
    services.withdraw_order(order)


_WAYS: Final[Mapping[str, Callable[[Order, Emulator], None]]] = MappingProxyType(
    {
        OrderState.UNCONFIRMED.value: _lose,
        OrderState.REFUSED.value: _refuse,
        OrderState.ACTIVE.value: _submit,
        OrderState.PAID.value: _pay,
        OrderState.REVERSED.value: _reverse,
        OrderState.EXPIRED.value: _expire,
        OrderState.WITHDRAWN.value: _withdraw,
    }
)
