"""The list of orders."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_flowwise.models import Order
from tests.admin.conftest import messages_of, order_in
from tests.factories import make_order

pytestmark = pytest.mark.django_db
LIST = "/admin/django_flowwise/order/"


def run_action(client: Client, *orders: Order) -> Any:
    chosen = {"action": "create_at_flowwise", "_selected_action": [order.pk for order in orders]}
    return client.post(LIST, chosen, follow=True)


def test_list__shows_what_staff_need(anna: Client) -> None:
    soon = timezone.now() + datetime.timedelta(minutes=90, seconds=30)
    order = order_in("ACTIVE", order_expiry_time=soon)
    order_in("ACTIVE", order_expiry_time=timezone.now() - datetime.timedelta(minutes=1))
    order_in("ACTIVE", checkout_url="https://evil.example/")
    order_in("PAID", attention=[{"reason": "paid_twice", "at": "x"}, {"reason": "odd", "at": "x"}])
    order_in("PAID", attention=[{"reason": "odd", "at": "x"}])
    page = anna.get(LIST).content.decode()
    assert order.reference in page
    assert "INR\xa02,299.50" in page
    assert "p…a@example.com" in page
    assert order.customer_email not in page
    assert "1\xa0hour" in page
    assert "expired" in page
    assert 'href="https://payments.flowwise.com/c"' in page
    assert "evil.example" not in page
    assert 'title="Paid more than once; odd"' in page
    assert 'title="odd"' in page


def test_list__survives_broken_settings(anna: Client, settings: Any) -> None:
    order_in("ACTIVE")
    settings.FLOWWISE = None
    assert anna.get(LIST).status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state__exact": "PAID"}, {"paid"}),
        ({"account": "default"}, {"draft", "paid"}),
        ({"account": "second"}, {"second"}),
        ({"attention": "yes"}, {"paid"}),
        ({"q": "order_of_draft"}, {"draft"}),
        ({"q": "INV-PAI"}, {"paid"}),
        ({"q": "Second@Example.com"}, {"second"}),
        ({"q": "nobody"}, set()),
    ],
)
def test_list__filters_and_searches(anna: Client, settings: Any, query: Any, found: set[str]) -> None:
    settings.FLOWWISE["second"] = settings.FLOWWISE["default"]
    orders = {
        make_order(reference="INV-DRAFT", order_id="order_of_draft").pk: "draft",
        order_in("PAID", reference="INV-PAID", attention=[{"reason": "paid_late", "at": "x"}]).pk: "paid",
        make_order(account="second", customer_email="second@example.com").pk: "second",
    }
    response = anna.get(LIST, query)
    assert {orders[order.pk] for order in response.context["cl"].result_list} == found


def test_list__counts_no_million_rows_and_asks_no_more_for_more(anna: Client) -> None:
    def queries_for(number: int) -> list[str]:
        for _ in range(number):
            make_order()
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(LIST).status_code == 200
        return [query["sql"] for query in queries]

    few = queries_for(2)
    many = queries_for(48)
    assert len(few) == len(many)
    counts = [sql for sql in many if "COUNT(*)" in sql and "django_flowwise_order" in sql]
    assert counts
    assert all("LIMIT 5000" in sql for sql in counts)


def test_action__creates_each_and_reports_on_each(anna: Client, flowwise_emulator: Any, settings: Any) -> None:
    good, active, withdrawn = make_order(), order_in("ACTIVE"), order_in("WITHDRAWN")
    paid, expired = order_in("PAID"), order_in("EXPIRED")
    response = run_action(anna, good, active, withdrawn, paid, expired)
    good.refresh_from_db()
    assert good.state == "ACTIVE"
    texts = [text.partition("</a>: ")[2] for text in messages_of(response)]
    assert good.reference in messages_of(response)[0]
    assert texts == [
        "Created at Flowwise. Send the customer the link.",
        "Is at Flowwise already: Active. Nothing was done. Send the customer the link.",
        "Has been withdrawn. Nothing was done. Create another order if the customer is still to pay.",
        "Is at Flowwise already: Paid. Nothing was done. Nothing is left to do.",
        "Is at Flowwise already: Expired. Nothing was done. Use “New link” if the customer is still to pay.",
    ]
    assert len(flowwise_emulator.requests) == 1
    assert [(entry.object_id, entry.change_message) for entry in LogEntry.objects.all()] == [
        (str(good.pk), "Created at Flowwise.")
    ]


def test_list__leads_to_what_is_in_doubt(anna: Client) -> None:
    assert '<a href="/admin/django_flowwise/order/in-doubt/">In doubt</a>' in anna.get(LIST).content.decode()


@pytest.mark.django_db(transaction=True)
def test_action__works_under_atomic_requests(
    anna: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    order = make_order()
    run_action(anna, order)
    order.refresh_from_db()
    assert order.state == "ACTIVE"


def test_action__needs_its_permission(staff: Any, flowwise_emulator: Any) -> None:
    client = staff("view_order", "change_order")
    order = make_order()
    assert "create_at_flowwise" not in client.get(LIST).content.decode()
    run_action(client, order)
    order.refresh_from_db()
    assert order.state == "DRAFT"
