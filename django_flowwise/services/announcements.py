"""Sending the signals, once what they tell is committed.

Plain signals are sent at most once. Those about money stand in ``signal_due`` from the same UPDATE that moved the
order until every receiver has taken them.
"""

from __future__ import annotations

import contextvars
import logging

from django.dispatch import Signal

from django_flowwise import signals
from django_flowwise.models import Order
from django_flowwise.states import MoneySignal

logger = logging.getLogger(__name__)

_MONEY_SIGNALS = {
    MoneySignal.PAID: signals.order_paid,
    MoneySignal.REVERSED: signals.order_reversed,
    MoneySignal.NEEDS_ATTENTION: signals.order_needs_attention,
}


_under_way: contextvars.ContextVar[frozenset[int]] = contextvars.ContextVar(
    "flowwise_deliveries", default=frozenset()
)
"""Orders whose receivers are running, so that one that refreshes its order is not called for ever."""


def announce(signal: Signal, order: Order) -> None:
    """Send one of the plain signals; a receiver that fails is logged and holds nobody up."""
    _send(signal, order)


def deliver_due(order: Order) -> bool:
    """Send the signals about money that are due; True where none is left.

    Safe to repeat: what a receiver failed on stays due, and is sent again to all of them.
    """
    under_way = _under_way.get()
    if order.pk in under_way:
        return False  # a receiver has asked about its own order
    token = _under_way.set(under_way | {order.pk})
    try:
        taken = [flag for flag in MoneySignal(order.signal_due) if _send(_MONEY_SIGNALS[flag], order)]
    finally:
        _under_way.reset(token)
    for flag in taken:
        order.mark_delivered(flag)
    return not order.signal_due


def _send(signal: Signal, order: Order) -> bool:
    failures = [
        (receiver, outcome)
        for receiver, outcome in signal.send_robust(sender=Order, order=order)
        if isinstance(outcome, Exception)
    ]
    for receiver, failure in failures:
        logger.error(
            "receiver_failed order_id=%s receiver=%s error=%s",
            order.order_id,
            getattr(receiver, "__qualname__", type(receiver).__name__),
            type(failure).__name__,
        )
    return not failures
