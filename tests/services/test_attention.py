"""Calling for a person."""

from __future__ import annotations

from typing import Any

import pytest

from django_flowwise import signals
from django_flowwise.models import Order
from django_flowwise.services.announcements import deliver_due
from django_flowwise.services.attention import require_attention
from django_flowwise.states import AttentionReason, MoneySignal
from tests.factories import make_order
from tests.services.conftest import connected, recorded

pytestmark = pytest.mark.django_db


def test_attention__is_added_beside_what_others_add() -> None:
    order = make_order()
    other = Order.objects.get(pk=order.pk)
    require_attention(other, AttentionReason.CANNOT_TELL)
    with recorded(signals.order_needs_attention) as told:
        require_attention(order, AttentionReason.PAID_TWICE)
        require_attention(order, AttentionReason.PAID_TWICE)
    assert Order.objects.get(pk=order.pk).attention_reasons == ["cannot_tell", "paid_twice"]
    assert told.states == ["DRAFT"]


def test_attention__that_a_receiver_adds_by_its_own_copy_is_told_too() -> None:
    order = make_order()
    both = MoneySignal.PAID | MoneySignal.NEEDS_ATTENTION
    Order.objects.update(state="PAID", signal_due=both, attention=[{"reason": "amount_differs", "evidence": ""}])
    order.refresh_from_db()
    told: list[list[str]] = []

    def add(order: Order, **_kwargs: Any) -> None:
        require_attention(Order.objects.get(pk=order.pk), AttentionReason.CANNOT_TELL)

    def hear(order: Order, **_kwargs: Any) -> None:
        told.append(order.attention_reasons)

    with connected(signals.order_paid, add), connected(signals.order_needs_attention, hear):
        assert not deliver_due(order)
        assert deliver_due(Order.objects.get())
    assert told == [["amount_differs"], ["amount_differs", "cannot_tell"]]


def test_attention__gives_up_on_a_row_that_keeps_changing(monkeypatch: Any) -> None:
    order = make_order()
    monkeypatch.setattr(Order, "mark_attention", lambda self, reasons, evidence, moment: False)
    require_attention(order, AttentionReason.PAID_TWICE)
    assert Order.objects.get(pk=order.pk).attention == []
