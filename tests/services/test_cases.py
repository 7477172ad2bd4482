"""Which orders need a person."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from django_flowwise import services
from django_flowwise.models import Order, Payment, Refund
from tests.factories import make_order

HOUR = datetime.timedelta(hours=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("values", "is_found"),
    [
        ({"state": "DRAFT"}, False),
        ({"state": "UNCONFIRMED"}, True),
        ({"state": "REFUSED", "error_code": "http_400"}, False),
        ({"state": "REFUSED", "error_code": "credentials"}, True),
        ({"state": "REFUSED", "error_code": "address"}, True),
        ({"state": "SUBMITTING", "base_url": "https://sandbox.flowwise.com/router"}, False),
        ({"state": "SUBMITTING", "base_url": "https://copied.example"}, True),
    ],
)
def test_orders_in_doubt(values: dict[str, Any], is_found: bool) -> None:
    Order.objects.filter(pk=make_order().pk).update(**values)
    assert services.orders_in_doubt().exists() is is_found


@pytest.mark.django_db
def test_orders_in_doubt__newest_first() -> None:
    older, newer = make_order(), make_order()
    Order.objects.update(state="UNCONFIRMED")
    assert list(services.orders_in_doubt()) == [newer, older]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("payment", "refund", "is_found"),
    [
        ({}, {"state": "ACCEPTED"}, False),
        ({}, {"state": "DRAFT"}, False),
        ({}, {"state": "UNCONFIRMED"}, True),
        ({}, {"state": "SUBMITTING", "claim_expires_at": HOUR}, False),
        ({}, {"state": "SUBMITTING", "claim_expires_at": -HOUR}, True),
        ({"capture_action": "VOID", "claim_expires_at": HOUR}, {}, False),
        ({"capture_action": "VOID", "claim_expires_at": -HOUR}, {}, True),
    ],
)
def test_orders_in_doubt__by_their_money(payment: Any, refund: Any, is_found: bool) -> None:
    def dated(values: dict[str, Any]) -> dict[str, Any]:
        moment = timezone.now()
        return {name: moment + value if value in {HOUR, -HOUR} else value for name, value in values.items()}

    for number in range(2):
        made = Payment.objects.create(order=_one_order(), payment_id=f"pay_{number}", **dated(payment))
        Refund.objects.create(payment=made, refund_amount=5, **dated(refund))
    assert services.orders_in_doubt().count() == is_found


def _one_order() -> Order:
    return Order.objects.first() or make_order()


@pytest.mark.parametrize(
    ("base_url", "configured", "is_elsewhere"),
    [
        ("", {"default": {"BASE_URL": "https://here.example"}}, False),
        ("https://here.example", {"default": {"BASE_URL": "https://here.example/"}}, False),
        ("https://there.example", {"default": {"BASE_URL": "https://here.example"}}, True),
        ("https://there.example", {"default": {"BASE_URL": 5}}, False),
        ("https://there.example", {"other": {}}, False),
        ("https://there.example", None, False),
    ],
)
def test_is_made_elsewhere__as_far_as_the_settings_tell(
    settings: Any, base_url: str, configured: Any, is_elsewhere: bool
) -> None:
    settings.FLOWWISE = configured
    assert services.is_made_elsewhere(Order(base_url=base_url)) is is_elsewhere


def test_is_made_elsewhere__asks_for_no_secret(settings: Any) -> None:
    asked: list[str] = []
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = lambda: asked.append("secret")
    assert services.is_made_elsewhere(Order(base_url="https://there.example"))
    assert asked == []


def test_cases__name_what_is_watched_at_another_base_url(db: None) -> None:
    watched, _closed = make_order(), make_order()
    Order.objects.update(state="EXPIRED", attempts=1, base_url="https://app.flowwise.com/router")
    Order.objects.filter(pk=watched.pk).update(next_check_at=timezone.now())
    assert [order.pk for order in services.orders_in_doubt()] == [watched.pk]
