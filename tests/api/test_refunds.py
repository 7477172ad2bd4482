"""Payments and refunds over the API."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from rest_framework.test import APIClient

from django_flowwise import services
from django_flowwise.client import FlowwiseClient
from django_flowwise.models import Order, Refund
from tests.api.conftest import is_problem, post, url_of
from tests.doors.conftest import held, refundable
from tests.factories import make_order
from tests.services.conftest import not_sent, unknown

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(flowwise_emulator: Any) -> Order:
    return refundable(flowwise_emulator)


def without(body: dict[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in body.items() if each != name}


@pytest.fixture
def body(order: Order) -> dict[str, Any]:
    return {"payment_id": order.payments.get().payment_id, "amount": "100.00", "refund_id": "RET-1"}


def test_payments__are_shown_exactly(boss: APIClient, order: Order) -> None:
    [payment] = boss.get(url_of(order, "payments")).json()["results"]
    assert (payment["payment_amount"], payment["amount_captured"]) == ("2299.50", "2299.50")
    assert (payment["is_successful"], payment["is_held"]) == (True, False)


def test_payments__that_are_held_or_unknown(boss: APIClient, flowwise_emulator: Any) -> None:
    order = held(flowwise_emulator)
    order.payments.update(payment_amount=None, payment_currency="", capture_amount="1.2345")
    [payment] = boss.get(url_of(order, "payments")).json()["results"]
    assert (payment["payment_amount"], payment["capture_amount"]) == (None, "1.2345")
    assert (payment["amount_captured"], payment["is_held"]) == ("0", True)


def test_refund__is_made_once_under_its_key(
    boss: APIClient, order: Order, body: Any, flowwise_emulator: Any
) -> None:
    first, second = post(boss, url_of(order, "refunds"), body), post(boss, url_of(order, "refunds"), body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (first.json()["state"], first.json()["refund_amount"]) == ("ACCEPTED", "100.00")
    assert first["Location"] == f"http://testserver{url_of(order, 'refunds')}"
    assert boss.get(first["Location"]).json()["results"] == [first.json()]
    assert list(flowwise_emulator.refunds) == ["RET-1"]


def test_refund__that_is_pending_is_made(boss: APIClient, order: Order, body: Any, flowwise_emulator: Any) -> None:
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, refund_status="PENDING")
    response = post(boss, url_of(order, "refunds"), body)
    assert (response.status_code, response.json()["state"]) == (201, "PENDING")


def test_refund__of_all_that_is_left(boss: APIClient, order: Order, body: Any) -> None:
    response = post(boss, url_of(order, "refunds"), {**without(body, "amount"), "note": "a return"})
    assert (response.json()["refund_amount"], response.json()["refund_note"]) == ("2299.50", "a return")


def test_refund__under_the_same_key_with_other_content(boss: APIClient, order: Order, body: Any) -> None:
    post(boss, url_of(order, "refunds"), body)
    response = post(boss, url_of(order, "refunds"), {**body, "amount": "1"})
    assert is_problem(response, 409, "reference_in_use")["fields"] == ["amount"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "1.005"),
        ("amount", "2299.51"),
        ("amount", True),
        ("amount", []),
        ("payment_id", "\x00"),
        ("payment_id", 5),
        ("payment_id", None),
        ("note", 5),
        ("note", "\ud800"),
        ("refund_id", "a b"),
        ("refund_id", 5),
        ("refund_id", None),
        ("refund_id", ""),
        ("refund_type", "x"),
    ],
)
def test_input__that_cannot_be_is_named(field: str, value: Any, boss: APIClient, order: Order, body: Any) -> None:
    problem = is_problem(post(boss, url_of(order, "refunds"), {**body, field: value}), 400, "invalid")
    assert list(problem["errors"]) == [field]
    assert not Refund.objects.exists()


def test_payment__that_the_order_does_not_have(boss: APIClient, order: Order, body: Any) -> None:
    response = post(boss, url_of(order, "refunds"), {**body, "payment_id": "pay_other"})
    assert "payment_id" in is_problem(response, 409, "move_not_allowed")["detail"]
    assert not Refund.objects.exists()


def test_input__that_is_missing(boss: APIClient, order: Order) -> None:
    problem = is_problem(post(boss, url_of(order, "refunds"), {}), 400, "invalid")
    assert set(problem["errors"]) == {"payment_id", "refund_id"}
    assert "your own key" in problem["errors"]["refund_id"][0]


def test_payment__of_another_order_is_not_refunded(boss: APIClient, body: Any) -> None:
    is_problem(post(boss, url_of(make_order(), "refunds"), body), 409, "move_not_allowed")
    assert not Refund.objects.exists()


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [("status_400", 422, "refused"), ("status_401", 502, "credentials_refused")],
)
def test_refund__that_is_refused(
    fault: str, status: int, code: str, boss: APIClient, order: Order, body: Any, flowwise_emulator: Any
) -> None:
    flowwise_emulator.fail_next(fault, operation="refund_payment")
    problem = is_problem(post(boss, url_of(order, "refunds"), body), status, code)
    assert (problem["order"], problem["refund_id"]) == (f"http://testserver{url_of(order)}", "RET-1")


def test_refund__that_is_not_known_is_shown(
    boss: APIClient, order: Order, body: Any, flowwise_emulator: Any
) -> None:
    flowwise_emulator.fail_next("status_500_before_accept", calls=2)
    first = post(boss, url_of(order, "refunds"), body)
    second = post(boss, url_of(order, "refunds"), body)  # a look comes first, and may not send yet
    for response in (first, second):
        assert (response.status_code, response.json()["state"]) == (202, "UNCONFIRMED")
        assert response["Location"] == f"http://testserver{url_of(order, 'refunds')}"
        assert 28 <= int(response["Retry-After"]) <= 30
    assert first.json()["refund_id"] == second.json()["refund_id"]
    assert flowwise_emulator.refunds == {}


def test_refund__of_which_nothing_is_known_here(
    boss: APIClient, order: Order, body: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def doubt(*_args: Any, **_kwargs: Any) -> Any:
        raise unknown()

    monkeypatch.setattr(services, "refund_payment", doubt)
    is_problem(post(boss, url_of(order, "refunds"), body), 503, "outcome_unknown")


def test_refund__that_did_not_leave(
    boss: APIClient, order: Order, body: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_kwargs: Any) -> Any:
        raise not_sent()

    monkeypatch.setattr(FlowwiseClient, "refund_payment", refuse)
    response = post(boss, url_of(order, "refunds"), body)
    is_problem(response, 503, "not_sent")
    assert response["Retry-After"] == "30"
    assert Refund.objects.get().state == "DRAFT"


def test_refund__of_what_was_not_paid(boss: APIClient, flowwise_emulator: Any) -> None:
    order = held(flowwise_emulator)
    body = {"payment_id": order.payments.get().payment_id, "refund_id": "RET-1"}
    is_problem(post(boss, url_of(order, "refunds"), body), 409, "move_not_allowed")


def test_lists__make_no_more_queries_for_more(
    boss: APIClient, order: Order, body: Any, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        post(boss, url_of(order, "refunds"), {**body, "amount": "1", "refund_id": f"RET-{number}"})
    with django_assert_num_queries(4):
        assert len(boss.get(url_of(order, "refunds")).json()["results"]) == 3
