"""The mix-ins for a shop's own address: the same outcomes, and no more said than a customer needs."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, connections
from django.http import Http404, HttpRequest
from django.test import AsyncClient, Client
from django.urls import include, path
from rest_framework.exceptions import (
    APIException,
    AuthenticationFailed,
    MethodNotAllowed,
    NotAcceptable,
    NotAuthenticated,
    NotFound,
    ParseError,
    Throttled,
    UnsupportedMediaType,
)
from rest_framework.exceptions import PermissionDenied as RestPermissionDenied
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request

from django_flowwise import services
from django_flowwise.api import AsyncPlaceOrderMixin, PlaceOrderMixin, read_json
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order
from tests.api.conftest import is_problem
from tests.factories import make_order

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

PRICE = "2299.50"


def content_of(sent: Any) -> dict[str, Any]:
    sent = sent if isinstance(sent, dict) else {}
    if sent.get("basket") == "empty":
        raise ValidationError("The basket is empty.")
    if sent.get("basket") == "gone":
        raise Http404
    if sent.get("basket") == "broken":
        raise FlowwiseError("of no kind")
    return {
        "reference": sent.get("basket"),
        "order_amount": PRICE,
        "order_currency": "INR",
        "customer_id": "cust_1",
        **sent.get("more", {}),
    }


class Buy(PlaceOrderMixin):
    permission_classes = []

    def get_order_content(self, request: Request) -> dict[str, Any]:
        return content_of(request.data)


class BuyAsync(AsyncPlaceOrderMixin):
    async def get_order_content(self, request: HttpRequest) -> dict[str, Any]:
        return content_of(read_json(request.body))


urlpatterns = [
    path("flowwise/", include("django_flowwise.urls")),
    path("buy/", Buy.as_view()),
    path("abuy/", BuyAsync.as_view()),
    path("members/", Buy.as_view(permission_classes=[IsAuthenticated])),
    path("app/", Buy.as_view(csrf_for_anonymous=False)),
    path("unfinished/", PlaceOrderMixin.as_view(permission_classes=[])),
    path("aunfinished/", AsyncPlaceOrderMixin.as_view()),
]


def in_thread(call: Any) -> Any:
    """Run a coroutine where no browser's event loop is in the way."""

    def run() -> Any:
        try:
            return async_to_sync(call)()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(run).result()


class Asker:
    """Ask either view, each by the client that fits."""

    def __init__(self, address: str) -> None:
        self.address = address

    def __call__(self, body: str = '{"basket": "B-1"}', verb: str = "post", **headers: Any) -> Any:
        if self.address == "/buy/":
            return getattr(Client(), verb)(self.address, body, content_type="application/json", **headers)

        async def ask() -> Any:
            asked = getattr(AsyncClient(), verb)
            return await asked(self.address, body, content_type="application/json", **headers)

        return in_thread(ask)


@pytest.fixture(params=["/buy/", "/abuy/"])
def ask(request: pytest.FixtureRequest, flowwise_emulator: Any) -> Asker:
    return Asker(request.param)


def page_of(order: Order) -> str:
    return f"http://testserver{order.get_absolute_url()}"


def test_basket__is_placed_once(ask: Asker, flowwise_emulator: Any) -> None:
    first, second = ask(), ask()
    order = Order.objects.get()
    assert (first.status_code, second.status_code) == (201, 200)
    assert (
        first.json()
        == second.json()
        == {
            "key": str(order.key),
            "state": "ACTIVE",
            "checkout": f"http://testserver/flowwise/checkout/{order.key}/continue/",
            "order_amount": "2299.50",
            "order_currency": "INR",
        }
    )
    assert first["Location"] == page_of(order)
    assert "no-store" in first["Cache-Control"]
    assert len(flowwise_emulator.orders) == 1


def test_draft_of_the_shops__is_placed_by_the_first_call(ask: Asker, flowwise_emulator: Any) -> None:
    drafted = services.create_order(**content_of({"basket": "B-1"}))
    first, second = ask(), ask()
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["key"] == str(drafted.key)


def test_doubt__that_a_later_call_clears_up(ask: Asker, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_next("reset_after_accept", calls=2)
    assert [ask().status_code for _ in range(3)] == [202, 201, 200]
    assert len(flowwise_emulator.orders) == 1


def test_pages__that_are_not_there_are_missed_before_anything_is_placed(
    ask: Asker, flowwise_emulator: Any, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.ROOT_URLCONF = tuple(urlpatterns[1:])
    body = '{"basket": "B-1", "more": {"return_base_url": "https://shop.example/"}}'
    problem = is_problem(ask(body), 500, "misconfigured")
    assert "checkout" not in problem
    assert "include django_flowwise.urls" in caplog.text
    assert not Order.objects.exists()
    assert flowwise_emulator.requests == []


def test_amount__is_the_shops(ask: Asker) -> None:
    ask('{"basket": "B-1", "order_amount": "1"}')
    assert Order.objects.get().order_amount == Decimal(PRICE)


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("status_400", 422, "refused"),
        ("status_401", 502, "credentials_refused"),
        ("status_404", 502, "not_at_flowwise"),
    ],
)
def test_refused__says_no_more_than_what_to_do(
    fault: str, status: int, code: str, ask: Asker, flowwise_emulator: Any
) -> None:
    flowwise_emulator.fail_next(fault)
    problem = is_problem(ask(), status, code)
    assert set(problem) == {"type", "title", "status", "detail", "instance", "code", "checkout"}
    assert problem["detail"].startswith("The payment service")
    assert problem["checkout"] == page_of(Order.objects.get())


def test_unknown__leads_to_our_page(ask: Asker, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_next("reset_after_accept", calls=2)
    response = ask()
    order = Order.objects.get()
    assert (response.status_code, response.json()["state"]) == (202, "UNCONFIRMED")
    assert response["Location"] == response.json()["checkout"] == page_of(order)


def test_unknown__of_an_expired_one_is_no_order_in_doubt(ask: Asker, flowwise_emulator: Any) -> None:
    ask()
    order = Order.objects.get()
    flowwise_emulator.expire(order.order_id)
    services.refresh_order(order)
    flowwise_emulator.fail_all("status_503")
    problem = is_problem(ask(), 503, "outcome_unknown")
    assert problem["checkout"] == page_of(order)


def test_not_sent__may_be_tried_again(ask: Asker, settings: Any) -> None:
    settings.FLOWWISE["default"]["BASE_URL"] = "http://127.0.0.1:9/router"
    response = ask()
    is_problem(response, 503, "not_sent")
    assert response["Retry-After"] == "30"


def of_somebody_else(**content: Any) -> Order:
    return make_order(reference="B-1", customer_id="somebody-else", **content)


def test_other_content__is_not_told_to_the_customer(ask: Asker) -> None:
    of_somebody_else()
    problem = is_problem(ask(), 409, "reference_in_use")
    assert {"fields", "checkout", "key"}.isdisjoint(problem)


@pytest.mark.parametrize("body", ['{"basket": "B-1"}', '{"basket": "B-1", "more": {"supersede": true}}'])
def test_other_content__leads_nobody_to_its_order(body: str, ask: Asker, flowwise_emulator: Any) -> None:
    other = of_somebody_else()
    Order.objects.update(state="PAID")
    response = ask(body)
    assert response.status_code == 409
    assert str(other.key) not in response.content.decode() + str(response.headers)
    assert flowwise_emulator.requests == []


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ('{"basket": "empty"}', 400, "invalid"),
        ('{"basket": "gone"}', 404, "not_found"),
        ("{", 400, "parse_error"),
    ],
)
def test_content__that_cannot_be(body: str, status: int, code: str, ask: Asker, flowwise_emulator: Any) -> None:
    problem = is_problem(ask(body), status, code)
    assert ("errors" in problem) is (code == "invalid")
    assert flowwise_emulator.requests == []


def test_body__that_is_too_large(ask: Asker, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    is_problem(ask(), 413, "too_large")
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"account": "zz"}, set()),
        ({"reference": ""}, set()),
        ({"customer_phone": "none"}, {"customer_phone"}),
        ({"customer_email": "x", "order_amount": "1.234"}, {"customer_email"}),
    ],
)
def test_mistake_of_the_shops__is_not_told_to_the_customer(
    more: dict[str, str], told: set[str], ask: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    problem = is_problem(ask(json.dumps({"basket": "B-1", "more": more})), 400, "invalid")
    assert set(problem.get("errors", ())) == told
    assert problem["detail"] == "What was sent cannot be; nothing was saved."
    assert {name for name in more if f"{name}:" in caplog.text} == more.keys() - told


def test_mistake_of_the_shops__about_an_order_id_is_a_conflict(
    ask: Asker, caplog: pytest.LogCaptureFixture
) -> None:
    make_order(order_id="taken-1")
    is_problem(ask(json.dumps({"basket": "B-1", "more": {"order_id": "taken-1"}})), 409, "order_id_in_use")
    assert "order_id:" in caplog.text


def test_race__with_another_customer_leads_nobody_to_the_others_order(
    ask: Asker, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another customer's order takes the reference's place between the draft and its submission."""
    real = services.submit_order
    others: list[Order] = []

    def submit(order: Order) -> Order:
        content = {"order_amount": 5, "order_currency": "INR", "customer_id": "somebody-else"}
        others.append(services.create_order(reference="B-1", supersede=True, **content))
        return real(Order.objects.get(pk=order.pk))

    monkeypatch.setattr("django_flowwise.services.placement.submit_order", submit)
    response = ask()
    is_problem(response, 409, "move_not_allowed")
    assert str(others[0].key) not in response.content.decode() + str(response.headers)


def test_basket__may_give_its_methods_one_by_one(rf: Any, flowwise_emulator: Any) -> None:
    class Once(Buy):
        def get_order_content(self, request: Request) -> dict[str, Any]:
            return {**super().get_order_content(request), "payment_methods": iter(["upi", "cc"])}

    view = Once.as_view(csrf_for_anonymous=False)
    asked = rf.post("/buy/", '{"basket": "B-1"}', content_type="application/json")
    assert view(asked).status_code == 201
    assert Order.objects.get().payment_methods == "upi,cc"


TECHNICAL = re.compile("CSRF|JSON|UTF|header|token|media|FLOWWISE|method|throttled|credentials", re.IGNORECASE)


FRAMEWORK_ERRORS = [
    AuthenticationFailed,
    MethodNotAllowed,
    NotAcceptable,
    NotAuthenticated,
    NotFound,
    ParseError,
    RestPermissionDenied,
    Throttled,
    UnsupportedMediaType,
    Http404,
    PermissionDenied,
]


@pytest.mark.parametrize("error", FRAMEWORK_ERRORS)
def test_detail__of_the_frameworks_is_fit_for_a_customer(
    error: Any, ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_sent: Any) -> Any:
        raise error("X") if error in {UnsupportedMediaType, MethodNotAllowed} else error

    monkeypatch.setattr(f"{__name__}.content_of", fail)
    problem = ask().json()
    assert problem["status"] >= 400
    assert not TECHNICAL.search(problem["detail"])
    assert problem["detail"].endswith(".")


def test_detail__is_said_in_the_customers_language(ask: Asker, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_next("status_400")
    refused = is_problem(ask(headers={"accept-language": "de"}), 422, "refused")
    assert refused["detail"] == "Der Zahlungsdienst hat abgelehnt; es wurde nichts abgebucht."
    unread = is_problem(ask("{", headers={"accept-language": "de"}), 400, "parse_error")
    assert unread["detail"] == "Was gesendet wurde, ist nicht lesbar; es ist nichts geschehen."


def test_detail__of_the_shops_own_stays(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    class Closed(APIException):
        status_code = 503
        default_code = "closed"
        default_detail = "Come back tomorrow."

    def fail(_sent: Any) -> Any:
        raise Closed

    monkeypatch.setattr(f"{__name__}.content_of", fail)
    assert is_problem(ask(), 503, "closed")["detail"] == "Come back tomorrow."


def test_misconfigured__is_said_as_such(ask: Asker, settings: Any) -> None:
    settings.FLOWWISE["default"] = {"CLIENT_ID": "x", "CLIENT_SECRET": ""}
    is_problem(ask(), 500, "misconfigured")


def test_verb__that_is_not_offered(ask: Asker) -> None:
    for verb in ("get", "put", "delete"):
        response = ask(verb=verb) if verb != "get" else ask("", verb)
        is_problem(response, 405, "method_not_allowed")
        assert response["Allow"] == "POST"


def test_bug__stays_one(ask: Asker) -> None:
    with pytest.raises(FlowwiseError):
        ask('{"basket": "broken"}')


@pytest.mark.parametrize("address", ["/unfinished/", "/aunfinished/"])
def test_mixin__alone_is_unfinished(address: str) -> None:
    with pytest.raises(NotImplementedError):
        Asker(address)() if address[1] == "a" else Client().post(address, "{}", content_type="application/json")


def test_atomic_requests__are_left_alone(ask: Asker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert ask().status_code == 201


@pytest.mark.parametrize("view", [Buy, BuyAsync])
def test_atomic_requests__are_left_alone_whoever_overrides_dispatch(
    view: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = type("Watched", (view,), {"dispatch": lambda self, request: None})
    assert watched.as_view()._non_atomic_requests == set(connections)


def post(client: Client, address: str, **headers: Any) -> Any:
    return client.post(address, '{"basket": "B-1"}', content_type="application/json", **headers)


def test_csrf__is_asked_of_strangers_too(flowwise_emulator: Any) -> None:
    client = Client(enforce_csrf_checks=True)
    problem = is_problem(post(client, "/buy/"), 403, "permission_denied")
    assert problem["detail"] == "This was not allowed; nothing happened. Load the page again, and try once more."
    assert post(client, "/abuy/").status_code == 403
    assert not Order.objects.exists()
    client.cookies["csrftoken"] = token = "x" * 32
    assert post(client, "/buy/", HTTP_X_CSRFTOKEN=token).status_code == 201
    assert post(client, "/abuy/", HTTP_X_CSRFTOKEN=token).status_code == 200
    assert post(Client(enforce_csrf_checks=True), "/app/").status_code == 200


def test_permission__is_the_shops(flowwise_emulator: Any) -> None:
    is_problem(post(Client(), "/members/"), 403, "not_authenticated")


def test_numbers__are_exact() -> None:
    assert read_json(b'{"a": 0.1}') == {"a": Decimal("0.1")}
