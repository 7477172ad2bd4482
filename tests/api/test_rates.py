"""How often one user may ask: servers and customers are counted apart, and so is what cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.cache import cache
from django.test import Client, RequestFactory
from rest_framework.settings import api_settings
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from django_flowwise.api.orders import OrderViewSet
from tests.api.conftest import BODY, ORDERS, is_problem, post, url_of
from tests.api.test_basket import Asker, Buy, BuyAsync, in_thread
from tests.factories import make_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def nothing_counted() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Any:
    return lambda scope, rate: monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, scope, rate)


def test_rate__is_the_projects(boss: APIClient, limit: Any) -> None:
    for _ in range(3):
        assert boss.get(ORDERS).status_code == 200
    limit("flowwise", "2/min")
    assert [boss.get(ORDERS).status_code for _ in range(3)] == [200, 200, 429]
    response = boss.get(url_of(make_order()))
    is_problem(response, 429, "throttled")
    assert 1 <= int(response["Retry-After"]) <= 60


@pytest.mark.parametrize(
    ("raw", "kind", "status"), [("{", "application/json", 400), ("x", "text/plain", 415), ("{", "", 415)]
)
def test_body__that_cannot_be_read_is_counted(
    raw: str, kind: str, status: int, boss: APIClient, limit: Any
) -> None:
    limit("flowwise", "2/min")
    statuses = [boss.generic("POST", ORDERS, raw, content_type=kind).status_code for _ in range(3)]
    assert statuses == [status, status, 429]


def test_request__is_counted_once(caller: Any, limit: Any) -> None:
    limit("flowwise", "3/min")
    client = caller("add_order")
    statuses = [post(client, ORDERS, {**BODY, "submit": submit}).status_code for submit in (True, False, False)]
    assert statuses == [403, 201, 200]
    assert post(client, ORDERS, BODY).status_code == 429


def test_view__may_count_by_nothing(limit: Any) -> None:
    limit("flowwise", "1/min")
    view = OrderViewSet.as_view({"get": "list"}, throttle_classes=[])
    request = APIRequestFactory().get("/")
    force_authenticate(request, User.objects.create_superuser("boss"))
    assert [view(request).status_code for _ in range(3)] == [200, 200, 200]


@pytest.fixture(params=["/buy/", "/abuy/"])
def ask(request: pytest.FixtureRequest, flowwise_emulator: Any) -> Asker:
    return Asker(request.param)


@pytest.mark.urls("tests.api.test_basket")
def test_baskets__have_a_rate_of_their_own(ask: Asker, limit: Any) -> None:
    limit("flowwise", "1/min")
    assert [ask().status_code for _ in range(3)] == [201, 200, 200]
    limit("flowwise_basket", "2/min")
    assert [ask(body).status_code for body in ("{", '{"basket": "B-1"}')] == [400, 200]
    response = ask()
    problem = is_problem(response, 429, "throttled")
    assert problem["detail"] == "This was asked for too often. Wait a moment, and try again."
    assert 1 <= int(response["Retry-After"]) <= 60


@pytest.mark.urls("tests.api.test_basket")
def test_baskets__of_one_customer_leave_room_for_another(limit: Any, flowwise_emulator: Any) -> None:
    limit("flowwise_basket", "1/min")
    clients = []
    for name in ("a", "b"):
        clients.append(Client())
        clients[-1].force_login(User.objects.create_user(name))
    for address in ("/buy/", "/abuy/"):
        cache.clear()
        statuses = [
            client.post(address, '{"basket": "B-1"}', content_type="application/json").status_code
            for client in (*clients, *clients)
        ]
        assert [status < 300 for status in statuses] == [True, True, False, False]


@pytest.mark.urls("tests.api.test_basket")
@pytest.mark.parametrize("view", [Buy, BuyAsync])
def test_baskets__may_be_counted_by_nothing(
    view: Any, ask: Asker, limit: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit("flowwise_basket", "1/min")
    monkeypatch.setattr(view, "throttle_classes", [])
    throttled = [ask().status_code for _ in range(3)].count(429)
    assert throttled == (0 if (view is Buy) is (ask.address == "/buy/") else 2)


def test_baskets__where_nobody_can_log_in_are_counted_too(limit: Any, flowwise_emulator: Any) -> None:
    """Django's own request has no user without its middleware."""
    limit("flowwise_basket", "1/min")

    async def ask() -> Any:
        request = RequestFactory().post("/abuy/", '{"basket": "B-1"}', content_type="application/json")
        return await BuyAsync.as_view()(request)

    assert [in_thread(ask).status_code for _ in range(2)] == [201, 429]
