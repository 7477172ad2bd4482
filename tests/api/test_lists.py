"""Filters and pages of the list of orders."""

from __future__ import annotations

import base64
import datetime
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.urls import include, path
from rest_framework.filters import BaseFilterBackend, SearchFilter
from rest_framework.pagination import PageNumberPagination
from rest_framework.test import APIClient

from django_flowwise.api.filters import OrderFilter
from django_flowwise.api.orders import OrderViewSet
from django_flowwise.api.pagination import OrderPagination
from django_flowwise.api.urls import app_name, routes
from django_flowwise.models import Order
from tests.api.conftest import ORDERS, is_problem
from tests.doors.conftest import order_in
from tests.factories import make_order

pytestmark = pytest.mark.django_db


def references(client: APIClient, query: str) -> set[str]:
    response = client.get(f"{ORDERS}?{query}")
    assert response.status_code == 200, response.json()
    return {order["reference"] for order in response.json()["results"]}


def test_filters__narrow_down(boss: APIClient) -> None:
    paid, active = order_in("PAID"), order_in("ACTIVE")
    other = make_order(account="export", reference=paid.reference)
    assert references(boss, "state=PAID") == {paid.reference}
    assert references(boss, "state=PAID&state=ACTIVE") == {paid.reference, active.reference}
    assert references(boss, f"reference={quote(active.reference)}") == {active.reference}
    assert references(boss, "account=export") == {other.reference}
    assert references(boss, "account=export&state=PAID") == set()
    assert references(boss, "account=nobody") == set()


def test_filters__of_time_hold_what_is_between(boss: APIClient) -> None:
    order, day = make_order(), datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
    Order.objects.update(created_at=day)
    at = quote(day.isoformat())
    later = quote("2026-03-01T05:30:01+05:30")
    assert references(boss, f"created_after={at}") == {order.reference}
    assert references(boss, f"created_before={at}") == set()
    assert references(boss, f"created_after={at}&created_before={later}") == {order.reference}
    assert references(boss, f"created_after={later}") == set()


@pytest.mark.parametrize(
    ("name", "query"),
    [
        ("stat", "stat=PAID"),
        ("state", "state=paid"),
        ("state", "state="),
        ("account", "account=a&account=b"),
        ("reference", "reference=%00"),
        ("created_after", "created_after=yesterday"),
        ("created_after", "created_after=2026-03-01T00:00:00"),
        ("created_before", "created_before=2026-03-01T00:00:00+05:30"),
        ("created_before", "created_before=2026-02-30T00:00:00Z"),
        ("created_before", "created_before=0001-01-01T00:00:00%2B14:00"),
        ("created_after", "created_after=9999-12-31T23:59:59-14:00"),
        ("created_after", "created_after=2026-03-01T00:00:00Z&created_after=2026-03-01T00:00:00Z"),
        ("page_size", "page_size=0"),
        ("page_size", "page_size=201"),
        ("page_size", "page_size=ten"),
        ("page_size", "page_size=%C2%B2"),
    ],
)
def test_query__that_cannot_be_is_named(name: str, query: str, boss: APIClient) -> None:
    problem = is_problem(boss.get(f"{ORDERS}?{query}"), 400, "invalid")
    assert list(problem["errors"]) == [name]


@pytest.mark.parametrize(
    "query",
    [
        "cursor=x",
        "cursor=%C3%A9",
        "cursor=" + base64.b64encode(b"p=yesterday").decode(),
        "cursor=" + base64.b64encode(b"p=-1").decode(),
        "cursor=" + base64.b64encode(b"p=1%00").decode(),
        "cursor=" + base64.b64encode(b"p=%C2%B2").decode(),
        "cursor=" + base64.b64encode(b"p=" + b"9" * 19).decode(),
        "cursor=" + base64.b64encode(b"p=" + b"9" * 5000).decode(),
        "cursor=" + base64.b64encode(b"r=x").decode(),
    ],
)
def test_cursor__that_is_none_leads_nowhere(query: str, boss: APIClient) -> None:
    is_problem(boss.get(f"{ORDERS}?{query}"), 404, "not_found")


def test_query__may_hold_what_the_project_chooses_the_format_by(boss: APIClient) -> None:
    assert boss.get(f"{ORDERS}?format=json").status_code == 200


def test_pages__hold_every_order_once_newest_first(boss: APIClient) -> None:
    orders = [make_order() for _ in range(7)]
    seen: list[Any] = []
    address: str | None = f"{ORDERS}?{urlencode({'page_size': 2, 'account': 'default'})}"
    while address:
        page = boss.get(address).json()
        assert len(page["results"]) <= 2
        seen += page["results"]
        address = page["next"]
        if len(seen) == 2:
            make_order(reference="INV-LATER")  # moves nothing
    assert sorted(order["key"] for order in seen) == sorted(str(order.key) for order in orders)
    moments = [order["created_at"] for order in seen]
    assert moments == sorted(moments, reverse=True)
    assert boss.get(page["previous"]).json()["results"] == seen[-3:-1]


def test_pages__come_to_their_end_where_all_were_created_at_one_moment(
    boss: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(OrderPagination, "offset_cutoff", 3)
    orders = [make_order() for _ in range(9)]
    Order.objects.update(created_at=orders[0].created_at)
    address, seen = f"{ORDERS}?page_size=2", list[str]()
    for _ in range(5):
        page = boss.get(address).json()
        seen += [order["key"] for order in page["results"]]
        address = page["next"]
    assert address is None
    assert seen == [str(order.key) for order in reversed(orders)]


def test_cursor__may_be_empty(boss: APIClient) -> None:
    order = make_order()
    assert references(boss, "cursor=") == {order.reference}


class ByPage(PageNumberPagination):
    page_size = 1


class Silent(BaseFilterBackend):
    """A filter that does not describe its parameter."""

    def filter_queryset(self, request: Any, queryset: Any, view: Any) -> Any:
        return (
            queryset.filter(account=request.query_params["shop"]) if "shop" in request.query_params else queryset
        )


class Lenient(OrderFilter):
    others = {"shop"}


class Searched(OrderViewSet):
    filter_backends = [Lenient, SearchFilter, Silent]
    search_fields = ["reference"]
    pagination_class = ByPage


class Unpaged(OrderViewSet):
    pagination_class = None


urlpatterns = [
    path("searched/", include((routes(Searched), app_name), namespace="searched")),
    path("unpaged/", include((routes(Unpaged), app_name), namespace="unpaged")),
    path("usual/", include((routes(), app_name), namespace="usual")),
    path("flowwise/", include("django_flowwise.urls")),
]


@pytest.mark.urls(__name__)
def test_pages__may_be_a_projects_own(boss: APIClient) -> None:
    first, second = make_order(), make_order()
    page = boss.get("/searched/orders/").json()
    assert [order["reference"] for order in page["results"]] == [second.reference]
    assert [order["reference"] for order in boss.get(page["next"]).json()["results"]] == [first.reference]
    assert [order["reference"] for order in boss.get("/unpaged/orders/").json()] == [
        second.reference,
        first.reference,
    ]


@pytest.mark.urls(__name__)
def test_filters__of_a_project_stand_beside(boss: APIClient) -> None:
    first, other = make_order(), make_order(account="export")
    for query, found in ((f"search={first.reference}", first), ("shop=export", other)):
        page = boss.get(f"/searched/orders/?{query}").json()
        assert [order["reference"] for order in page["results"]] == [found.reference]
        assert boss.get(f"/usual/orders/?{query}").status_code == 400
    assert boss.get("/searched/orders/?colour=red").status_code == 400
