"""Sending the signals, once what they tell is committed.

Plain signals are sent at most once. Those about money stand in ``signal_due`` from the same UPDATE that moved the
order until every receiver has taken them.
"""

from __future__ import annotations

import contextvars
import logging

from django.db import router
from django.dispatch import Signal

from django_flowwise import signals
from django_flowwise.models import Order, Refund
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
    told = {"state": order.state, "attention": order.attention}
    try:
        taken = [flag for flag in MoneySignal(order.signal_due) if _deliver(flag, order)]
    finally:
        _under_way.reset(token)
    for flag in taken:
        # Again where something else has become due meanwhile, such as by a receiver's own copy of the order.
        if not order.mark_delivered(flag, **told) and flag is not MoneySignal.REFUND_SETTLED:
            order.mark_delivered(flag, **told)
    return not order.signal_due


def _deliver(flag: MoneySignal, order: Order) -> bool:
    if flag is MoneySignal.REFUND_SETTLED:
        taken = [_deliver_refund(order, refund) for refund in _settled_refunds(order)]
        return all(taken)
    return _send(_MONEY_SIGNALS[flag], order)


def _settled_refunds(order: Order) -> list[Refund]:
    database = router.db_for_write(Order)
    return list(Refund.objects.using(database).filter(payment__order=order, signal_due=True))


def _deliver_refund(order: Order, refund: Refund) -> bool:
    return _send(signals.refund_settled, order, refund=refund) and refund.mark_delivered()


def _send(signal: Signal, order: Order, **about: Refund) -> bool:
    failures = [
        (receiver, outcome)
        for receiver, outcome in signal.send_robust(sender=Order, order=order, **about)
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
