"""The one live place of a reference, and what becomes of it when an order that had left it is paid after all."""

from __future__ import annotations

from django.db import IntegrityError
from django.utils import timezone

from django_flowwise.models import Order, OrderQuerySet, live_key_of
from django_flowwise.services.announcements import deliver_due
from django_flowwise.services.attention import require_attention
from django_flowwise.services.transactions import durable, writing_database
from django_flowwise.states import AttentionReason, MoneySignal, OrderState


def place_for(order: Order) -> str | None:
    """Give the key of the reference's live place: the order's own, or the one that nobody holds; None if taken."""
    key = live_key_of(order.account, order.reference)
    if order.live_key or not _orders().filter(live_key=key).exists():
        return key
    return None


def paid_beside(order: Order) -> Order | None:
    """Give the order of the same reference that was paid after it had left its place, if there is one."""
    return _siblings(order).filter(state=OrderState.PAID, live_key=None).order_by("pk").first()


def hand_over_place(order: Order) -> None:
    """Give the place that this order has left to the one that was paid beside it, so that nobody pays again.

    Called within the transaction in which the order leaves it.
    """
    if paid := paid_beside(order):
        paid.mark_live(live_key_of(order.account, order.reference), moment=timezone.now())


def hold_if_paid(order: Order) -> None:
    """Keep the customer of this order from paying what has been paid beside it."""
    if paid := paid_beside(order):
        require_attention(order, AttentionReason.REFERENCE_ALREADY_PAID, evidence=paid.order_id)


def conclude(order: Order) -> bool:
    """Do what a move calls for once it is committed; True where no signal about money is left due.

    First a paid order takes its reference's place, or the customers of the live order there are kept from paying
    again; then the signals are sent. Both are repeated by reconcile until they have succeeded. Safe to repeat.
    """
    if order.signal_due & MoneySignal.PAID and order.live_key is None and not _takes_place(order):
        evidence = order.order_id
        holds = [
            require_attention(sibling, AttentionReason.REFERENCE_ALREADY_PAID, evidence=evidence)
            for sibling in _siblings(order).live()
        ]
        if not all(holds):
            return False
    return deliver_due(order)


def _takes_place(order: Order) -> bool:
    """Take the reference's place where it has become free since the payment was recorded."""
    try:
        with durable():
            return order.mark_live(live_key_of(order.account, order.reference), moment=timezone.now())
    except IntegrityError:
        return False


def _siblings(order: Order) -> OrderQuerySet[Order]:
    return _orders().filter(account=order.account, reference=order.reference).exclude(pk=order.pk)


def _orders() -> OrderQuerySet[Order]:
    return Order.objects.using(writing_database())
