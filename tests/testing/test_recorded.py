"""`flowwise_signals()` notes what is sent, and nothing once it is over."""

from __future__ import annotations

from typing import Any

import pytest

from django_flowwise import services, signals
from django_flowwise.testing import flowwise_signals

pytestmark = pytest.mark.django_db


def test_signals__are_noted_with_what_they_are_about(flowwise_emulator: Any, flowwise_order: Any) -> None:
    other = flowwise_order()
    with flowwise_signals() as recorded:
        order = flowwise_order(state="PAID")
        refund = services.refund_payment(order.payments.get())
        services.submit_order(other)
    assert recorded.names == ["order_active", "order_paid", "refund_settled", "order_active"]
    assert recorded.of(order) == ["order_active", "order_paid", "refund_settled"]
    assert recorded.of(other) == ["order_active"]
    assert [sent.state for sent in recorded.sent] == ["ACTIVE", "PAID", "PAID", "ACTIVE"]
    assert [sent.refund for sent in recorded.sent] == [None, None, refund, None]
    recorded.clear()
    assert recorded.names == []


def test_signals__are_not_noted_any_more_afterwards(flowwise_emulator: Any, flowwise_order: Any) -> None:
    before = list(signals.order_active.receivers)
    with pytest.raises(ZeroDivisionError), flowwise_signals() as recorded:
        raise ZeroDivisionError
    assert signals.order_active.receivers == before
    flowwise_order(state="ACTIVE")
    assert recorded.names == []


def test_fixture__records(flowwise_signals: Any, flowwise_order: Any) -> None:
    order = flowwise_order(state="EXPIRED")
    assert flowwise_signals.of(order) == ["order_active", "order_expired"]
