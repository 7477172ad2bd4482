"""What a customer reads of an order: never better than it is known to be."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from django_flowwise import services
from django_flowwise.models import Order
from example_project.shop.models import ShopOrder
from example_project.shop.standing import standing_of

pytestmark = [pytest.mark.django_db, pytest.mark.urls("example_project.urls")]


def fail(emulator: Any, order_id: str) -> None:
    emulator.fail(order_id)


def fail_and_expire(emulator: Any, order_id: str) -> None:
    emulator.fail(order_id)
    emulator.expire(order_id)


def fail_and_start_another(emulator: Any, order_id: str) -> None:
    emulator.fail(order_id)
    emulator.start_payment(order_id)


def start_and_expire(emulator: Any, order_id: str) -> None:
    emulator.start_payment(order_id)
    emulator.expire(order_id)


def pay_and_reverse(emulator: Any, order_id: str) -> None:
    payment = emulator.pay(order_id)
    services.refresh_order(Order.objects.get(order_id=order_id))
    emulator.reverse(payment["payment_id"])


@pytest.mark.parametrize(
    ("happen", "standing", "text", "button"),
    [
        (lambda emulator, order_id: None, "open", "Not paid yet", "Pay now"),
        (lambda emulator, order_id: emulator.pay(order_id), "paid", "Paid on", ""),
        (
            lambda emulator, order_id: emulator.start_payment(order_id),
            "under_way",
            "do not pay again",
            "Look again",
        ),
        (lambda emulator, order_id: emulator.authorise(order_id), "under_way", "do not pay again", "Look again"),
        (fail, "failed", "did not go through", "Try again"),
        (lambda emulator, order_id: emulator.drop(order_id), "failed", "did not go through", "Try again"),
        (fail_and_start_another, "under_way", "do not pay again", "Look again"),
        (lambda emulator, order_id: emulator.expire(order_id), "expired", "time to pay is over", "new link"),
        (fail_and_expire, "expired", "time to pay is over", "new link"),
        (start_and_expire, "under_way", "do not pay again", "Look again"),
        (pay_and_reverse, "reversed", "has gone back to you", ""),
    ],
)
def test_order_page__says_how_it_stands(
    client: Client,
    ordered: ShopOrder,
    flowwise_emulator: Any,
    happen: Any,
    standing: str,
    text: str,
    button: str,
) -> None:
    happen(flowwise_emulator, ordered.flowwise_order.order_id)
    services.refresh_order(ordered.flowwise_order)
    assert standing_of(ordered) == standing
    page = client.get(ordered.get_absolute_url()).content.decode()
    assert text in page
    assert ("Paid on" in page) is (standing == "paid")
    assert page.count('class="button"') == bool(button)
    assert button in page


def test_order_page__of_a_cancelled_order(client: Client, ordered: ShopOrder) -> None:
    services.withdraw_order(ordered.flowwise_order)
    assert standing_of(ordered) == "cancelled"
    page = client.get(ordered.get_absolute_url()).content.decode()
    assert "was cancelled" in page
    assert 'class="button"' not in page


def test_order_page__without_a_flowwise_order(client: Client) -> None:
    order = ShopOrder.objects.create(name="Priya", email="p@example.com", phone="1", address="x")
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Not paid yet" in page
    assert 'class="button"' not in page


def test_order_page__a_paid_order_that_a_person_must_look_at_is_paid(client: Client, paid: ShopOrder) -> None:
    Order.objects.update(attention=[{"reason": "paid_late", "at": "2026-01-01T00:00:00+00:00"}])
    assert "Paid on" in client.get(paid.get_absolute_url()).content.decode()


def test_order_page__where_the_account_is_no_longer_in_the_settings(
    client: Client, ordered: ShopOrder, settings: Any
) -> None:
    settings.FLOWWISE = {"other": settings.FLOWWISE["default"]}
    assert "Not paid yet" in client.get(ordered.get_absolute_url()).content.decode()
    assert client.get(f"/flowwise/return/{ordered.flowwise_order.key}/").status_code == 200
