"""Callers with exactly these permissions, and the addresses they ask."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from rest_framework.test import APIClient

from django_flowwise.models import Order

ORDERS = "/api/flowwise/orders/"
BODY = {"reference": "INV-1", "order_amount": "2299.50", "order_currency": "INR", "customer_id": "cust_1"}


def url_of(order: Order, act: str = "") -> str:
    return f"{ORDERS}{order.key}/{act}/" if act else f"{ORDERS}{order.key}/"


@pytest.fixture
def caller(db: None) -> Callable[..., APIClient]:
    """Log somebody in who has these permissions and no other."""

    def log_in(*permissions: str, strict: bool = False) -> APIClient:
        user = User.objects.create_user(f"server-{User.objects.count()}")
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client = APIClient(enforce_csrf_checks=strict)
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def boss(db: None) -> APIClient:
    client = APIClient()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def post(client: APIClient, address: str, body: Any = None, **headers: Any) -> Any:
    return client.post(address, json.dumps(body or {}), content_type="application/json", **headers)


def is_problem(response: Any, status: int, code: str) -> dict[str, Any]:
    """See that an answer is a problem as RFC 9457 has it, and give it."""
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    asked = response.request
    path = asked["PATH_INFO"] if "PATH_INFO" in asked else asked["path"]
    assert (response.status_code, body["status"], body["code"]) == (status, status, code), body
    assert (body["type"], body["instance"]) == ("about:blank", path)
    assert body["title"]
    assert body["detail"]
    assert "no-store" in response["Cache-Control"]
    return body
