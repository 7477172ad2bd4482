"""The signals that a shop listens to."""

from __future__ import annotations

import inspect

import pytest
from django.dispatch import Signal

from django_flowwise import signals
from django_flowwise.models import Order, Refund

NAMES = [
    "order_active",
    "order_expired",
    "order_needs_attention",
    "order_paid",
    "order_refused",
    "order_reversed",
    "refund_settled",
]


def test_signals__are_the_documented_ones():
    assert sorted(name for name, _ in inspect.getmembers(signals, lambda one: isinstance(one, Signal))) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_signal__reaches_its_own_receivers_alone(name):
    heard = []
    receivers = [lambda _name=other, **_: heard.append(_name) for other in NAMES]
    for other, receiver in zip(NAMES, receivers, strict=True):
        getattr(signals, other).connect(receiver)
    try:
        getattr(signals, name).send(sender=None, order=Order(reference="INV-1"), refund=Refund())
    finally:
        for other, receiver in zip(NAMES, receivers, strict=True):
            getattr(signals, other).disconnect(receiver)

    assert heard == [name]
