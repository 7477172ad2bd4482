"""What holds for every address: authentication, versions, rates, problems, and what is said to nobody."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import include, path
from rest_framework.authentication import SessionAuthentication, TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import APIException
from rest_framework.test import APIClient
from rest_framework.versioning import (
    AcceptHeaderVersioning,
    NamespaceVersioning,
    QueryParameterVersioning,
    URLPathVersioning,
)
from rest_framework.views import APIView, exception_handler
from rest_framework_simplejwt.authentication import JWTAuthentication
from rest_framework_simplejwt.tokens import AccessToken

from django_flowwise.api.endpoint import Endpoint, address_of
from django_flowwise.api.orders import OrderViewSet
from django_flowwise.api.problems import problem_of
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order
from tests.api.conftest import BODY, ORDERS, is_problem, post
from tests.factories import make_order

pytestmark = pytest.mark.django_db

urlpatterns = [
    path("flowwise/", include("django_flowwise.urls")),
    path("v1/", include("django_flowwise.api.urls", namespace="v1")),
    path("<str:version>/flowwise/", include("django_flowwise.api.urls")),
]


@pytest.fixture
def authentication(monkeypatch: pytest.MonkeyPatch) -> Any:
    def choose(*classes: Any) -> None:
        monkeypatch.setattr(Endpoint, "authentication_classes", list(classes))

    return choose


def superuser() -> User:
    return User.objects.create_superuser("root", password="secret")


def test_token__opens(authentication: Any) -> None:
    authentication(TokenAuthentication)
    token = Token.objects.create(user=superuser())
    client = APIClient()
    response = client.get(ORDERS)
    is_problem(response, 401, "not_authenticated")
    assert response["WWW-Authenticate"] == "Token"
    is_problem(client.get(ORDERS, HTTP_AUTHORIZATION="Token x"), 401, "authentication_failed")
    response = post(client, ORDERS, BODY, HTTP_AUTHORIZATION=f"Token {token.key}")
    assert response.status_code == 201


def test_jwt__opens(authentication: Any) -> None:
    authentication(JWTAuthentication)
    access = AccessToken.for_user(superuser())
    client = APIClient()
    problem = is_problem(client.get(ORDERS, HTTP_AUTHORIZATION="Bearer x.y.z"), 401, "authentication_failed")
    assert isinstance(problem["detail"], str)
    assert post(client, ORDERS, BODY, HTTP_AUTHORIZATION=f"Bearer {access}").status_code == 201


def test_session__needs_the_csrf_token(authentication: Any) -> None:
    authentication(SessionAuthentication)
    client = APIClient(enforce_csrf_checks=True)
    client.login(username=superuser().username, password="secret")
    assert client.get(ORDERS).status_code == 200
    is_problem(post(client, ORDERS, BODY), 403, "permission_denied")
    assert not Order.objects.exists()
    Client.get(client, "/admin/login/?next=/")
    client.cookies["csrftoken"] = token = "x" * 32
    assert post(client, ORDERS, BODY, HTTP_X_CSRFTOKEN=token).status_code == 201


@pytest.mark.urls(__name__)
@pytest.mark.parametrize(
    ("scheme", "prefix", "headers"),
    [
        (NamespaceVersioning, "/v1/", {}),
        (URLPathVersioning, "/v2/flowwise/", {}),
        (AcceptHeaderVersioning, "/v1/", {"HTTP_ACCEPT": "application/json; version=2"}),
    ],
)
def test_version__stays_in_every_address(
    scheme: Any, prefix: str, headers: Any, boss: APIClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Endpoint, "versioning_class", scheme)
    response = post(boss, f"{prefix}orders/", BODY, **headers)
    assert response["Location"].startswith(f"http://testserver{prefix}orders/")
    shown = boss.get(response["Location"], **headers).json()
    assert shown == response.json()
    assert boss.get(shown["links"]["refunds"], **headers).json() == {"results": []}


def test_version__in_the_query_stays_too(boss: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Endpoint, "versioning_class", QueryParameterVersioning)
    response = post(boss, f"{ORDERS}?version=2", BODY)
    shown = response.json()
    for address in (response["Location"], shown["url"], shown["links"]["payments"]):
        assert address.endswith("/?version=2")
        assert boss.get(address).status_code == 200
    assert post(boss, ORDERS, BODY)["Location"].endswith("/")


@pytest.mark.urls(__name__)
def test_version__that_there_is_not(boss: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Endpoint, "versioning_class", URLPathVersioning)
    monkeypatch.setattr(URLPathVersioning, "allowed_versions", ["v1"])
    is_problem(boss.get("/v9/flowwise/orders/"), 404, "not_found")


@pytest.mark.urls("tests.api.urls_alone")
def test_addresses__without_namespace_and_pages(boss: APIClient) -> None:
    shown = boss.get(f"/orders/{make_order().key}/").json()
    assert shown["url"].startswith("http://testserver/orders/")
    assert shown["links"]["checkout"] is None


def test_address__needs_a_request_that_was_routed(rf: Any) -> None:
    with pytest.raises(RuntimeError):
        address_of(rf.get("/"), "order-list")


def test_answers__are_kept_by_no_cache(boss: APIClient) -> None:
    assert "no-store" in boss.get(ORDERS)["Cache-Control"]


@pytest.mark.parametrize(
    "raw", ["", "{", "\ufeff{}", '{"a":NaN}', '{"a":1,"a":2}', "[" * 100_000, '{"a":1e99999999999999999999}']
)
def test_body__that_is_no_json(raw: str, boss: APIClient) -> None:
    response = boss.post(ORDERS, raw, content_type="application/json")
    is_problem(response, 400, "parse_error" if raw else "invalid")


def test_body__that_is_no_utf8(boss: APIClient) -> None:
    is_problem(boss.generic("POST", ORDERS, b"\xff\xfe", "application/json"), 400, "parse_error")


def test_body__that_is_too_large(boss: APIClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    problem = is_problem(post(boss, ORDERS, BODY), 413, "too_large")
    assert problem["title"] == "Content Too Large"
    assert not Order.objects.exists()


def test_body__of_another_kind(boss: APIClient) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        is_problem(boss.post(ORDERS, "x", content_type=kind), 415, "unsupported_media_type")


def test_answer__of_another_kind(boss: APIClient) -> None:
    is_problem(boss.get(ORDERS, HTTP_ACCEPT="text/html"), 406, "not_acceptable")


@pytest.mark.parametrize(
    ("status", "title"), [(503, "Service Unavailable"), (460, "Bad Request"), (599, "Internal Server Error")]
)
def test_error__of_the_projects_own_keeps_its_code(
    boss: APIClient, monkeypatch: pytest.MonkeyPatch, status: int, title: str
) -> None:
    class Closed(APIException):
        status_code = status
        default_code = "closed"
        default_detail = "Come back tomorrow."

    def refuse(*_args: Any) -> None:
        raise Closed

    monkeypatch.setattr(OrderViewSet, "check_permissions", refuse)
    problem = is_problem(boss.get(ORDERS), status, "closed")
    assert (problem["detail"], problem["title"]) == ("Come back tomorrow.", title)


def test_own_view__may_stand_on_the_endpoint(rf: Any) -> None:
    class Closed(Endpoint):
        def get(self, _request: Any) -> Any:
            raise PermissionDenied

    response = Closed.as_view()(rf.get("/"))
    assert (response.status_code, response.data["code"]) == (403, "permission_denied")
    assert "order" not in response.data


def test_bug__stays_one(boss: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(*_args: Any) -> None:
        raise FlowwiseError("of no kind")

    monkeypatch.setattr(OrderViewSet, "check_permissions", break_down)
    with pytest.raises(FlowwiseError):
        boss.get(ORDERS)
    assert problem_of(KeyError()) is None


def test_own_api__keeps_its_own_errors() -> None:
    assert APIView().get_exception_handler() is exception_handler


SECRETS = {
    "customer_email": "priya@secret.example",
    "customer_phone": "+919876543210",
    "customer_address": "Lane 7",
}


@pytest.mark.parametrize("fault", ["status_400", "status_401", "status_500_before_accept", "reset_after_accept"])
def test_problem__and_log_hold_neither_secret_nor_customer(
    fault: str, caller: Any, flowwise_emulator: Any, caplog: pytest.LogCaptureFixture, settings: Any
) -> None:
    caplog.set_level(logging.DEBUG)
    flowwise_emulator.fail_all(fault)
    response = post(caller("add_order", "submit_order"), ORDERS, {**BODY, **SECRETS, "submit": True})
    assert response.status_code != 201
    said = response.content.decode() + caplog.text + "".join(repr(vars(record)) for record in caplog.records)
    for text in (*SECRETS.values(), settings.FLOWWISE["default"]["CLIENT_SECRET"]):
        assert text not in said


def test_problem__about_an_input_does_not_repeat_it(boss: APIClient, caplog: pytest.LogCaptureFixture) -> None:
    response = post(boss, ORDERS, {**BODY, **SECRETS, "customer_email": "priya at secret"})
    is_problem(response, 400, "invalid")
    assert "priya" not in response.content.decode() + caplog.text
