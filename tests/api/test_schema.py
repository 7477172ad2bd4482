"""The committed description of the API is what the code says, and is OpenAPI."""

from __future__ import annotations

import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import openapi_spec_validator
import pytest
from django.core.management import call_command
from django.urls import URLPattern, include, path
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.settings import patched_settings
from jsonschema import Draft202012Validator
from rest_framework import serializers
from rest_framework.generics import CreateAPIView
from rest_framework.permissions import AllowAny
from rest_framework.test import APIClient

from django_flowwise.api import PlaceOrderMixin
from django_flowwise.api.orders import OrderViewSet
from django_flowwise.api.schema.operations import OPERATIONS
from django_flowwise.api.urls import routes
from tests.api.conftest import BODY, post
from tests.api.strict import DESCRIBED
from tests.openapi import DOCUMENT, generate, main

VERSIONS = ["3.0.3", "3.1.0"]


class Basket(serializers.Serializer[Any]):
    lamp = serializers.IntegerField()


class BuyBasket(PlaceOrderMixin):
    permission_classes = [AllowAny]
    serializer_class = Basket


class Buy(PlaceOrderMixin):
    csrf_for_anonymous = False
    permission_classes = [AllowAny]

    def get_order_content(self, request: Any) -> Any:
        return {**BODY, **request.data}


NAMES = ("Order", "Payment", "Refund", "Links", "Attention", "Problem", "OrderPage", "RefundList", "OrderBody")
"""What any shop may call its own shapes, as we do ours."""


class ShopView(CreateAPIView[Any]):
    schema = AutoSchema()


def views_of_shop() -> list[URLPattern]:
    shapes = {name: type(f"{name}Serializer", (Basket,), {"number": serializers.IntegerField()}) for name in NAMES}
    return [
        path(f"mine/{name}/", type(name, (ShopView,), {"serializer_class": shape}).as_view())
        for name, shape in shapes.items()
    ]


urlpatterns = [
    *views_of_shop(),
    path("api/flowwise/", include("django_flowwise.api.urls")),
    path("flowwise/", include("django_flowwise.urls")),
    path("buy/", Buy.as_view()),
    path("buy-basket/", BuyBasket.as_view()),
]


def test_document__is_that_of_the_code() -> None:
    assert DOCUMENT.read_text() == generate(), "write it again: python -m tests.openapi"


def test_document__is_valid() -> None:
    document = json.loads(DOCUMENT.read_text())
    assert document["openapi"].startswith("3.1")
    openapi_spec_validator.validate(document)


def test_document__tells_no_account(settings: Any) -> None:
    settings.FLOWWISE = {"a-secret-alias": {}}
    assert "a-secret-alias" not in generate()


def test_document__is_in_markdown_and_of_openapi_alone() -> None:
    text = DOCUMENT.read_text()
    assert "``" not in text
    assert '"x-' not in text
    assert '"nullable"' not in text


def test_properties__all_say_what_they_are() -> None:
    properties = {
        (shape, name): schema
        for shape, told in DESCRIBED["components"]["schemas"].items()
        for name, schema in told["properties"].items()
    }
    untold = [
        each for each, schema in properties.items() if not {"type", "$ref", "anyOf", "allOf"} & schema.keys()
    ]
    assert untold == []
    assert properties["FlowwiseOrder", "order_tags"]["additionalProperties"] == {"type": "string"}
    assert (
        properties["FlowwisePayment", "gateway_details"]["type"]
        == properties["FlowwiseRefund", "gateway_details"]["type"]
    )
    assert properties["FlowwiseAttention", "at"]["format"] == "date-time"


def test_examples__of_what_cannot_be_shown_are_none() -> None:
    shown = [known.problems for (noun, _), known in OPERATIONS.items() if noun != "basket"]
    assert all(example for problems in shown for example in problems.values())
    assert "method_not_allowed" not in {code for problems in shown for code in problems}


def test_program__writes_the_document(tmp_path: Path) -> None:
    document = tmp_path / "openapi.json"
    assert main([], document) == 0
    assert document.read_text() == DOCUMENT.read_text()


def test_program__compares_the_document(tmp_path: Path) -> None:
    other = tmp_path / "openapi.json"
    other.write_text("{}")
    assert main(["--check"], other) == 1
    assert other.read_text() == "{}"
    command = [sys.executable, "-m", "tests.openapi", "--check"]
    assert subprocess.run(command, cwd=DOCUMENT.parent.parent, check=False).returncode == 0


def test_added_act__is_described_as_by_drf_spectacular() -> None:
    class Orders(OrderViewSet):
        def remind(self, request: Any) -> None: ...

    patterns = [path("remind/", Orders.as_view({"post": "remind"})), *routes(Orders)]
    before = generate()
    described = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    assert described["paths"]["/remind/"]["post"]["operationId"] == "remind_create"
    assert described["paths"]["/orders/"]["post"]["operationId"] == "flowwise_orders_create"
    assert generate() == before


@pytest.fixture(params=VERSIONS)
def of_project(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    """Describe a project with the API and an address of its own, as its developers would."""
    written = tmp_path / "schema.json"
    told = {"format": "openapi-json", "urlconf": __name__, "file": str(written)}
    with patched_settings({"OAS_VERSION": request.param}):
        call_command("spectacular", "--validate", "--fail-on-warn", **told)
    return json.loads(written.read_text())


def test_project__is_described_under_either_version(of_project: dict[str, Any]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        openapi_spec_validator.validate(of_project)
    operations = of_project["paths"]["/api/flowwise/orders/"]
    assert operations["post"]["operationId"] == "flowwise_orders_create"
    assert set(operations["post"]["responses"]) == set(
        DESCRIBED["paths"]["/api/flowwise/orders/"]["post"]["responses"]
    )


def test_project__keeps_its_own_names(of_project: dict[str, Any]) -> None:
    shapes = of_project["components"]["schemas"]
    assert [name for name in NAMES if set(shapes[name]["properties"]) != {"number", "lamp"}] == []


def test_own_address__is_described_by_the_mix_in(of_project: dict[str, Any]) -> None:
    shapes, paths = of_project["components"]["schemas"], of_project["paths"]
    for address, body in (("/buy/", ""), ("/buy-basket/", "Basket")):
        told = paths[address]["post"]
        assert told["summary"] == "Place the basket"
        sent = told["requestBody"]["content"]["application/json"]["schema"]
        assert sent.get("$ref", "").rpartition("/")[2] == body
        answers = told["responses"]
        assert {"200", "201", "202", "400", "409", "422", "503"} <= answers.keys()
        for status in ("200", "201", "202"):
            assert answers[status]["content"]["application/json"]["schema"]["$ref"].endswith(
                "/FlowwisePlacedOrder"
            )
            assert "Location" in answers[status]["headers"]
        [problem] = answers["409"]["content"].values()
        assert problem["schema"]["allOf"][0]["$ref"].endswith("/FlowwiseCustomerProblem")
    assert "vendor_code" not in shapes["FlowwiseCustomerProblem"]["properties"]
    assert "checkout" in shapes["FlowwiseCustomerProblem"]["properties"]


@pytest.mark.urls(__name__)
@pytest.mark.django_db
def test_own_address__answers_as_described(
    of_project: dict[str, Any], flowwise_emulator: Any, settings: Any
) -> None:
    client, told = APIClient(), of_project["paths"]["/buy/"]["post"]["responses"]
    asked = [{}, {}, {"order_amount": "1.00"}, {"order_amount": "1.005"}]
    answers = [post(client, "/buy/", body) for body in asked]
    flowwise_emulator.fail_all("status_400")
    answers.append(post(client, "/buy/", {"reference": "INV-2"}))
    flowwise_emulator.mend()
    flowwise_emulator.fail_all("status_500_before_accept")
    answers.append(post(client, "/buy/", {"reference": "INV-3"}))
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1
    answers.append(post(client, "/buy/", {"reference": "INV-4"}))
    assert [answer.status_code for answer in answers] == [201, 200, 409, 400, 422, 202, 413]
    for answer in answers:
        [(kind, media)] = told[str(answer.status_code)]["content"].items()
        assert answer["Content-Type"] == kind
        whole = {**media["schema"], "components": of_project["components"]}
        assert [error.message for error in Draft202012Validator(whole).iter_errors(answer.json())] == []
        shape = media["schema"].get("$ref") or media["schema"]["allOf"][0]["$ref"]
        described = of_project["components"]["schemas"][shape.rpartition("/")[2]]["properties"]
        assert answer.json().keys() <= described.keys()
