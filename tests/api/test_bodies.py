"""What the description lets be sent is what the API takes, and what it forbids is refused."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rest_framework.test import APIClient

from django_flowwise.api.bodies import OrderBody, RefundBody
from django_flowwise.models import Order, Refund
from tests.api.conftest import BODY, ORDERS, is_problem, post, url_of
from tests.api.strict import DESCRIBED, offences
from tests.doors.conftest import refundable

pytestmark = pytest.mark.django_db

ORDER: dict[str, Any] = DESCRIBED["components"]["schemas"]["FlowwiseOrderBody"]
REFUND: dict[str, Any] = DESCRIBED["components"]["schemas"]["FlowwiseRefundBody"]
TEXTS = {
    name: schema
    for name, schema in ORDER["properties"].items()
    if "pattern" in schema and name not in {"account", "order_currency"}
}


@pytest.mark.parametrize(("body", "described"), [(OrderBody, ORDER), (RefundBody, REFUND)])
def test_names__are_those_that_are_read(body: Any, described: dict[str, Any]) -> None:
    fields = body().fields
    assert list(described["properties"]) == list(fields)
    assert described["required"] == [name for name, field in fields.items() if field.required]
    for name, field in fields.items():
        schema = described["properties"][name]
        assert schema.get("description", "") == field.help_text or (not field.help_text)
        assert bool(offences(schema, None)) is not field.allow_null


@pytest.mark.parametrize("name", [name for name in TEXTS if name not in {"customer_email", "customer_phone"}])
def test_length__is_that_of_the_column(name: str, boss: APIClient) -> None:
    start = {"return_base_url": "https://shop.example/", "payment_methods": "a,"}.get(name, "")
    longest = Order._meta.get_field(name).max_length
    assert longest == TEXTS[name]["maxLength"]
    fits = (start * longest)[:longest] if name == "payment_methods" else start + "a" * (longest - len(start))
    fits = re.sub(",$", "a", fits)
    assert offences(TEXTS[name], fits) == []
    assert post(boss, ORDERS, {**BODY, name: fits}).status_code == 201
    too_long = f"{fits}a"
    assert offences(TEXTS[name], too_long) != []
    problem = is_problem(post(boss, ORDERS, {**BODY, "reference": "INV-2", name: too_long}), 400, "invalid")
    assert list(problem["errors"]) == [name]


def test_length__of_a_note_is_that_of_the_column(boss: APIClient, flowwise_emulator: Any) -> None:
    order = refundable(flowwise_emulator)
    longest = Refund._meta.get_field("refund_note").max_length
    asked = {"payment_id": order.payments.get().payment_id, "refund_id": "RET-1", "amount": 4.35}
    for note, refused in (("x" * (longest + 1), True), ("x" * longest, False)):
        body = {**asked, "note": note}
        assert bool(offences(REFUND, body)) is refused
        assert post(boss, url_of(order, "refunds"), body).status_code == (400 if refused else 201)


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=st.data())
def test_pattern__lets_nothing_pass_that_is_refused(name: str, drawn: st.DataObject) -> None:
    schema = TEXTS[name]
    texts = st.from_regex(schema["pattern"].removesuffix("$") + r"\Z", fullmatch=True)
    text = drawn.draw(texts.filter(lambda text: schema.get("minLength", 0) <= len(text) <= schema["maxLength"]))
    assert Order._meta.get_field(name).clean(text, None) == text


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("return_base_url", "https://shop.example:8443/back"),
        ("return_base_url", "https://shop.example:65535"),
        ("return_base_url", "http://127.0.0.1:10000/a%20b+c:d;e,f@g?x=[1]&y=(2)*'!#z"),
        ("return_base_url", "https://a_b.shop.example/~me/$1"),
        ("customer_email", "priya@shop.xn--p1ai"),
        ("customer_phone", "+91 (98765) 43210"),
        ("reference", "\u0019"),
        ("order_tags", {"a b": "ü"}),
        ("order_tags", None),
        ("expiry_time_in_minutes", 2147483647),
        ("expiry_time_in_minutes", 60.0),
        ("supersede", True),
        ("order_amount", 4.35),
        ("order_amount", 0.29),
        ("order_amount", 1.1),
        ("order_amount", 0.01),
        ("order_amount", 2299),
        ("order_amount", 9999999999999.99),
        ("order_amount", "9999999999999.99"),
        ("order_amount", "0.07"),
    ],
)
def test_value__that_is_taken_is_described(name: str, value: Any, boss: APIClient) -> None:
    body = {**BODY, name: value}
    assert offences(ORDER, body) == []
    assert post(boss, ORDERS, body).status_code == 201


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("return_base_url", "https://shop.example:65536/"),
        ("return_base_url", "https://shop.example:0/"),
        ("return_base_url", "https://me@shop.example/"),
        ("return_base_url", "ftp://shop.example/"),
        ("return_base_url", "https://shop.example/a b"),
        ("customer_email", "priya"),
        ("customer_phone", "+"),
        ("order_id", ""),
        ("reference", " "),
        ("order_tags", {"": "x"}),
        ("order_tags", {"a": 1}),
        ("expiry_time_in_minutes", 0),
        ("expiry_time_in_minutes", 2147483648),
        ("order_currency", "inr"),
        ("order_currency", "XXX"),
        ("order_amount", 0),
        ("order_amount", -1),
        ("order_amount", 1e15),
        ("order_amount", True),
        ("order_amount", "0.00"),
        ("order_amount", "1.005"),
        ("submit", "yes"),
        ("state", "PAID"),
    ],
)
def test_value__that_is_refused_is_forbidden(name: str, value: Any, boss: APIClient) -> None:
    body = {**BODY, name: value}
    assert offences(ORDER, body) != []
    assert list(is_problem(post(boss, ORDERS, body), 400, "invalid")["errors"]) == [name]


def test_amount__has_the_digits_of_its_currency(boss: APIClient) -> None:
    for currency, amount, fits in (("JPY", 5, True), ("JPY", 5.5, False), ("KWD", "1.005", True)):
        body = {**BODY, "reference": f"{currency}{amount}", "order_currency": currency, "order_amount": amount}
        assert (offences(ORDER, body) == []) is fits
        assert post(boss, ORDERS, body).status_code == (201 if fits else 400)
    assert json.dumps(ORDER).count("multipleOf") == 0
