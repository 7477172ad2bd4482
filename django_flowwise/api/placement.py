"""Placing an order, and what is known of it afterwards, whatever became of it."""

from __future__ import annotations

import dataclasses
import logging
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.views.decorators.debug import sensitive_variables

from django_flowwise import services
from django_flowwise.api.problems import is_taken, retry_after
from django_flowwise.conf import DEFAULT_ALIAS
from django_flowwise.exceptions import FlowwiseError, OutcomeUnknown
from django_flowwise.models import ClaimedRow, Order, OrderQuerySet, live_key_of
from django_flowwise.services.placement import make_payable, successor_of
from django_flowwise.services.schedule import seconds_until_look
from django_flowwise.services.transactions import writing_database
from django_flowwise.states import OrderState

logger = logging.getLogger(__name__)

_READY = frozenset({OrderState.ACTIVE, OrderState.PAID})
_TYPED = ("customer_email", "customer_phone", "customer_address")
"""What a customer can mend; the rest of an order is the shop's."""


@dataclasses.dataclass(frozen=True, slots=True)
class Placement:
    """Say how placing an order ended where it did not fail."""

    order: Order
    status: int
    """201 for a new order, 200 for one that was there, 202 where it is not known what Flowwise did."""
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)


def live_orders(account: Any, reference: Any) -> OrderQuerySet[Order]:
    """Narrow the orders down to the one that holds this reference."""
    orders = Order.objects.using(writing_database())
    if not isinstance(account, str) or not isinstance(reference, str):
        return orders.none()
    return orders.filter(live_key=live_key_of(account, reference))


@sensitive_variables("content")
def live_orders_of(content: Mapping[str, Any]) -> OrderQuerySet[Order]:
    """Narrow the orders down to the one that this content is about."""
    return live_orders(content.get("account", DEFAULT_ALIAS), content.get("reference"))


class NotPlaced(Exception):
    """It is known that the order is this basket's own, and why it cannot be paid yet.

    Attributes:
        order: the basket's.
        error: what became of it.
    """

    def __init__(self, order: Order, error: FlowwiseError) -> None:
        super().__init__(order, error)
        self.order = order
        self.error = error


@sensitive_variables("content")
def draft(content: Mapping[str, Any]) -> Placement:
    """Save an order without a request.

    Raises:
        All that create_order raises.
    """
    known = live_orders_of(content).first()
    return placed(services.create_order(**content), known)


@sensitive_variables("content")
def place(content: Mapping[str, Any]) -> Placement:
    """Place an order; an outcome that is not known is an answer.

    Raises:
        All that place_order raises, but for OutcomeUnknown.
    """
    known = live_orders_of(content).first()
    try:
        return placed(services.place_order(**content), known)
    except OutcomeUnknown as error:
        return in_doubt(live_orders_of(content).first(), error)


@sensitive_variables("content")
def place_basket(content: Mapping[str, Any]) -> Placement:
    """Place a customer's order; it is new where this call is the first after which it can be paid.

    Whoever asks is led to the order that has this content, and to none that only has its reference.

    Raises:
        NotPlaced: see there; all else is about no order, or about another's.
        ValidationError: by field that the customer typed; the log names the others.
        All that create_order raises.
    """
    try:
        order = services.create_order(**content)
    except ValidationError as error:
        raise _as_told_to_customers(error) from error
    was_ready = order.state in _READY
    try:
        payable = make_payable(order)
    except FlowwiseError as error:
        if isinstance(error, OutcomeUnknown) and _is_doubted(live := successor_of(order) or order):
            return in_doubt(live, error)
        raise NotPlaced(order, error) from error
    return Placement(payable, 200 if was_ready else 201)


def _as_told_to_customers(error: ValidationError) -> ValidationError:
    """Keep what is wrong with what they typed; the rest is the shop's mistake, and the log's."""
    fields: dict[str, list[ValidationError]] = getattr(error, "error_dict", {})
    if wrong := [f"{name}:{leaf.code}" for name in fields if name not in _TYPED for leaf in fields[name]]:
        logger.error("basket_invalid fields=%s", ",".join(wrong))
    if is_taken(error):
        return error
    return ValidationError({name: fields[name] for name in _TYPED if name in fields})


def placed(order: Order, known: Order | None) -> Placement:
    """Tell a new order from the one that was there before."""
    return Placement(order, 201 if order != known else 200)


def in_doubt(order: Order | None, error: OutcomeUnknown) -> Placement:
    """Say where to look, and when, where that is known.

    Raises:
        OutcomeUnknown: nothing holds the reference any more, or it is not the order that is in doubt.
    """
    if order is None or not _is_doubted(order):
        raise error
    return Placement(order, 202, retry_after_doubt(order, error))


def _is_doubted(order: Order) -> bool:
    """Tell an order of which a request may have left from one that has expired, and asks for a look before it."""
    return not services.is_reissuable(order)


def retry_after_doubt(doubted: ClaimedRow, error: OutcomeUnknown) -> dict[str, str]:
    """Say when an order or refund in doubt can be asked about again: once what was not there can be believed."""
    waits = (error.retry_after_seconds, seconds_until_look(doubted))
    return retry_after(max((wait for wait in waits if wait is not None), default=None))
