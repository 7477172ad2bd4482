"""Staff, and orders for them to look at."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from django_flowwise import services
from django_flowwise.models import Order, Payment, Refund
from tests.factories import make_order

ALL = ("view_order", "add_order", "change_order", "delete_order", "submit_order", "settle_order")
MONEY = ("view_order", "refund_payment", "capture_payment")


@pytest.fixture
def staff(db: None) -> Any:
    """Log a person in who has these permissions."""

    def log_in(*permissions: str) -> Client:
        user = User.objects.create_user("anna", password="x", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions or ALL))
        client = Client()
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def anna(staff: Any) -> Client:
    return staff()


def order_in(state: str, **values: Any) -> Order:
    order = make_order()
    live_key = None if state == "WITHDRAWN" else order.live_key
    values = {"checkout_url": "https://payments.flowwise.com/c", "attempts": 1, **values}
    Order.objects.filter(pk=order.pk).update(state=state, live_key=live_key, **values)
    order.refresh_from_db()
    return order


@pytest.fixture
def bea(staff: Any) -> Client:
    """Log in somebody who may look, refund and capture."""
    return staff(*MONEY)


@pytest.fixture
def payment(db: None, flowwise_emulator: Any) -> Payment:
    """Give a payment of ₹2299.50 that was taken."""
    order = services.submit_order(make_order())
    flowwise_emulator.pay(order.order_id)
    return services.refresh_order(order).payments.get()


@pytest.fixture
def held(db: None, flowwise_emulator: Any) -> Payment:
    """Give a payment of ₹2299.50 that is authorised, and not captured."""
    order = services.submit_order(make_order())
    flowwise_emulator.authorise(order.order_id)
    return services.refresh_order(order).payments.get()


def page_about(payment: Payment, name: str) -> str:
    return f"/admin/django_flowwise/order/{payment.order_id}/payments/{payment.pk}/{name}/"


def page_to_send(refund: Refund) -> str:
    return f"/admin/django_flowwise/order/{refund.payment.order_id}/refunds/{refund.pk}/send-again/"


def posts(emulator: Any) -> int:
    """Count what could have moved money."""
    return sum(request.method == "POST" for request in emulator.requests) - 1  # that which created the order


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]
