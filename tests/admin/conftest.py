"""Staff, and orders for them to look at."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from django_flowwise.models import Order
from tests.factories import make_order

ALL = ("view_order", "add_order", "change_order", "delete_order", "submit_order", "settle_order")


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


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in response.context["messages"]]
