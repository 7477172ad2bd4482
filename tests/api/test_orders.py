"""Orders over the API: what is shown, what is created, and every way a call can end."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from rest_framework.test import APIClient

from django_flowwise import services
from django_flowwise.models import Order
from tests.api.conftest import BODY, ORDERS, is_problem, post, url_of
from tests.doors.conftest import GUESSES_OF_KEYS as GUESSES
from tests.doors.conftest import active, expired, order_in
from tests.factories import make_order

pytestmark = pytest.mark.django_db

SUBMIT = {**BODY, "submit": True}


def test_create__is_a_draft_and_asks_nothing(boss: APIClient, flowwise_emulator: Any) -> None:
    response = post(boss, ORDERS, BODY)
    order = Order.objects.get()
    assert (response.status_code, response.json()["state"]) == (201, "DRAFT")
    assert response["Location"] == response.json()["url"] == f"http://testserver{url_of(order)}"
    assert flowwise_emulator.requests == []
    assert boss.get(response["Location"]).json() == response.json()


def test_create__and_submit_in_one_call(boss: APIClient, flowwise_emulator: Any) -> None:
    response = post(boss, ORDERS, SUBMIT)
    assert (response.status_code, response.json()["state"]) == (201, "ACTIVE")
    assert list(flowwise_emulator.orders) == [response.json()["order_id"]]


@pytest.mark.parametrize("body", [BODY, SUBMIT])
def test_create__the_same_once_more_is_the_same(body: Any, boss: APIClient, flowwise_emulator: Any) -> None:
    first, second = post(boss, ORDERS, body), post(boss, ORDERS, body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert first["Location"] == second["Location"]


def test_create__of_an_expired_one_is_a_new_one(boss: APIClient, flowwise_emulator: Any) -> None:
    first = post(boss, ORDERS, SUBMIT)
    flowwise_emulator.expire(first.json()["order_id"])
    post(boss, f"{first['Location']}refresh/")
    second = post(boss, ORDERS, SUBMIT)
    assert second.status_code == 201
    assert second.json()["key"] != first.json()["key"]
    assert boss.get(first["Location"]).json()["links"]["superseded_by"] == second["Location"]


@pytest.mark.parametrize("submit", [{}, {"submit": True}])
def test_create__with_other_content_names_the_fields(submit: Any, boss: APIClient, flowwise_emulator: Any) -> None:
    post(boss, ORDERS, BODY)
    problem = is_problem(
        post(boss, ORDERS, {**BODY, **submit, "order_amount": "1", "customer_id": "c"}), 409, "reference_in_use"
    )
    assert problem["fields"] == ["order_amount", "customer_id"]
    assert problem["order"] == f"http://testserver{url_of(Order.objects.get())}"
    assert flowwise_emulator.requests == []


def test_create__in_place_of_what_was_refused(boss: APIClient, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_next("status_400")
    refused = is_problem(post(boss, ORDERS, {**SUBMIT, "customer_phone": "+911"}), 422, "refused")
    response = post(boss, ORDERS, {**SUBMIT, "customer_phone": "+919876543210", "supersede": True})
    assert (response.status_code, response.json()["state"]) == (201, "ACTIVE")
    assert boss.get(refused["order"]).json()["links"]["superseded_by"] == response["Location"]


@pytest.mark.parametrize("act", ["submit", "refresh", "reissue"])
def test_act__that_takes_nothing_refuses_what_it_would_leave_out_of_account(
    act: str, boss: APIClient, flowwise_emulator: Any
) -> None:
    problem = is_problem(post(boss, url_of(make_order(), act), {"accept_risk": True}), 400, "invalid")
    assert list(problem["errors"]) == ["accept_risk"]
    assert flowwise_emulator.requests == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("2299.5", "2299.50"),
        ('"2299.50"', "2299.50"),
        ("2299", "2299.00"),
        ("0.1", "0.10"),
        ("9999999999999.99", "9999999999999.99"),
        ("2.2995e3", "2299.50"),
    ],
)
def test_amount__is_exact_both_ways(written: str, kept: str, boss: APIClient) -> None:
    raw = f'{{"reference":"A","order_amount":{written},"order_currency":"INR","customer_id":"c"}}'
    response = boss.post(ORDERS, raw, content_type="application/json")
    assert response.json()["order_amount"] == kept
    assert Order.objects.get().order_amount == Decimal(kept)


@pytest.mark.parametrize("currency", ["JPY", "KWD"])
def test_amount__has_the_currencys_digits(currency: str, boss: APIClient) -> None:
    response = post(boss, ORDERS, {**BODY, "order_amount": 5, "order_currency": currency})
    shown = {"JPY": ("5", "0"), "KWD": ("5.000", "0.000")}[currency]
    assert (response.json()["order_amount"], response.json()["amount_paid"]) == shown


@pytest.mark.parametrize(
    ("field", "written"),
    [
        ("order_amount", "2299.505"),
        ("order_amount", "0"),
        ("order_amount", "true"),
        ("order_amount", "[]"),
        ("order_amount", "1e999999"),
        ("order_currency", '"inr"'),
        ("order_currency", "{}"),
        ("customer_id", "null"),
        ("customer_id", "7"),
        ("customer_email", '"no address"'),
        ("reference", '"\\u0000"'),
        ("reference", "5"),
        ("account", '"elsewhere"'),
        ("account", '["default"]'),
        ("order_tags", '{"a": 1}'),
        ("order_tags", "[]"),
        ("expiry_time_in_minutes", "0"),
        ("expiry_time_in_minutes", "60.5"),
        ("expiry_time_in_minutes", "1e999999"),
        ("expiry_time_in_minutes", "1e1000000"),
        ("expiry_time_in_minutes", "-1e1000000"),
        ("order_amount", "1e1000000"),
        ("payment_methods", "[1]"),
        ("payment_methods", '{"upi": true}'),
        ("submit", '"yes"'),
        ("submit", "null"),
        ("state", '"PAID"'),
        ("\\ud800", "1"),
    ],
)
def test_input__that_cannot_be_is_named(field: str, written: str, boss: APIClient, flowwise_emulator: Any) -> None:
    content = {
        **{name: f'"{text}"' for name, text in BODY.items()},
        field: written,
    }
    raw = "{" + ",".join(f'"{name}":{text}' for name, text in content.items()) + "}"
    problem = is_problem(boss.post(ORDERS, raw, content_type="application/json"), 400, "invalid")
    assert list(problem["errors"]) == ["\ud800" if field == "\\ud800" else field]
    assert all(isinstance(text, str) for texts in problem["errors"].values() for text in texts)
    assert not Order.objects.exists()
    assert flowwise_emulator.requests == []


def test_input__that_is_missing_is_named(boss: APIClient) -> None:
    problem = is_problem(post(boss, ORDERS, {}), 400, "invalid")
    assert set(problem["errors"]) == {"reference", "order_amount", "order_currency", "customer_id"}


@pytest.mark.parametrize("raw", ["[]", "null", "5", '"text"'])
def test_input__that_is_no_object(raw: str, boss: APIClient) -> None:
    problem = is_problem(boss.post(ORDERS, raw, content_type="application/json"), 400, "invalid")
    assert list(problem["errors"]) == ["non_field_errors"]


@pytest.mark.parametrize("key", ["\ud800", "x" * 50, "a.b"])
def test_unknown_field__among_others_is_named(key: str, boss: APIClient) -> None:
    raw = json.dumps({**BODY, key: "x"})
    problem = is_problem(boss.post(ORDERS, raw, content_type="application/json"), 400, "invalid")
    assert list(problem["errors"]) == [key]


class Case:
    """One way in which creating at Flowwise ends."""

    def __init__(self, fault: str, status: int, code: str = "", state: str = "DRAFT", **calls: Any) -> None:
        self.fault, self.status, self.code, self.state, self.calls = fault, status, code, state, calls


CASES = {
    "refused": Case("status_400", 422, "refused", "REFUSED"),
    "credentials": Case("status_401", 502, "credentials_refused", "REFUSED"),
    "address": Case("status_404", 502, "not_at_flowwise", "REFUSED"),
    "no answer": Case("reset_after_accept", 202, state="UNCONFIRMED", calls=2),
    "server error": Case("status_500_before_accept", 202, state="UNCONFIRMED", calls=2),
    "too many": Case("status_429", 202, state="UNCONFIRMED", calls=2),
    "not sent": Case("", 503, "not_sent", "DRAFT"),
}


@pytest.mark.parametrize("is_submitted_later", [False, True])
@pytest.mark.parametrize("name", CASES)
def test_outcome__has_its_status(
    name: str, is_submitted_later: bool, boss: APIClient, flowwise_emulator: Any, settings: Any
) -> None:
    case = CASES[name]
    if case.fault:
        flowwise_emulator.fail_next(case.fault, **case.calls)
    else:
        settings.FLOWWISE["default"]["BASE_URL"] = "http://127.0.0.1:9/router"
    if is_submitted_later:
        response = post(boss, url_of(make_order(reference="INV-1"), "submit"))
    else:
        response = post(boss, ORDERS, SUBMIT)
    order = Order.objects.get()
    assert order.state == case.state
    address = f"http://testserver{url_of(order)}"
    if case.status == 202:
        assert response.status_code == 202
        assert response["Content-Type"] == "application/json"
        assert (response["Location"], response.json()["state"]) == (address, "UNCONFIRMED")
        assert 28 <= int(response["Retry-After"]) <= 30
        return
    problem = is_problem(response, case.status, case.code)
    assert problem["order"] == address
    assert ("Retry-After" in response) is (case.status == 503)
    if case.code == "refused":
        assert problem["vendor_code"] == order.error_code


def test_whole_number__may_be_written_with_a_point(boss: APIClient) -> None:
    assert post(boss, ORDERS, {**BODY, "expiry_time_in_minutes": 60.0}).json()["expiry_time_in_minutes"] == 60


def test_order_id__that_another_order_has_is_a_conflict(boss: APIClient) -> None:
    make_order(order_id="taken")
    problem = is_problem(post(boss, ORDERS, {**BODY, "order_id": "taken"}), 409, "order_id_in_use")
    assert list(problem["errors"]) == ["order_id"]
    invalid = is_problem(post(boss, ORDERS, {**BODY, "order_id": "not one"}), 400, "invalid")
    assert list(invalid["errors"]) == ["order_id"]


def test_unknown__says_when_to_look_where_that_is_known(boss: APIClient, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_next("status_500_before_accept", calls=2)
    address = post(boss, ORDERS, SUBMIT)["Location"]
    response = post(boss, f"{address}submit/")
    assert (response.status_code, response["Location"]) == (202, address)
    assert 1 <= int(response["Retry-After"]) <= 3600


def test_busy__is_a_conflict(boss: APIClient, flowwise_emulator: Any) -> None:
    order = order_in("SUBMITTING", claim_expires_at=timezone.now().replace(year=2100))
    assert is_problem(post(boss, url_of(order, "submit")), 409, "busy")["order"]


def test_move__that_is_not_allowed_is_a_conflict(boss: APIClient, flowwise_emulator: Any) -> None:
    is_problem(post(boss, url_of(order_in("WITHDRAWN"), "submit")), 409, "move_not_allowed")
    assert flowwise_emulator.requests == []
    problem = is_problem(post(boss, url_of(active(), "reissue")), 409, "move_not_allowed")
    assert problem["order"] == f"http://testserver{url_of(Order.objects.get(state='ACTIVE'))}"


def test_misconfigured__says_nothing_of_the_settings(
    boss: APIClient, settings: Any, caplog: pytest.LogCaptureFixture
) -> None:
    settings.FLOWWISE["default"] = {"CLIENT_ID": "tests-client-id", "CLIENT_SECRET": ""}
    body = is_problem(post(boss, ORDERS, SUBMIT), 500, "misconfigured")
    assert "CLIENT" not in body["detail"]
    assert "account_unusable" in caplog.text


def test_refresh__learns_what_was_paid(boss: APIClient, flowwise_emulator: Any) -> None:
    order = active()
    flowwise_emulator.pay(order.order_id)
    shown = post(boss, url_of(order, "refresh")).json()
    assert (shown["state"], shown["amount_paid"]) == ("PAID", "2299.50")
    moment = parse_datetime(shown["paid_at"])
    assert moment is not None
    assert moment.tzinfo is not None


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("status_500_before_accept", 503, "outcome_unknown"),
        ("status_429", 503, "outcome_unknown"),
        ("status_401", 502, "credentials_refused"),
        ("status_404", 502, "not_at_flowwise"),
        ("status_400", 422, "refused"),
    ],
)
def test_refresh__that_learns_nothing(
    fault: str, status: int, code: str, boss: APIClient, flowwise_emulator: Any
) -> None:
    order = active()
    flowwise_emulator.fail_all(fault)
    response = post(boss, url_of(order, "refresh"))
    assert is_problem(response, status, code)["order"] == f"http://testserver{url_of(order)}"
    assert ("Retry-After" in response) is (status == 503)
    order.refresh_from_db()
    assert order.state == "ACTIVE"


def test_reissue__gives_a_new_order_once(boss: APIClient, flowwise_emulator: Any) -> None:
    order = expired(flowwise_emulator)
    first, second = post(boss, url_of(order, "reissue")), post(boss, url_of(order, "reissue"))
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["key"] == second.json()["key"] != str(order.key)
    assert first["Location"] == first.json()["url"]


def test_reissue__that_is_not_known_leads_to_the_new_order(boss: APIClient, flowwise_emulator: Any) -> None:
    order = expired(flowwise_emulator)
    flowwise_emulator.fail_all("status_500_before_accept", operation="create_order")
    response = post(boss, url_of(order, "reissue"))
    order.refresh_from_db()
    assert order.superseded_by is not None
    assert (response.status_code, response.json()["key"]) == (202, str(order.superseded_by.key))
    assert response["Location"] == f"http://testserver{url_of(order.superseded_by)}"


def test_reissue__that_is_refused_names_the_new_order(boss: APIClient, flowwise_emulator: Any) -> None:
    order = expired(flowwise_emulator)
    flowwise_emulator.fail_all("status_400", operation="create_order")
    problem = is_problem(post(boss, url_of(order, "reissue")), 422, "refused")
    order.refresh_from_db()
    assert order.superseded_by is not None
    assert problem["order"] == f"http://testserver{url_of(order.superseded_by)}"


def test_create__of_an_expired_one_whose_look_brings_nothing(boss: APIClient, flowwise_emulator: Any) -> None:
    sent = {**BODY, "submit": True}
    post(boss, ORDERS, sent)
    order = Order.objects.get()
    flowwise_emulator.expire(order.order_id)
    services.refresh_order(order)
    flowwise_emulator.fail_all("status_503")
    problem = is_problem(post(boss, ORDERS, sent), 503, "outcome_unknown")
    assert problem["order"] == f"http://testserver{url_of(order)}"
    flowwise_emulator.mend()
    assert post(boss, ORDERS, sent).status_code == 201


def test_reissue__whose_look_brings_nothing(boss: APIClient, flowwise_emulator: Any) -> None:
    order = expired(flowwise_emulator)
    flowwise_emulator.fail_all("status_500_before_accept")
    is_problem(post(boss, url_of(order, "reissue")), 503, "outcome_unknown")


@pytest.mark.parametrize("guess", GUESSES)
def test_key__that_is_not_known_tells_nothing(guess: str, boss: APIClient) -> None:
    order = make_order()
    right = url_of(order)
    response = boss.get(right.replace(str(order.key), GUESSES[guess](order.key)))
    assert response.status_code == 404
    assert boss.get(right).status_code == 200


def test_list__makes_no_more_queries_for_more_orders(boss: APIClient, django_assert_num_queries: Any) -> None:
    boss.get(ORDERS)
    make_order()
    with django_assert_num_queries(3):
        boss.get(ORDERS)
    for _ in range(3):
        Order.objects.filter(pk=make_order().pk).update(superseded_by=Order.objects.first())
    with django_assert_num_queries(3):
        assert len(boss.get(ORDERS).json()["results"]) == 4


@pytest.mark.django_db(transaction=True)
def test_atomic_requests__are_left_alone(
    boss: APIClient, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    response = post(boss, ORDERS, SUBMIT)
    assert response.status_code == 201
    order = Order.objects.get()
    flowwise_emulator.pay(order.order_id)
    assert post(boss, url_of(order, "refresh")).json()["state"] == "PAID"
    payment = order.payments.get()
    refunded = post(boss, url_of(order, "refunds"), {"payment_id": payment.payment_id, "refund_id": "RET-1"})
    assert refunded.status_code == 201
    assert services.refundable_amount(payment) == 0
