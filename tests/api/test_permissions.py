"""Who may ask for what, and which fields an answer then has."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.contrib.auth.models import User
from django.urls import include, path
from rest_framework.permissions import BasePermission
from rest_framework.test import APIClient, APIRequestFactory, force_authenticate

from django_flowwise.api import urls
from django_flowwise.api.orders import OrderViewSet
from django_flowwise.api.permissions import OrderPermission
from django_flowwise.api.serializers import OrderSerializer
from django_flowwise.api.urls import app_name, routes
from django_flowwise.models import Order
from tests.api.conftest import BODY, ORDERS, is_problem, post, url_of
from tests.doors.conftest import active, expired, refundable, rows
from tests.factories import make_order

pytestmark = pytest.mark.django_db

EVERY = frozenset(
    {"view_order", "add_order", "change_order", "delete_order", "submit_order", "settle_order", "refund_payment"}
    | {"capture_payment", "view_payment", "view_refund"}
)


class Door(NamedTuple):
    """One act of the API."""

    needs: frozenset[str]
    arrange: Callable[[Any], Order]
    knock: Callable[[APIClient, Order], Any]


def getting(act: str = "") -> Callable[[APIClient, Order], Any]:
    return lambda client, order: client.get(url_of(order, act))


def posting(act: str) -> Callable[[APIClient, Order], Any]:
    return lambda client, order: post(client, url_of(order, act))


def refund(client: APIClient, order: Order) -> Any:
    return post(
        client, url_of(order, "refunds"), {"payment_id": order.payments.get().payment_id, "refund_id": "RET-1"}
    )


DOORS = {
    "list": Door(frozenset({"view_order"}), refundable, lambda client, _: client.get(ORDERS)),
    "retrieve": Door(frozenset({"view_order"}), refundable, getting()),
    "payments": Door(frozenset({"view_order", "view_payment"}), refundable, getting("payments")),
    "refunds": Door(frozenset({"view_order", "view_refund"}), refundable, getting("refunds")),
    "create": Door(frozenset({"add_order"}), refundable, lambda client, _: post(client, ORDERS, BODY)),
    "create and submit": Door(
        frozenset({"add_order", "submit_order"}),
        refundable,
        lambda client, _: post(client, ORDERS, {**BODY, "submit": True}),
    ),
    "supersede": Door(
        frozenset({"add_order", "submit_order"}),
        lambda _: make_order(reference="INV-1", order_amount=5),
        lambda client, _: post(client, ORDERS, {**BODY, "supersede": True}),
    ),
    "submit": Door(frozenset({"submit_order"}), lambda _: make_order(), posting("submit")),
    "refresh": Door(frozenset({"submit_order"}), lambda _: active(), posting("refresh")),
    "reissue": Door(frozenset({"submit_order"}), expired, posting("reissue")),
    "refund": Door(frozenset({"refund_payment"}), refundable, refund),
}


@pytest.mark.parametrize("name", DOORS)
def test_stranger__is_told_nothing_and_changes_nothing(name: str, flowwise_emulator: Any) -> None:
    door = DOORS[name]
    order = door.arrange(flowwise_emulator)
    before, asked = rows(), len(flowwise_emulator.requests)
    problem = is_problem(door.knock(APIClient(), order), 403, "not_authenticated")
    assert "order" not in problem
    assert (rows(), len(flowwise_emulator.requests)) == (before, asked)


@pytest.mark.parametrize(
    ("name", "lacking"), [(name, each) for name, door in DOORS.items() for each in sorted(door.needs)]
)
def test_caller__without_one_permission_is_refused(
    name: str, lacking: str, caller: Any, flowwise_emulator: Any
) -> None:
    door = DOORS[name]
    order = door.arrange(flowwise_emulator)
    before, asked = rows(), len(flowwise_emulator.requests)
    is_problem(door.knock(caller(*EVERY - {lacking}), order), 403, "permission_denied")
    assert (rows(), len(flowwise_emulator.requests)) == (before, asked)


@pytest.mark.parametrize("name", DOORS)
def test_caller__with_what_it_needs_and_no_more_is_let_in(name: str, caller: Any, flowwise_emulator: Any) -> None:
    door = DOORS[name]
    order = door.arrange(flowwise_emulator)
    assert door.knock(caller(*door.needs), order).status_code in {200, 201}


SUBMITS = [True, "yes", 1, ["x"]]


@pytest.mark.parametrize("name", ["submit", "supersede"])
@pytest.mark.parametrize("said", SUBMITS)
def test_submit__in_any_writing_needs_its_permission(
    said: Any, name: str, caller: Any, flowwise_emulator: Any
) -> None:
    is_problem(post(caller("add_order"), ORDERS, {**BODY, name: said}), 403, "permission_denied")


def test_conflict__tells_nobody_of_a_customer_whom_they_may_not_see(caller: Any) -> None:
    post(caller("add_order"), ORDERS, {**BODY, "customer_email": "priya@example.com"})
    other = {**BODY, "order_amount": "1", "customer_id": "c", "customer_email": "guess@example.com"}
    for permissions, fields in (
        (["add_order", "change_order"], ["order_amount", "customer_id", "customer_email"]),
        (["add_order"], ["order_amount", "customer"]),
    ):
        problem = is_problem(post(caller(*permissions), ORDERS, other), 409, "reference_in_use")
        assert problem["fields"] == fields
        assert ("customer_email" in problem["detail"]) is ("change_order" in permissions)


@pytest.mark.parametrize("nobody", [None, "django.contrib.auth.models.AnonymousUser"])
def test_caller__of_whom_no_permission_is_known_sees_no_customer(
    nobody: str | None, settings: Any, monkeypatch: pytest.MonkeyPatch, flowwise_emulator: Any
) -> None:
    settings.REST_FRAMEWORK = {"UNAUTHENTICATED_USER": nobody}
    monkeypatch.setattr(OrderViewSet, "permission_classes", [])
    response = APIClient().get(url_of(active()))
    assert response.status_code == 200
    assert HIDDEN.keys().isdisjoint(response.json())


@pytest.mark.parametrize("raw", ["[]", "5", "null"])
def test_body__that_is_no_object_submits_nothing(raw: str, caller: Any) -> None:
    response = caller("add_order").post(ORDERS, raw, content_type="application/json")
    is_problem(response, 400, "invalid")


VERBS = ["put", "patch", "delete", "options", "trace"]


@pytest.mark.parametrize("verb", VERBS)
def test_verb__that_is_not_offered_is_refused(verb: str, boss: APIClient) -> None:
    order = make_order()
    for pattern in urls.urlpatterns:
        address = "/api/flowwise/" + re.sub(r"<[^>]+>", str(order.key), str(pattern.pattern))
        response = boss.generic(verb.upper(), address)
        is_problem(response, 405, "method_not_allowed")
        assert set(response["Allow"].split(", ")) <= {"GET", "HEAD", "POST"}


HIDDEN = {
    "order_hash": "submit_order",
    "attention": "settle_order",
    **dict.fromkeys(
        ("customer_id", "customer_email", "customer_phone", "customer_address", "order_note", "order_tags"),
        "change_order",
    ),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_field__is_there_for_those_who_may_see_it(name: str, caller: Any, flowwise_emulator: Any) -> None:
    order = active()
    for client, is_there in (
        (caller("view_order", HIDDEN[name]), True),
        (caller(*EVERY - {HIDDEN[name]}), False),
    ):
        assert (name in client.get(url_of(order)).json()) is is_there
        assert (name in client.get(ORDERS).json()["results"][0]) is is_there


def test_fields__of_money_are_there_for_those_who_may_see_them(caller: Any, flowwise_emulator: Any) -> None:
    order = refundable(flowwise_emulator)
    refund(caller("refund_payment"), order)
    views = {"view_order", "view_payment", "view_refund"}
    for permissions, is_there in ((views | {"change_order"}, True), (EVERY - {"change_order"}, False)):
        client = caller(*permissions)
        [payment] = client.get(url_of(order, "payments")).json()["results"]
        [given_back] = client.get(url_of(order, "refunds")).json()["results"]
        assert ("gateway_details" in payment) is is_there
        assert {"gateway_details", "refund_note"} & given_back.keys() == (
            {"gateway_details", "refund_note"} if is_there else set()
        )


def test_description__of_the_api_has_every_field() -> None:
    class Described:
        swagger_fake_view = True

    assert set(OrderSerializer(context={"view": Described()}).fields) == set(OrderSerializer.Meta.fields)
    assert HIDDEN.keys() & set(OrderSerializer().fields) == set()


def test_answer__never_has_the_number_of_a_row(boss: APIClient, flowwise_emulator: Any) -> None:
    order = refundable(flowwise_emulator)
    shown = boss.get(url_of(order)).json()
    assert {"id", "pk", "live_key", "base_url", "claim_expires_at", "signal_due"}.isdisjoint(shown)
    [payment] = boss.get(url_of(order, "payments")).json()["results"]
    assert {"id", "pk", "order", "payment_key"}.isdisjoint(payment)


def test_action__that_is_not_named_is_nobodys() -> None:
    class Wider(OrderViewSet):
        erase = OrderViewSet.list

    request = APIRequestFactory().post("/")
    force_authenticate(request, User.objects.create_superuser("boss"))
    assert Wider.as_view({"post": "erase"})(request).status_code == 403


def test_shop__may_ask_for_something_else(flowwise_emulator: Any) -> None:
    class NightOnly(BasePermission):
        message = "It is day."

        def has_permission(self, request: Any, view: Any) -> bool:
            return False

    class Nightly(OrderViewSet):
        permission_classes = [OrderPermission, NightOnly]

    request = APIRequestFactory().get("/")
    force_authenticate(request, User.objects.create_superuser("boss"))
    response = Nightly.as_view({"get": "list"})(request)
    assert (response.status_code, response.data["detail"]) == (403, "It is day.")


class OwnOrders(OrderPermission):
    """Let a tenant at the orders that carry its name."""

    def has_object_permission(self, request: Any, view: Any, order: Any) -> bool:
        return str(order.reference).startswith(request.user.get_username())


class Tenanted(OrderViewSet):
    permission_classes = [OwnOrders]


urlpatterns = [path("api/flowwise/", include((routes(Tenanted), app_name)))]


@pytest.mark.urls(__name__)
@pytest.mark.parametrize("changes", [{}, {"order_amount": "1.00"}, {"order_amount": "1.00", "supersede": True}])
def test_tenant__neither_learns_of_nor_supersedes_the_order_of_another(
    changes: Any, flowwise_emulator: Any
) -> None:
    order = make_order(reference="asha-1")
    bina, asha = APIClient(), APIClient()
    bina.force_login(User.objects.create_superuser("bina"))
    asha.force_login(User.objects.create_superuser("asha"))
    sent = {**BODY, "reference": "asha-1", **changes}
    assert "order" not in is_problem(post(bina, ORDERS, sent), 403, "permission_denied")
    assert [(found.pk, found.state) for found in Order.objects.all()] == [(order.pk, "DRAFT")]
    assert post(asha, ORDERS, sent).status_code == (201 if changes.get("supersede") else 409)
