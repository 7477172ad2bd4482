"""The buttons of an order."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from django_flowwise import services
from django_flowwise.admin.acts import ACTS
from django_flowwise.models import Order
from tests.admin.conftest import messages_of, order_in
from tests.factories import make_order

pytestmark = pytest.mark.django_db
NAMES = [act.name for act in ACTS]


def act_on(order: Order, name: str) -> str:
    return f"/admin/django_flowwise/order/{order.pk}/{name}/"


def change(order: Order) -> str:
    return f"/admin/django_flowwise/order/{order.pk}/change/"


@pytest.mark.parametrize(
    ("state", "values", "offered"),
    [
        ("DRAFT", {}, {"create", "withdraw"}),
        ("REFUSED", {}, {"create", "refresh", "withdraw"}),
        ("UNCONFIRMED", {}, {"create", "refresh", "withdraw", "settle"}),
        ("SUBMITTING", {}, {"refresh"}),
        ("ACTIVE", {}, {"refresh", "reissue", "withdraw"}),
        (
            "ACTIVE",
            {"attention": [{"reason": "cannot_tell", "at": "x"}]},
            {"refresh", "reissue", "withdraw", "settle"},
        ),
        ("EXPIRED", {}, {"refresh", "reissue", "withdraw"}),
        ("PAID", {}, {"refresh"}),
        ("WITHDRAWN", {}, {"refresh"}),
    ],
)
def test_buttons__are_those_that_fit(anna: Client, state: str, values: Any, offered: set[str]) -> None:
    order = order_in(state, **values)
    page = anna.get(change(order)).content.decode()
    assert {name for name in NAMES if f'"{act_on(order, name)}"' in page} == offered


def test_create__and_refresh_until_paid(anna: Client, flowwise_emulator: Any) -> None:
    order = make_order()
    response = anna.post(act_on(order, "create"), follow=True)
    assert response.redirect_chain == [(change(order), 302)]
    assert "Created at Flowwise. Active." in messages_of(response)[0]
    flowwise_emulator.pay(order.order_id)
    response = anna.post(act_on(order, "refresh"), follow=True)
    assert "Refreshed from Flowwise. Paid." in messages_of(response)[0]
    assert [entry.change_message for entry in LogEntry.objects.order_by("pk")] == [
        "Created at Flowwise.",
        "Refreshed from Flowwise.",
    ]


@pytest.mark.django_db(transaction=True)
def test_create__works_under_atomic_requests(
    anna: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    order = make_order()
    anna.post(act_on(order, "create"))
    order.refresh_from_db()
    assert order.state == "ACTIVE"


def test_reissue__leads_to_the_new_order(anna: Client, flowwise_emulator: Any) -> None:
    old = services.submit_order(make_order())
    flowwise_emulator.expire(old.order_id)
    response = anna.post(act_on(old, "reissue"), follow=True)
    new = Order.objects.get(state="ACTIVE")
    assert response.redirect_chain == [(change(new), 302)]
    assert new.pk != old.pk


def test_withdraw__asks_first(anna: Client) -> None:
    order = order_in("ACTIVE")
    page = anna.get(act_on(order, "withdraw"))
    assert "can still pay" in page.content.decode()
    order.refresh_from_db()
    assert order.state == "ACTIVE"
    anna.post(act_on(order, "withdraw"))
    order.refresh_from_db()
    assert order.state == "WITHDRAWN"


def test_settle__asks_for_a_note_and_keeps_who_wrote_it(anna: Client) -> None:
    order = order_in("ACTIVE", attention=[{"reason": "amount_differs", "at": "2026-01-01"}])
    page = anna.get(act_on(order, "settle")).content.decode()
    assert "A payment differs from the order" in page
    response = anna.post(act_on(order, "settle"), {"note": " "})
    assert response.status_code == 200
    assert "This field is required" in response.content.decode()
    anna.post(act_on(order, "settle"), {"note": "bank says it is fine", "accept_as_paid": "on"})
    order.refresh_from_db()
    assert (order.state, order.attention) == ("PAID", [])
    assert order.settlement_notes[0]["note"] == "anna: bank says it is fine"


def test_problem__is_worded_with_what_to_do_next_and_escaped(
    anna: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = make_order(reference="<b>INV</b>")
    Order.objects.filter(pk=order.pk).update(base_url="https://app.flowwise.com/<i>")
    [text] = messages_of(anna.post(act_on(order, "create"), follow=True))
    assert "&lt;b&gt;INV&lt;/b&gt;" in text
    assert "<i>" not in text
    assert "Nothing was changed." in text
    assert LogEntry.objects.get().change_message == "Create at Flowwise: MoveNotAllowed"


@pytest.mark.parametrize("name", ["create", "refresh", "reissue"])
def test_verbs__a_get_does_nothing(anna: Client, name: str) -> None:
    assert anna.get(act_on(make_order(), name)).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_doors__anonymous_and_without_permission(staff: Any, name: str) -> None:
    order = make_order()
    assert "/login/" in Client().post(act_on(order, name))["Location"]
    assert staff("view_order", "change_order").post(act_on(order, name), {"note": "x"}).status_code == 403
    order.refresh_from_db()
    assert (order.state, order.settlement_notes) == ("DRAFT", [])


def test_doors__settling_has_a_permission_of_its_own(staff: Any) -> None:
    client = staff("view_order", "submit_order")
    order = order_in("UNCONFIRMED")
    assert client.post(act_on(order, "settle"), {"note": "x"}).status_code == 403
    assert act_on(order, "settle") not in client.get(change(order)).content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_doors__every_post_is_protected(anna: Client, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = anna.cookies
    assert strict.post(act_on(make_order(), name)).status_code == 403


def test_doors__unknown_order(anna: Client) -> None:
    assert anna.post("/admin/django_flowwise/order/4711/create/").status_code == 404
