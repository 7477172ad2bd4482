"""Our pages: in nobody's frame, under nobody else's host, by the verbs they take, and deaf to the query."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from django_flowwise.exceptions import OutcomeUnknown, RequestRefused
from django_flowwise.models import Order
from django_flowwise.states import OrderState
from tests.doors.conftest import PUBLIC, TYPED, act_page, admin_page, leads_away, order_in, page_of, rows
from tests.factories import make_order

pytestmark = pytest.mark.django_db

PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
STATES: dict[str, dict[str, Any]] = {
    **{state: {"state": state} for state in OrderState.values},
    "past its expiry": {"state": "ACTIVE", "order_expiry_time": PAST},
    "a foreign checkout": {"state": "ACTIVE", "checkout_url": "https://evil.example/"},
    "held": {"state": "ACTIVE", "attention": [{"reason": "reference_already_paid", "at": "x"}]},
    "a claim left behind": {"state": "SUBMITTING", "claim_expires_at": PAST},
}
VERBS = ("get", "head", "post", "put", "patch", "delete", "options", "trace")


@pytest.fixture
def bare(settings: Any) -> Client:
    """A shop without the middleware that would set these headers for us."""
    settings.MIDDLEWARE = [
        each for each in settings.MIDDLEWARE if "clickjacking" not in each and "SecurityMiddleware" not in each
    ]
    return Client()


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("state", STATES)
def test_headers__of_every_answer_of_ours(
    state: str, name: str, verb: str, bare: Client, flowwise_emulator: Any
) -> None:
    order = order_in(**STATES[state])
    flowwise_emulator.fail_all("status_500_before_accept")
    response = getattr(bare, verb)(page_of(name, order))
    assert response["X-Frame-Options"] == "DENY"
    assert response["Referrer-Policy"] == "same-origin"
    assert {"no-store", "private", "no-cache", "max-age=0"} <= {
        part.strip() for part in response["Cache-Control"].split(",")
    }
    assert not {"sessionid", "messages"} & set(response.cookies)


@pytest.mark.parametrize(
    ("error", "status"), [(OutcomeUnknown("unknown"), 503), (RequestRefused("no"), 502)], ids=["503", "502"]
)
def test_headers__where_flowwise_fails(
    error: Exception, status: int, bare: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_order: Order) -> None:
        raise error

    monkeypatch.setattr("django_flowwise.services.submit_order", fail)
    response = bare.post(page_of("checkout", make_order()))
    assert (response.status_code, response["X-Frame-Options"]) == (status, "DENY")
    assert "no-store" in response["Cache-Control"]


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("state", STATES)
def test_verbs__that_only_look_change_nothing(
    state: str, name: str, client: Client, flowwise_emulator: Any
) -> None:
    order = order_in(**STATES[state])
    before = rows()
    got, head = client.get(page_of(name, order)), client.head(page_of(name, order))
    assert (head.status_code, head.content) == (got.status_code, b"")
    assert {key: head.get(key) for key in ("Location", "Refresh")} == {
        key: got.get(key) for key in ("Location", "Refresh")
    }
    options = client.options(page_of(name, order))
    allowed = "GET, HEAD, OPTIONS" if name == "continue" else "GET, POST, HEAD, OPTIONS"
    assert (options.status_code, options["Allow"], options.content) == (200, allowed, b"")
    assert (rows(), flowwise_emulator.requests) == (before, [])


@pytest.mark.parametrize("name", PUBLIC)
@pytest.mark.parametrize("verb", ["put", "patch", "delete", "trace"])
def test_verbs__that_we_do_not_take(verb: str, name: str, client: Client, flowwise_emulator: Any) -> None:
    order = order_in("DRAFT", attempts=0)
    before = rows()
    response = getattr(client, verb)(page_of(name, order))
    assert (response.status_code, response.content) == (405, b"")
    assert (rows(), flowwise_emulator.requests) == (before, [])


def test_verbs__a_post_to_the_page_that_leads_on(client: Client) -> None:
    assert client.post(page_of("continue", order_in("ACTIVE"))).status_code == 405


EVIL: dict[str, dict[str, str]] = {
    "Host": {"HTTP_HOST": "evil.example"},
    "Host with a port": {"HTTP_HOST": "evil.example:8443"},
    "X-Forwarded-Host": {"HTTP_X_FORWARDED_HOST": "evil.example"},
    "Forwarded": {"HTTP_FORWARDED": "host=evil.example;proto=https"},
    "X-Original-URL": {"HTTP_X_ORIGINAL_URL": "https://evil.example/"},
    "server name": {"SERVER_NAME": "evil.example"},
}


@pytest.mark.parametrize("is_believed", [False, True])
@pytest.mark.parametrize("header", EVIL)
def test_host__is_in_no_address_of_ours(
    header: str, is_believed: bool, client: Client, boss: Client, settings: Any, flowwise_emulator: Any
) -> None:
    """Even in a shop that answers to any host."""
    settings.ALLOWED_HOSTS = ["*"]
    settings.USE_X_FORWARDED_HOST = is_believed
    order = make_order()
    answers = [client.post(page_of("checkout", order), **EVIL[header])]
    answers += [client.get(page_of(name, order), **EVIL[header]) for name in PUBLIC]
    answers += [
        boss.get(admin_page("change", order.pk), **EVIL[header]),
        boss.post(admin_page("refresh", order.pk), **EVIL[header]),
    ]
    flowwise_emulator.pay(order.order_id)
    boss.post(admin_page("refresh", order.pk))
    answers += [
        boss.get(act_page("refund", order), **EVIL[header]),
        boss.post(act_page("refund", order), TYPED["refund"], **EVIL[header]),
    ]
    [sent] = flowwise_emulator.sent.values()
    assert sent["return_base_url"] == f"http://127.0.0.1:8000{page_of('return', order)}"
    order.refresh_from_db()
    for answer in answers:
        assert "evil.example" not in f"{answer.content.decode()} {answer.headers}"
        assert set(leads_away(answer)) <= {order.checkout_url}
    assert "evil.example" not in str(rows())


def test_host__that_the_shop_does_not_know_is_refused(client: Client) -> None:
    order = order_in("ACTIVE")
    assert client.get(page_of("checkout", order), headers={"host": "evil.example"}).status_code == 400


QUERIES = [
    {"order_id": "other"},
    {"order_id": "other", "status": "PAID", "order_status": "PAID", "payment_status": "SUCCESS"},
    {"key": "other", "pk": "1", "id": "1"},
    {"order_id[]": ["a", "b"], "order_id": ["a", "b"], "status": ["PAID", "FAILED"]},
    {"state": "PAID", "amount_paid": "2299.50", "accept_as_paid": "on", "note": "x", "signal_due": "7"},
    {"next": "https://evil.example/", "url": "//evil.example", "return_to": "javascript:alert(1)"},
    {"x": "<script>alert(1)</script>", "<script>alert(1)</script>": "x"},
    {f"k{number}": "v" for number in range(900)},
    {"x": "y" * 50_000},
    {"x": "\x00", "\x00": "x"},
    {"look": ["1", "99999999999999999999"]},
]


@pytest.mark.parametrize("number", range(len(QUERIES)))
@pytest.mark.parametrize("state", STATES)
def test_return__is_deaf_to_its_query(state: str, number: int, client: Client, flowwise_emulator: Any) -> None:
    other = make_order(reference="INV-OTHER", order_amount="77.77", order_id="order_of_another")
    order = order_in(**STATES[state])
    words = {"other": {"order_id": other.order_id, "key": str(other.key)}}
    query = {
        name: words["other"].get(name, value) if value == "other" else value
        for name, value in QUERIES[number].items()
    }
    before = rows()
    plain = client.get(page_of("return", order))
    asked = client.get(page_of("return", order), query)
    assert (asked.status_code, asked.content) == (plain.status_code, plain.content)
    assert {name: asked.get(name) for name in ("Location", "Refresh")} == {
        name: plain.get(name) for name in ("Location", "Refresh")
    }
    posted = client.post(page_of("return", order), query)
    assert (posted.status_code, posted["Location"]) == (303, page_of("return", order))
    assert (rows(), flowwise_emulator.requests) == (before, [])


def test_return__asks_about_the_order_of_its_key_alone(client: Client, flowwise_emulator: Any) -> None:
    mine = order_in("ACTIVE", checked_at=timezone.now() - datetime.timedelta(hours=1))
    other = order_in("ACTIVE", checked_at=timezone.now() - datetime.timedelta(hours=1))
    unread = Order.objects.filter(pk=other.pk).values().get()
    client.get(page_of("return", mine), {"order_id": other.order_id, "key": str(other.key)})
    assert {request.path for request in flowwise_emulator.requests} == {f"/router/orders/{mine.order_id}"}
    assert Order.objects.filter(pk=other.pk).values().get() == unread
