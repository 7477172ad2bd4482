"""Every public service, with what it is called for: those that make requests, and those that make none.

Each takes nothing, brings an order to where the service has something to do, and gives the call itself.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from django.utils import timezone

from django_flowwise import services
from django_flowwise.models import Order, Payment
from tests.factories import make_order

Call = Callable[[], Any]
Arrange = Callable[[Any], Call]

CONTENT: dict[str, Any] = {
    "reference": "INV-CALLS",
    "order_amount": Decimal("2299.50"),
    "order_currency": "INR",
    "customer_id": "cust_1",
}


def active() -> Order:
    return services.submit_order(make_order())


def expired(emulator: Any) -> Order:
    order = active()
    emulator.expire(order.order_id)
    return services.refresh_order(order)


def paid(emulator: Any) -> Payment:
    """Give the successful payment of a new order."""
    order = active()
    emulator.pay(order.order_id)
    return services.refresh_order(order).payments.get()


def held(emulator: Any) -> Payment:
    """Give a payment whose money is held."""
    order = active()
    emulator.authorise(order.order_id)
    return services.refresh_order(order).payments.get()


def needing_a_person() -> Order:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(attention=[{"reason": "cannot_tell", "at": "2026-01-01"}])
    return Order.objects.get(pk=order.pk)


def lost(emulator: Any) -> Order:
    """Leave an order in doubt, which Flowwise has."""
    order = active()
    Order.objects.filter(pk=order.pk).update(state="UNCONFIRMED", checked_at=None)
    return Order.objects.get(pk=order.pk)


def over() -> None:
    """Leave an order that is over, and has been for long."""
    order = make_order()
    long_ago = timezone.now() - datetime.timedelta(days=40)
    Order.objects.filter(pk=order.pk).update(state="PAID", updated_at=long_ago)


REQUESTING: dict[str, Arrange] = {
    "aplace_order": lambda _: partial(async_to_sync(services.aplace_order), **CONTENT),
    "arefresh_order": lambda _: partial(async_to_sync(services.arefresh_order), active()),
    "arefund_payment": lambda emulator: partial(async_to_sync(services.arefund_payment), paid(emulator)),
    "asubmit_order": lambda _: partial(async_to_sync(services.asubmit_order), make_order()),
    "capture_payment": lambda emulator: partial(services.capture_payment, held(emulator)),
    "diagnose": lambda _: services.diagnose,
    "place_order": lambda _: partial(services.place_order, **CONTENT),
    "reconcile": lambda emulator: (lost(emulator), services.reconcile)[1],
    "refresh_after_return": lambda _: partial(services.refresh_after_return, active()),
    "refresh_order": lambda _: partial(services.refresh_order, active()),
    "refund_payment": lambda emulator: partial(services.refund_payment, paid(emulator)),
    "reissue_order": lambda emulator: partial(services.reissue_order, expired(emulator)),
    "submit_order": lambda _: partial(services.submit_order, make_order()),
    "void_payment": lambda emulator: partial(services.void_payment, held(emulator)),
}
SILENT: dict[str, Arrange] = {
    "correct_order": lambda _: partial(services.correct_order, make_order(), order_note="blue"),
    "count_due": lambda _: services.count_due,
    "create_order": lambda _: partial(services.create_order, **CONTENT),
    "forget_customers": lambda _: (over(), partial(services.forget_customers, older_than_days=30))[1],
    "has_secured_money": lambda emulator: partial(services.has_secured_money, held(emulator).order),
    "is_made_elsewhere": lambda _: partial(services.is_made_elsewhere, make_order()),
    "is_past_expiry": lambda _: partial(services.is_past_expiry, make_order()),
    "is_reissuable": lambda _: partial(services.is_reissuable, make_order()),
    "is_submittable": lambda _: partial(services.is_submittable, make_order()),
    "may_be_at_flowwise": lambda _: partial(services.may_be_at_flowwise, make_order()),
    "orders_in_doubt": lambda _: lambda: list(services.orders_in_doubt()),
    "page_mark": lambda _: partial(services.page_mark, make_order().key, asked="nothing"),
    "payment_progress": lambda _: partial(services.payment_progress, make_order()),
    "refundable_amount": lambda emulator: partial(services.refundable_amount, paid(emulator)),
    "settle_attention": lambda _: partial(services.settle_attention, needing_a_person(), "seen"),
    "submit_after_commit": lambda _: partial(services.submit_after_commit, make_order(), lambda *_: None),
    "withdraw_order": lambda _: partial(services.withdraw_order, active()),
}
"""`submit_after_commit` makes its request once there is no transaction any more."""
