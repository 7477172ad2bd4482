"""The watch over the wire sees what does not fit; the description says what the rule tables say."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import openapi_spec_validator
import pytest
import requests
from django.urls.resolvers import URLPattern
from openapi_schema_validator import OAS30Validator, oas30_format_checker

from django_flowwise import services
from django_flowwise.client import exchange
from django_flowwise.emulator import OPERATIONS, Behaviour, Emulator
from django_flowwise.emulator.request_rules import AUTHORIZATION, CUSTOMER, ORDER, PAYMENT, REFUND
from django_flowwise.emulator.urls import urlpatterns
from django_flowwise.testing import CannedAnswers, flowwise_order
from tests.described import DESCRIBED, OURS, Watch
from tests.emulator.conftest import (
    CUSTOMER_REQUEST,
    EXAMPLE_ANSWER,
    EXAMPLE_REQUEST,
    PAYMENT_REQUEST,
    REFUND_REQUEST,
)

SCHEMAS = DESCRIBED["components"]["schemas"]
CREDENTIALS = {"x-client-id": "emulator", "x-client-secret": "emulator-secret", "Content-Type": "application/json"}


def ask(emulator: Emulator, verb: str, path: str, body: object = None, **headers: str) -> int:
    written = None if body is None else json.dumps(body)
    return requests.request(
        verb, f"{emulator.base_url}{path}", data=written, headers={**CREDENTIALS, **headers}, timeout=5
    ).status_code


ORDER_BODY = {"order_id": "o", "order_amount": 5, "order_currency": "INR", "customer_details": {}}
MISFITS = [
    ("POST", "/orders", {**ORDER_BODY, "order_amount": "5"}, "is not of type 'number'"),
    ("POST", "/orders", {**ORDER_BODY, "customer_name": "Priya"}, "'customer_name' was unexpected"),
    ("POST", "/orders", {"order_id": "o"}, "'order_amount' is a required property"),
    ("GET", "/order/o", None, "Path not found"),
    ("DELETE", "/orders/o", None, "Operation delete not found"),
    ("POST", "/payments/p", {"refund_id": "r", "refund_amount": 1, "refund_type": "X"}, "is not one of"),
]


@pytest.mark.parametrize(("verb", "path", "body", "complaint"), MISFITS)
def test_watch__sees_a_request_of_ours_that_does_not_fit(
    openapi_watch: Watch, flowwise_emulator: Emulator, verb: str, path: str, body: object, complaint: str
) -> None:
    ask(flowwise_emulator, verb, path, body, **{"User-Agent": f"{OURS}0"})
    [offence] = openapi_watch.offences()
    assert complaint in offence
    ask(flowwise_emulator, verb, path, body, **{"User-Agent": "curl/8"})
    assert openapi_watch.offences() == []


def test_watch__sees_a_header_that_lacks(openapi_watch: Watch, flowwise_emulator: Emulator) -> None:
    headers = {"User-Agent": OURS, "x-client-id": "emulator"}
    assert requests.get(f"{flowwise_emulator.base_url}/orders/o", headers=headers, timeout=5).status_code == 401
    [offence] = openapi_watch.offences()
    assert "ApiSecret" in offence


def sees_what_is_not_described(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    services.submit_order(flowwise_order())
    assert watch.offences() == []
    encode = exchange.encode
    monkeypatch.setattr(exchange, "encode", lambda request: encode(request)[:-1] + b',"notify_url":"x"}')
    services.submit_order(flowwise_order())
    [offence] = watch.offences()
    assert "'notify_url' was unexpected" in offence


@pytest.mark.django_db
@pytest.mark.parametrize("base_url", ["https://sandbox.flowwise.com/router", "https://pay.example/v2"])
def test_watch__sees_the_client_before_canned_answers(
    openapi_watch: Watch,
    flowwise_responses: CannedAnswers,
    settings: Any,
    monkeypatch: pytest.MonkeyPatch,
    base_url: str,
) -> None:
    settings.FLOWWISE["default"]["BASE_URL"] = base_url
    flowwise_responses.create_order()
    sees_what_is_not_described(openapi_watch, monkeypatch)


@pytest.mark.django_db
def test_watch__sees_the_client_itself(
    openapi_watch: Watch, flowwise_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowwise_emulator.behaviour = Behaviour(refuses_unknown_fields=False)
    sees_what_is_not_described(openapi_watch, monkeypatch)


@pytest.fixture
def checking_answers(openapi_watch: Watch) -> Iterator[None]:
    openapi_watch.checks_answers = True
    yield
    openapi_watch.checks_answers = False


@pytest.mark.usefixtures("checking_answers")
def test_watch__sees_an_answer_that_does_not_fit(
    openapi_watch: Watch, flowwise_emulator: Emulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    flowwise_emulator.behaviour = Behaviour(create_status=201)
    assert ask(flowwise_emulator, "POST", "/orders", ORDER_BODY) == 201
    assert ask(flowwise_emulator, "GET", "/orders/other") == 404
    assert openapi_watch.offences() == []
    ledger: Any = flowwise_emulator._ledger
    ledger._kept["o"].answer["order_status"] = 5
    assert ask(flowwise_emulator, "GET", "/orders/o") == 200
    [offence] = openapi_watch.offences()
    assert "is not of type 'string'" in offence


def described_operations() -> dict[str, tuple[str, str]]:
    return {
        operation["operationId"]: (verb.upper(), path)
        for path, operations in DESCRIBED["paths"].items()
        for verb, operation in operations.items()
    }


def test_description__has_every_operation_where_it_is() -> None:
    served = {
        (verb, view.__name__): pattern
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern) and str(pattern.pattern).startswith("^router/")
        for verb, view in pattern.callback._views.items()  # type: ignore[attr-defined]
    }
    described = described_operations()
    assert sorted(described) == sorted(OPERATIONS)
    for name, (verb, path) in described.items():
        assert served[verb, name].resolve(f"router{path}".replace("{", "").replace("}", ""))


@pytest.mark.parametrize(
    ("schema", "rules"),
    [
        ("CreateOrderRequest", ORDER),
        ("CreatePaymentRequest", PAYMENT),
        ("AuthorizePaymentRequest", AUTHORIZATION),
        ("RefundRequest", REFUND),
        ("CustomerRequest", CUSTOMER),
    ],
)
def test_description__has_the_fields_of_the_rule_tables(schema: str, rules: Any) -> None:
    assert sorted(SCHEMAS[schema]["properties"]) == sorted(rules.checks)
    optional = {"capture_amount"} if schema == "AuthorizePaymentRequest" else set()
    assert set(SCHEMAS[schema]["required"]) == {*rules.required, *optional}


def test_description__is_one() -> None:
    openapi_spec_validator.validate(DESCRIBED)


# What the public pages (read 2026-11-24) leave open, by operation and by field: a word of each sentence.
SILENT_OPERATIONS = {
    "create_order": ["repeated order_id", "customer_id within customer_details"],
    "get_order": ["unknown order_id"],
    "list_payments": ["sorted", "orderId", "unknown order_id", "cut off"],
    "create_payment": ["done twice", "unknown order_hash", "PAID or EXPIRED", "methods"],
    "get_payment": ["unknown payment_id", "cut off"],
    "authorize_payment": ["comes to have", "unknown order_id or payment_id", "VOID", "cut off"],
    "refund_payment": ["repeated refund_id", "unknown payment_id", "more than was captured", "cut off"],
    "refund_order": [
        "several payments",
        "repeated refund_id",
        "unknown order_id",
        "more than was captured",
        "cut off",
    ],
    "get_refund": ["unknown refund_id", "cut off"],
    "create_customer": ["repeated customer_id"],
    "update_customer": ["left out", "unknown customer_id", "another customer_id", "cut off"],
}
SILENT_STATUSES = {"create_order", "list_payments", "authorize_payment", "refund_order", "update_customer"}
"""Operations whose page shows the body of a success and not its status."""
UNSENT = "left out or null"
WORDS = "lists no words"
BESIDE = ["fields beside these"]
SILENT_FIELDS: dict[str, dict[str, str]] = {
    "CreateOrderRequest": {
        "order_id": "Length",
        "order_amount": "decimals",
        "order_currency": "only currency",
        "customer_details": "collapsed",
        "payment_methods": "codes",
        "expiry_time_in_minutes": "Default",
        "order_note": "longest",
        "order_tags": "How many",
        "return_base_url": "parameters",
    },
    "Order": {
        **dict.fromkeys(("customer_email", "customer_id", "payment_methods", "order_note"), UNSENT),
        "order_status": WORDS,
        "order_hash": "Length",
    },
    "CreatePaymentRequest": {"payment_method_details": "each method", "return_base_url": "parameters"},
    "CreatedPayment": {
        **dict.fromkeys(("payment_status", "capture_status"), WORDS),
        "return_url": UNSENT,
        "payload": "What it is for",
    },
    "Payment": {**dict.fromkeys(("status", "capture_status"), WORDS), "gateway_details": "What is in it"},
    "AuthorizePaymentRequest": {"capture_amount": "VOID"},
    "AuthorizedPayment": {
        **dict.fromkeys(("status", "capture_status"), WORDS),
        "gateway_details": "What is in it",
        "redirect_url": "null in the example",
    },
    "RefundRequest": {"refund_id": "Length", "refund_amount": "decimals", "refund_note": "longest"},
    "Refund": {"refund_status": WORDS, "refund_note": UNSENT, "gateway_details": "What is in it"},
    "CustomerRequest": {"customer_id": "Length", "scope": "GLOBAL"},
    "Customer": {"status": WORDS, **dict.fromkeys(("name", "email", "phone", "address"), UNSENT)},
    "Error": {},
}
SILENT_SCHEMAS = {
    **dict.fromkeys(("CreateOrderRequest", "CreatePaymentRequest", "AuthorizePaymentRequest"), BESIDE),
    **dict.fromkeys(("RefundRequest", "CustomerRequest"), BESIDE),
    "Order": ["No field is marked", "no amount"],
    "Payment": ["cut off"],
    "AuthorizedPayment": ["cut off"],
    "Refund": ["cut off", "no currency"],
    "Error": ["Neither its fields nor its words"],
}
NULLABLE = {
    ("AuthorizedPayment", "redirect_url"),
    *(
        (schema, name)
        for schema, fields in SILENT_FIELDS.items()
        for name, word in fields.items()
        if word == UNSENT
    ),
}


def silences(marked: Any) -> list[str]:
    said = marked.get("x-undocumented", [])
    return [said] if isinstance(said, str) else said


def assert_silent(marked: Any, words: list[str]) -> None:
    """Each sentence has its word, and there is none besides."""
    said = silences(marked)
    assert [word for word, sentence in zip(words, said, strict=True) if word not in sentence] == [], said


@pytest.mark.parametrize("operation", OPERATIONS)
def test_description__marks_where_a_page_is_silent(operation: str) -> None:
    verb, path = described_operations()[operation]
    described = DESCRIBED["paths"][path][verb.lower()]
    assert_silent(described, SILENT_OPERATIONS[operation])
    success, refusal = described["responses"].items()
    assert refusal == ("default", {"$ref": "#/components/responses/Refusal"})
    is_silent = operation in SILENT_STATUSES
    assert success[0] == ("2XX" if is_silent else "200")
    assert_silent(success[1], ["not its status"] if is_silent else [])


def test_description__marks_every_error() -> None:
    assert_silent(DESCRIBED["components"]["responses"]["Refusal"], ["No page shows an error"])


@pytest.mark.parametrize("schema", SCHEMAS)
def test_description__marks_what_a_page_does_not_say_of_a_field(schema: str) -> None:
    assert_silent(SCHEMAS[schema], SILENT_SCHEMAS.get(schema, []))
    marked = {name for name, field in SCHEMAS[schema]["properties"].items() if "x-undocumented" in field}
    assert marked == SILENT_FIELDS[schema].keys()
    for name, word in SILENT_FIELDS[schema].items():
        assert word in " ".join(silences(SCHEMAS[schema]["properties"][name]))


def test_description__has_null_only_where_a_page_leaves_it_open() -> None:
    nullable = {
        (schema, name)
        for schema, described in SCHEMAS.items()
        for name, field in described["properties"].items()
        if field.get("nullable")
    }
    assert nullable == NULLABLE


EXAMPLES = [
    (f"{schema}.{name}", field)
    for schema, described in SCHEMAS.items()
    for name, field in described["properties"].items()
    if "example" in field
]


@pytest.mark.parametrize(("name", "field"), EXAMPLES, ids=[name for name, _ in EXAMPLES])
def test_description__an_example_fits_its_field(name: str, field: dict[str, Any]) -> None:
    OAS30Validator(field, format_checker=oas30_format_checker).validate(field["example"])


@pytest.mark.parametrize(
    ("schema", "documented"),
    [
        ("CreateOrderRequest", EXAMPLE_REQUEST),
        ("Order", EXAMPLE_ANSWER),
        ("CreatePaymentRequest", PAYMENT_REQUEST),
        ("RefundRequest", REFUND_REQUEST),
        ("CustomerRequest", CUSTOMER_REQUEST),
    ],
)
def test_description__has_the_examples_of_the_pages(schema: str, documented: dict[str, Any]) -> None:
    given = {name: example_of(field) for name, field in SCHEMAS[schema]["properties"].items()}
    assert given == documented


def example_of(field: dict[str, Any]) -> Any:
    if "properties" in field:
        return {name: example_of(child) for name, child in field["properties"].items()}
    return field["example"]


@pytest.mark.parametrize("schema", [schema for schema in SCHEMAS if schema != "Error"])
def test_description__every_field_of_one_word_has_an_example(schema: str) -> None:
    without = {
        name
        for name, field in SCHEMAS[schema]["properties"].items()
        if "example" not in field and field["type"] != "object"
    }
    # A token that looks like a secret, a null, and a sentence of the vendor's.
    assert without <= {"payload", "redirect_url", "refund_message"}
