"""What follows from money: sent at least once, so everything here is safe to repeat."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from books.models import Purchase
from django_flowwise.models import Order
from django_flowwise.signals import order_paid, refund_settled


@receiver(order_paid)
def send_book(sender: object, order: Order, **kwargs: Any) -> None:
    Purchase.objects.filter(flowwise_order=order, sent_at=None).update(sent_at=timezone.now())


@receiver(refund_settled)
def note_refund(sender: object, order: Order, **kwargs: Any) -> None:
    Purchase.objects.filter(flowwise_order=order).update(refunded=order.amount_refunded)
