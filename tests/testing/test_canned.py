"""`flowwise_responses()`: the documented answers at the client's edge, and nothing that was not arranged."""

from __future__ import annotations

import importlib.util
import json
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses
import time_machine

from django_flowwise import services
from django_flowwise.client import Deadline, FlowwiseClient, ProbeAnswer, probe
from django_flowwise.client.deadline import Call
from django_flowwise.client.session import Session, session_of
from django_flowwise.conf import SANDBOX_URL, get_account
from django_flowwise.emulator import OPERATIONS
from django_flowwise.exceptions import OutcomeUnknown, RequestRefused
from django_flowwise.models import Order
from django_flowwise.testing import CannedAnswers, UnarrangedRequest, edge, flowwise_order, flowwise_responses
from django_flowwise.wire import (
    CreateOrderRequest,
    CreatePaymentRequest,
    CustomerDetails,
    CustomerRequest,
    RefundRequest,
)
from tests.described import DESCRIPTION


@pytest.fixture
def client_of_flowwise() -> FlowwiseClient:
    return FlowwiseClient(get_account())


@pytest.mark.django_db
def test_order__is_created_paid_and_refunded(flowwise_responses: CannedAnswers) -> None:
    flowwise_responses.create_order()
    order = services.place_order(
        reference="INV-1", order_amount="5.50", order_currency="INR", customer_id="cust_1", order_note="with a bow"
    )
    assert (order.state, order.checkout_url) == (
        "ACTIVE",
        f"https://payments.flowwise.com/checkout/{order.order_id}",
    )
    flowwise_responses.get_order(status="PAID")
    flowwise_responses.list_payments()
    services.refresh_order(order)
    assert (order.state, order.amount_paid) == ("PAID", Decimal("5.50"))
    flowwise_responses.refund_payment(status="PENDING")
    refund = services.refund_payment(order.payments.get(), 2, refund_id="RET-1")
    assert refund.state == "PENDING"
    flowwise_responses.get_refund()
    services.refresh_order(order)
    assert order.amount_refunded == 2
    assert [asked.operation for asked in flowwise_responses.requests][:4] == [
        "create_order",
        "get_order",
        "list_payments",
        "refund_payment",
    ]
    assert flowwise_responses.requests[0].sent["order_note"] == "with a bow"
    assert "INV" not in repr(flowwise_responses.requests[0])


@pytest.mark.django_db
def test_answers__are_given_in_turn_and_the_last_one_stays(flowwise_responses: CannedAnswers) -> None:
    flowwise_responses.create_order(project_id="proj_1")
    order = services.submit_order(flowwise_order())
    assert order.project_id == "proj_1"
    flowwise_responses.get_order()
    flowwise_responses.get_order(status="EXPIRED")
    flowwise_responses.no_payments()
    assert [services.refresh_order(order).state for _ in range(3)] == ["ACTIVE", "EXPIRED", "EXPIRED"]


@pytest.mark.django_db
def test_payments__may_be_several(flowwise_responses: CannedAnswers) -> None:
    flowwise_responses.create_order()
    order = services.submit_order(flowwise_order())
    flowwise_responses.get_order()
    flowwise_responses.list_payments({"payment_id": "pay_1"}, {"payment_method": "card"}, status="FAILED")
    services.refresh_order(order)
    assert sorted(order.payments.values_list("payment_id", "status", "payment_method", "capture_amount")) == [
        ("pay_1", "FAILED", "upi", 0),
        (f"pay_{order.order_id}_upi_2", "FAILED", "card", 0),
    ]


def test_operations__each_has_an_answer_that_the_client_reads(
    flowwise_responses: CannedAnswers, client_of_flowwise: FlowwiseClient
) -> None:
    client = client_of_flowwise
    flowwise_responses.get_order(order_currency="INR")
    assert client.get_order("order/1").order_currency == "INR"
    flowwise_responses.list_payments(payment_amount=5, payment_currency="INR")
    assert [paid.payment_amount for paid in client.list_payments("order/1")] == [5]
    flowwise_responses.list_payments()
    assert [paid.capture_amount for paid in client.list_payments("order/1")] == [None]
    flowwise_responses.create_payment(status="PENDING")
    created = client.create_payment("hash", CreatePaymentRequest(payment_method="upi", payment_method_details={}))
    assert (created.word, created.payment_method) == ("PENDING", "upi")
    flowwise_responses.get_payment()
    assert client.get_payment("pay_1").payment_id == "pay_1"
    refund = RefundRequest(refund_id="RET-1", refund_amount=Decimal(5))
    flowwise_responses.refund_order()
    assert client.refund_order("order/1", refund).refund_amount == 5
    flowwise_responses.get_refund(status="FAILED")
    assert client.get_refund("RET-1").refund_status == "FAILED"
    assert client.get_refund("RET-2").refund_amount is None
    customer = CustomerRequest(customer_id="cust_1", scope="PROJECT", name="Priya")
    flowwise_responses.create_customer()
    assert client.create_customer(customer).name == "Priya"
    flowwise_responses.update_customer(status="GONE")
    assert client.update_customer(customer).status == "GONE"


@pytest.mark.parametrize(("action", "words"), [("CAPTURE", ("SUCCESS", 5)), ("VOID", ("VOIDED", 0))])
def test_authorize__answers_to_what_was_asked(
    flowwise_responses: CannedAnswers, client_of_flowwise: FlowwiseClient, action: str, words: tuple[str, int]
) -> None:
    flowwise_responses.authorize_payment()
    method = client_of_flowwise.capture_payment if action == "CAPTURE" else client_of_flowwise.void_payment
    said = method("o", "pay_1", Decimal(5))
    assert (said.capture_status, said.capture_amount) == words
    assert flowwise_responses.requests[0].sent["action"] == action


@pytest.mark.django_db
def test_orders__never_share_a_payment(flowwise_responses: CannedAnswers) -> None:
    flowwise_responses.create_order()
    orders = [services.submit_order(flowwise_order()) for _ in range(2)]
    assert len({order.order_hash for order in orders}) == 2
    flowwise_responses.get_order(status="PAID")
    flowwise_responses.list_payments()
    for order in orders:
        services.refresh_order(order)
    assert [(order.state, order.attention_reasons) for order in orders] == [("PAID", []), ("PAID", [])]
    [first], [second] = [order.payments.all() for order in orders]
    assert first.payment_id != second.payment_id


@pytest.fixture
def answers() -> Iterator[Callable[..., Any]]:
    """Ask for one operation at the edge with everything that may be sent, and give the body of the answer."""
    client = FlowwiseClient(get_account())
    order = CreateOrderRequest(
        order_id="order_1",
        order_amount=Decimal("7.25"),
        order_currency="EUR",
        customer_details=CustomerDetails(customer_id="cust_1", customer_email="priya@example.com"),
        payment_methods="upi",
        expiry_time_in_minutes=30,
        order_note="with a bow",
    )
    payment = CreatePaymentRequest(
        payment_method="upi", payment_method_details={}, return_base_url="https://shop.example/back"
    )
    refund = RefundRequest(refund_id="RET-1", refund_amount=Decimal(5), refund_note="too small")
    customer = CustomerRequest(
        customer_id="cust_1", scope="PROJECT", name="Priya", email="p@example.com", phone="1", address="Delhi"
    )
    pay = "pay_order_1_upi_1"
    calls: dict[str, Callable[[], object]] = {
        "create_order": lambda: client.create_order(order),
        "get_order": lambda: client.get_order("order_1"),
        "list_payments": lambda: client.list_payments("order_1"),
        "create_payment": lambda: client.create_payment(str(bodies[0]["order_hash"]), payment),
        "get_payment": lambda: client.get_payment(pay),
        "authorize_payment": lambda: client.capture_payment("order_1", pay, Decimal(5)),
        "refund_payment": lambda: client.refund_payment(pay, refund),
        "refund_order": lambda: client.refund_order("order_1", refund),
        "get_refund": lambda: client.get_refund("RET-1"),
        "create_customer": lambda: client.create_customer(customer),
        "update_customer": lambda: client.update_customer(customer),
    }
    bodies: list[Any] = []
    send = Session.send

    def listen(*given: Any, **named: Any) -> Any:
        response, body = send(*given, **named)
        bodies.append(json.loads(body))
        return response, body

    def ask(operation: str) -> Any:
        calls[operation]()
        return bodies[-1]

    with pytest.MonkeyPatch.context() as monkeypatch:
        monkeypatch.setattr(Session, "send", listen)
        yield ask


def test_answers__have_every_documented_field(
    flowwise_responses: CannedAnswers, answers: Callable[[str], Any]
) -> None:
    schemas = json.loads(DESCRIPTION.read_text())["components"]["schemas"]
    schema_of = {
        "create_order": "Order",
        "get_order": "Order",
        "list_payments": "Payment",
        "create_payment": "CreatedPayment",
        "get_payment": "Payment",
        "authorize_payment": "AuthorizedPayment",
        "refund_payment": "Refund",
        "refund_order": "Refund",
        "get_refund": "Refund",
        "create_customer": "Customer",
        "update_customer": "Customer",
    }
    assert schema_of.keys() == set(OPERATIONS)
    for operation, schema in schema_of.items():
        getattr(flowwise_responses, operation)()
        answer = answers(operation)
        [body] = answer if isinstance(answer, list) else [answer]
        assert sorted(body) == sorted(schemas[schema]["properties"]), operation
        body = {name: value for name, value in body.items() if name in {"order_id", "payment_id", "customer_id"}}
        known = {"order_id": "order_1", "payment_id": body.get("payment_id"), "customer_id": "cust_1"}
        assert body == {name: known[name] for name in body}, operation


def test_answers__hold_what_was_sent(flowwise_responses: CannedAnswers, answers: Callable[[str], Any]) -> None:
    for operation in OPERATIONS:
        getattr(flowwise_responses, operation)()
    order = answers("create_order")
    assert (order["order_currency"], order["order_note"]) == ("EUR", "with a bow")
    created, [listed], looked_at = answers("create_payment"), answers("list_payments"), answers("get_payment")
    assert created["payment_id"] == listed["payment_id"] == looked_at["payment_id"]
    assert created["order_expiry_time"] == order["order_expiry_time"]
    assert created["return_url"] == "https://shop.example/back?order_id=order_1"
    assert created["processor_ref"] == looked_at["gateway_details"]["processor_ref"]
    amounts = [(said["payment_amount"], said["capture_amount"]) for said in (created, listed, looked_at)]
    assert amounts == [(7.25, 7.25)] * 3
    assert looked_at == listed
    assert answers("create_payment")["payment_id"] != created["payment_id"]
    assert answers("refund_payment") == answers("refund_order") == answers("get_refund")


def test_times__stay_from_one_look_to_the_next(
    flowwise_responses: CannedAnswers, answers: Callable[[str], Any]
) -> None:
    flowwise_responses.create_order(project_id="proj_1")
    flowwise_responses.get_order()
    flowwise_responses.create_customer()
    flowwise_responses.update_customer()
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False):
        created = answers("create_order")
        customer = answers("create_customer")
    assert (created["added_on"], created["order_expiry_time"]) == ("2026-11-24T10:00:00Z", "2026-11-24T10:30:00Z")
    with time_machine.travel("2026-11-24T10:07:00Z", tick=False):
        assert answers("get_order") == created
        assert answers("update_customer") == {**customer, "updated_on": "2026-11-24T10:07:00Z"}


def test_times__stay_for_an_order_that_was_not_created_here(
    flowwise_responses: CannedAnswers, answers: Callable[[str], Any]
) -> None:
    flowwise_responses.get_order()
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False):
        first = answers("get_order")
    with time_machine.travel("2026-11-24T10:07:00Z", tick=False):
        assert answers("get_order") == first
    assert "order_currency" not in first


@pytest.mark.parametrize(
    ("status", "capture_status", "captured"),
    [
        ("SUCCESS", "SUCCESS", 7.25),
        ("REVERSED", "SUCCESS", 7.25),
        ("REFUNDED", "SUCCESS", 7.25),
        ("PENDING", "CREATED", 0),
        ("FAILED", "FAILED", 0),
    ],
)
def test_payments__their_two_words_fit_as_the_local_flowwises_do(
    flowwise_responses: CannedAnswers,
    answers: Callable[[str], Any],
    status: str,
    capture_status: str,
    captured: float,
) -> None:
    flowwise_responses.create_order()
    answers("create_order")
    flowwise_responses.list_payments(status=status)
    [payment] = answers("list_payments")
    assert (payment["capture_status"], payment["capture_amount"]) == (capture_status, captured)
    assert bool(payment["gateway_details"]["auth_id"]) is bool(captured)


def test_payments__held_money_is_not_captured(
    flowwise_responses: CannedAnswers, answers: Callable[[str], Any]
) -> None:
    flowwise_responses.create_order()
    answers("create_order")
    flowwise_responses.list_payments(capture_status="AUTHORISED")
    [payment] = answers("list_payments")
    assert (payment["status"], payment["capture_amount"]) == ("SUCCESS", 0)


def test_fields__misspelt_are_refused_at_once(flowwise_responses: CannedAnswers) -> None:
    with pytest.raises(ValueError, match="create_order has no field 'order_statuss'; did you mean 'order_status'"):
        flowwise_responses.create_order(order_statuss="PAID")
    with pytest.raises(ValueError, match="list_payments has no field 'amount'; did you mean"):
        flowwise_responses.list_payments({"payment_id": "pay_1"}, {"amount": 5})
    for operation in OPERATIONS:
        with pytest.raises(ValueError, match=f"answer of {operation} has no field 'nonsense'"):
            getattr(flowwise_responses, operation)(nonsense=1)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("hosts", "host"),
    [
        (["pay.example", "payments.flowwise.com"], "payments.flowwise.com"),
        (["127.0.0.1"], "127.0.0.1"),
        ([".pay.example"], "payments.pay.example"),
    ],
)
def test_checkout__is_where_the_settings_let_customers_go(settings: Any, hosts: list[str], host: str) -> None:
    settings.FLOWWISE["default"]["CHECKOUT_HOSTS"] = hosts
    with flowwise_responses() as flowwise:
        flowwise.create_order()
        order = services.submit_order(flowwise_order())
    assert order.checkout_url == f"https://{host}/checkout/{order.order_id}"


@pytest.mark.django_db
def test_refusal__is_one(flowwise_responses: CannedAnswers) -> None:
    flowwise_responses.refuse("create_order", 422, code="order_amount_value_invalid")
    order = flowwise_order()
    with pytest.raises(RequestRefused):
        services.submit_order(order)
    assert (order.state, order.error_code) == ("REFUSED", "order_amount_value_invalid")


@pytest.mark.django_db
def test_refusal__may_say_when_to_come_back(flowwise_responses: CannedAnswers) -> None:
    for operation in ("create_order", "get_order"):
        flowwise_responses.refuse(operation, 503, headers={"Retry-After": "7"})
    with pytest.raises(OutcomeUnknown) as caught:
        services.submit_order(flowwise_order())
    assert caught.value.retry_after_seconds == 7


@pytest.mark.parametrize(
    ("http_status", "kind"),
    [
        (400, "validation_error"),
        (401, "authentication_error"),
        (403, "authorization_error"),
        (404, "resource_error"),
        (429, "internal_error"),
        (503, "internal_error"),
    ],
)
def test_refusal__is_json_whose_type_goes_by_the_status(http_status: int, kind: str) -> None:
    said = refused(http_status)
    assert (said.status_code, said.headers["Content-Type"]) == (http_status, "application/json")
    assert said.json() == {"message": "", "code": "", "type": kind}


def test_refusal__of_another_kind_and_form() -> None:
    said = refused(400, kind="request_invalid", headers={"Content-Type": "text/html"})
    assert said.headers["Content-Type"] == "text/html"
    assert said.json()["type"] == "request_invalid"


def refused(http_status: int, **named: Any) -> requests.Response:
    with flowwise_responses() as flowwise:
        flowwise.refuse("get_order", http_status, **named)
        session = session_of(get_account())
        response, body = session.send("GET", f"{SANDBOX_URL}/orders/o", {}, None, Call(Deadline(5)))
    response._content = body
    return response


@pytest.mark.parametrize("http_status", [200, 302, 399, 600])
def test_refusal__is_an_error(flowwise_responses: CannedAnswers, http_status: int) -> None:
    with pytest.raises(ValueError, match=f"from 400 to 599, not {http_status}"):
        flowwise_responses.refuse("create_order", http_status)


@pytest.mark.django_db
def test_break__leaves_the_outcome_unknown(flowwise_responses: CannedAnswers) -> None:
    flowwise_responses.break_off("create_order")
    flowwise_responses.break_off("get_order")
    order = flowwise_order()
    with pytest.raises(OutcomeUnknown):
        services.submit_order(order)
    assert order.state == "UNCONFIRMED"


@pytest.mark.django_db
def test_requests__that_nobody_arranged_are_an_error_that_says_so() -> None:
    draft = flowwise_order()
    with (
        pytest.raises(UnarrangedRequest, match=r"POST https://.*/orders came .* flowwise_responses\.create_order"),
        flowwise_responses(),
    ):
        services.submit_order(draft)
    assert Order.objects.get().state == "SUBMITTING"


@pytest.mark.django_db
def test_requests__that_nobody_arranged_are_not_swallowed() -> None:
    def swallow() -> None:
        with pytest.raises(UnarrangedRequest):
            services.submit_order(flowwise_order())

    with pytest.raises(UnarrangedRequest, match="create_order"), flowwise_responses():
        swallow()


@pytest.mark.django_db
def test_requests__that_nobody_arranged_are_seen_wherever_the_settings_lead(settings: Any, client: Any) -> None:
    address = flowwise_order().get_absolute_url()

    def swallow() -> None:
        settings.FLOWWISE["default"]["BASE_URL"] = "https://elsewhere.example/api/v2"
        with pytest.raises(UnarrangedRequest):
            client.post(address)

    with pytest.raises(UnarrangedRequest, match=r"/api/v2/orders came to the client's edge"), flowwise_responses():
        swallow()


@pytest.mark.django_db
def test_operations__are_told_apart_wherever_the_settings_lead(settings: Any) -> None:
    base_url = "https://pay.example/orders"
    with flowwise_responses() as flowwise:
        settings.FLOWWISE["default"] |= {"BASE_URL": base_url, "CHECKOUT_HOSTS": ["pay.example"]}
        flowwise.create_order()
        order = services.submit_order(flowwise_order())
        client = FlowwiseClient(get_account())
        flowwise.list_payments()
        flowwise.get_payment()
        flowwise.refund_payment()
        client.list_payments("payments")
        client.get_payment("orders")
        client.refund_payment("customer", RefundRequest(refund_id="RET-1", refund_amount=Decimal(5)))
    assert order.checkout_url == f"https://pay.example/checkout/{order.order_id}"
    assert [(asked.operation, asked.base_url, asked.ids) for asked in flowwise.requests] == [
        ("create_order", base_url, {}),
        ("list_payments", base_url, {"order_id": "payments"}),
        ("get_payment", base_url, {"payment_id": "orders"}),
        ("refund_payment", base_url, {"payment_id": "customer"}),
    ]


def test_other_http__is_not_touched(flowwise_responses: CannedAnswers, live_server: Any) -> None:
    assert requests.get(f"{live_server.url}/nowhere/", timeout=5).status_code == 404
    probed = probe(
        f"{live_server.url}/nowhere/",
        {},
        connect_timeout_seconds=5,
        read_timeout_seconds=5,
        deadline_seconds=5,
    )
    assert isinstance(probed, ProbeAnswer)
    assert probed.http_status == 404
    assert flowwise_responses.requests == []


@responses.activate
def test_mocks__of_the_shops_own_stand_beside(client_of_flowwise: FlowwiseClient) -> None:
    responses.get("https://parcels.example/", body="around")
    with flowwise_responses() as flowwise:
        flowwise.get_order()
        assert requests.get("https://parcels.example/", timeout=5).text == "around"
        assert client_of_flowwise.get_order("o").order_id == "o"
        with responses.RequestsMock() as within:
            within.get("https://parcels.example/", body="within")
            assert requests.get("https://parcels.example/", timeout=5).text == "within"
            assert client_of_flowwise.get_order("o").order_id == "o"


def test_edge__is_given_back(client_of_flowwise: FlowwiseClient) -> None:
    with flowwise_responses() as outer:
        outer.get_order(status="PAID")
        with flowwise_responses() as inner:
            inner.get_order()
            assert client_of_flowwise.get_order("o").order_status == "ACTIVE"
        assert client_of_flowwise.get_order("o").order_status == "PAID"
        assert edge.is_in_place()
    assert not edge.is_in_place()


def test_operations__are_those_of_the_local_flowwise(flowwise_responses: CannedAnswers) -> None:
    assert sorted(edge._OPERATIONS) == sorted(OPERATIONS)
    assert all(callable(getattr(flowwise_responses, name)) for name in OPERATIONS)
    with pytest.raises(ValueError, match="There is no operation 'refund'; there is create_order"):
        flowwise_responses.refuse("refund")


def test_settings__stay_the_shops(flowwise_responses: CannedAnswers, settings: Any) -> None:
    assert settings.FLOWWISE["default"]["CLIENT_ID"] == "tests-client-id"


def test_library__lacking_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    assert edge.responses is responses
    monkeypatch.setitem(sys.modules, "responses", None)
    spec = edge.__spec__
    assert spec
    lacking = importlib.util.module_from_spec(spec)
    assert spec.loader
    spec.loader.exec_module(lacking)
    with pytest.raises(ModuleNotFoundError, match=r"pip install '\./django-flowwise\[testing\]', or"):
        lacking.Edge().in_place().__enter__()
