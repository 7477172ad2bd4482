"""Every complaint can be made."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from django_flowwise.models import Order
from tests.factories import make_order
from tests.kill.verdict import complaints, complaints_at_the_end

pytestmark = pytest.mark.django_db


def row(state: str, **columns: Any) -> Order:
    order = make_order(reference="INV-1")
    there = {"checkout_url": "https://app.flowwise.com/pay"} if state == "ACTIVE" else {}
    gone = {"live_key": None} if state == "WITHDRAWN" else {}
    Order.objects.filter(pk=order.pk).update(**{"state": state, "attempts": 1, **there, **gone, **columns})
    return order


def found(there: dict[Order, Any], *heard: tuple[Order, str], gives_up: bool = False) -> list[str]:
    """Give the complaints, without the order that each is about."""
    gateway = SimpleNamespace(orders=lambda: {order.order_id: said for order, said in there.items()})
    witness = SimpleNamespace(heard=lambda: [(order.order_id, state) for order, state in heard])
    return [words.partition(" ")[2] for words in complaints(gateway, witness, gives_up=gives_up)]


@pytest.mark.parametrize("state", ["UNCONFIRMED", "SUBMITTING", "ACTIVE", "EXPIRED"])
def test_complaints__not_at_the_gateway(state: str) -> None:
    row(state)
    assert found({}) == [f"is {state} here, and not at the gateway"]


@pytest.mark.parametrize("state", ["DRAFT", "REFUSED", "UNCONFIRMED", "SUBMITTING"])
def test_complaints__at_the_gateway(state: str) -> None:
    assert found({row(state): ("ACTIVE", 1)}) == [f"is {state} here, and ACTIVE at the gateway"]


def test_complaints__made_twice() -> None:
    assert found({row("ACTIVE"): ("ACTIVE", 2)}) == ["was made 2 times"]


def test_complaints__refused_after_a_doubt() -> None:
    row("REFUSED", attempts=2)
    assert found({}) == ["is called refused after a claim without an answer"]


def test_complaints__lost() -> None:
    order = row("WITHDRAWN", next_check_at=None)
    assert found({}) == ["has 0 live orders"]
    assert found({}, gives_up=True) == []
    assert found({order: ("ACTIVE", 1)}, gives_up=True) == ["is withdrawn and not watched"]
    stranger = Order(pk=0, order_id="stranger")
    assert found({stranger: ("ACTIVE", 1)}, gives_up=True) == ["is at the gateway, and nobody here knows it"]


def test_complaints__about_money() -> None:
    order = row("ACTIVE")
    assert found({order: ("PAID", 1)}) == ["is paid at the gateway, and ACTIVE here"]
    assert found({order: ("PAID", 1)}, (order, "ACTIVE"))[0] == "was announced as paid while it was ACTIVE"
    Order.objects.update(state="PAID")
    assert found({order: ("PAID", 1)}) == ["is paid, and nobody was told"]
    assert found({order: ("PAID", 1)}, (order, "PAID")) == []


def test_complaints__about_the_sibling_of_a_paid_one() -> None:
    paid = row("PAID", live_key=None)
    draft = row("DRAFT")
    assert found({paid: ("PAID", 1)}, (paid, "PAID")) == [
        f"is paid, and its sibling {draft.order_id} does not say so"
    ]
    Order.objects.filter(pk=draft.pk).update(attention=[{"reason": "reference_already_paid"}])
    assert found({paid: ("PAID", 1)}, (paid, "PAID")) == []


def test_complaints__at_the_end() -> None:
    gateway: Any = SimpleNamespace(orders=dict)
    assert len(list(complaints_at_the_end(gateway))) == 1
    row("ACTIVE")
    assert len(list(complaints_at_the_end(gateway))) == 1
