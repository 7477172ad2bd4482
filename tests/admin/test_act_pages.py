"""The addresses behind the buttons."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from django_flowwise import services
from django_flowwise.admin.acts import ACTS
from django_flowwise.models import Order
from django_flowwise.services.attention import require_attention
from django_flowwise.states import AttentionReason
from tests.admin.conftest import messages_of, order_in
from tests.factories import make_order

pytestmark = pytest.mark.django_db
NAMES = [act.name for act in ACTS]
REPORT = "/admin/django_flowwise/order/in-doubt/"
CANNOT_TELL = [{"reason": "cannot_tell", "evidence": "400", "at": "2026-01-01T10:00:00+00:00"}]


def act_on(order: Order, name: str) -> str:
    return f"/admin/django_flowwise/order/{order.pk}/{name}/"


def change(order: Order) -> str:
    return f"/admin/django_flowwise/order/{order.pk}/change/"


def text_after(response: Any) -> str:
    [text] = messages_of(response)
    return text.partition("</a>: ")[2]


def history() -> list[str]:
    return [entry.change_message for entry in LogEntry.objects.order_by("pk")]


def test_create__and_refresh_until_paid(anna: Client, flowwise_emulator: Any) -> None:
    order = make_order()
    response = anna.post(act_on(order, "create"), follow=True)
    assert response.redirect_chain == [(change(order), 302)]
    assert text_after(response) == "Created at Flowwise. Send the customer the link."
    response = anna.post(act_on(order, "refresh"), follow=True)
    assert text_after(response) == "Refreshed from Flowwise: Active. Send the customer the link."
    flowwise_emulator.pay(order.order_id)
    response = anna.post(act_on(order, "refresh"), follow=True)
    assert text_after(response) == "Refreshed from Flowwise: Paid. Nothing is left to do."
    assert history() == ["Created at Flowwise.", "Refreshed from Flowwise: Paid."]


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
    services.refresh_order(old)
    response = anna.post(act_on(old, "reissue"), follow=True)
    new = Order.objects.get(state="ACTIVE")
    assert response.redirect_chain == [(change(new), 302)]
    assert new.pk != old.pk
    assert text_after(response) == "Given a new link. Send the customer the link."
    assert {(entry.object_id, entry.change_message) for entry in LogEntry.objects.all()} == {
        (str(pk), f"Given a new link: {new.order_id} in place of {old.order_id}.") for pk in (old.pk, new.pk)
    }


def test_reissue__what_goes_wrong_is_said_of_the_new_order(anna: Client, flowwise_emulator: Any) -> None:
    old = services.submit_order(make_order())
    flowwise_emulator.expire(old.order_id)
    services.refresh_order(old)
    flowwise_emulator.fail_next("reset_before_accept", operation="create_order")
    response = anna.post(act_on(old, "reissue"), follow=True)
    new = Order.objects.get(state="UNCONFIRMED")
    assert response.redirect_chain == [(change(new), 302)]
    assert "The order is not lost" in text_after(response)
    assert set(history()) == {"Could not be given a new link: no usable answer."}
    assert {entry.object_id for entry in LogEntry.objects.all()} == {str(old.pk), str(new.pk)}


def test_withdraw__asks_first(anna: Client) -> None:
    order = order_in("ACTIVE")
    page = anna.get(act_on(order, "withdraw")).content.decode()
    assert "can still pay" in page
    assert f'href="{change(order)}">Back</a>' in page
    order.refresh_from_db()
    assert order.state == "ACTIVE"
    response = anna.post(act_on(order, "withdraw"), follow=True)
    order.refresh_from_db()
    assert order.state == "WITHDRAWN"
    assert text_after(response) == "Withdrawn. Create another order if the customer is still to pay."
    assert history() == ["Withdrawn."]


@pytest.mark.parametrize(
    ("typed", "state", "text", "entry"),
    [
        ({}, "ACTIVE", "Settled. Send the customer the link.", "Settled: the bank says 100 %"),
        (
            {"accept_as_paid": "on"},
            "PAID",
            "Taken for paid. Nothing is left to do.",
            "Taken for paid: the bank says 100 %",
        ),
    ],
)
def test_settle__asks_for_a_note_and_keeps_who_wrote_it(
    anna: Client, typed: Any, state: str, text: str, entry: str
) -> None:
    order = order_in("ACTIVE", attention=[{"reason": "amount_differs", "evidence": "", "at": "2026-01-01"}])
    page = anna.get(act_on(order, "settle")).content.decode()
    assert "A payment differs from the order" in page
    assert "What was found and decided</label>" in page
    response = anna.post(act_on(order, "settle"), {"note": " "})
    assert response.status_code == 200
    assert "This field is required" in response.content.decode()
    response = anna.post(act_on(order, "settle"), {"note": "the bank says 100 %", **typed}, follow=True)
    order.refresh_from_db()
    assert (order.state, order.attention) == (state, [])
    assert order.settlement_notes[0]["note"] == "anna: the bank says 100 %"
    assert text_after(response) == text
    assert history() == [entry]


def test_settle__an_empty_form_is_asked_for_again(anna: Client) -> None:
    order = order_in("UNCONFIRMED")
    page = anna.post(act_on(order, "settle")).content.decode()
    assert "This field is required" in page
    assert "<div>-</div>" not in page


def test_settle__not_what_has_come_since_the_page_was_opened(anna: Client) -> None:
    order = order_in("ACTIVE", attention=[{"reason": "amount_differs", "evidence": "", "at": "2026-01-01"}])
    page = anna.get(act_on(order, "settle")).content.decode()
    seen = re.search(r'name="seen" value="([^"]+)"', page)[1]
    require_attention(order, AttentionReason.PAID_TWICE)
    typed = {"note": "fine", "seen": seen}
    again = anna.post(act_on(order, "settle"), typed).content.decode()
    assert "has changed since this page was opened" in again
    assert "Paid more than once" in again
    order.refresh_from_db()
    assert len(order.attention) == 2
    typed["seen"] = re.search(r'name="seen" value="([^"]+)"', again)[1]
    assert anna.post(act_on(order, "settle"), typed).status_code == 302
    order.refresh_from_db()
    assert order.attention == []


def test_settle__on_a_page_that_is_out_of_date_takes_nothing_for_paid(anna: Client) -> None:
    order = order_in("ACTIVE")
    typed = {"note": "x", "accept_as_paid": "on"}
    response = anna.post(act_on(order, "settle"), typed, follow=True)
    order.refresh_from_db()
    assert (order.state, order.settlement_notes) == ("ACTIVE", [])
    assert "Is at Flowwise already: Active. Nothing was done." in text_after(response)
    assert history() == []


@pytest.mark.parametrize(
    ("name", "state", "values"),
    [
        ("create", "ACTIVE", {}),
        ("create", "SUBMITTING", {}),
        ("send_again", "UNCONFIRMED", {}),
        ("send_again", "ACTIVE", {"attention": CANNOT_TELL}),
        ("refresh", "DRAFT", {}),
        ("reissue", "ACTIVE", {}),
        ("withdraw", "PAID", {}),
        ("withdraw", "WITHDRAWN", {}),
    ],
)
def test_misfit__nothing_is_done_and_nothing_is_recorded(
    anna: Client, flowwise_emulator: Any, name: str, state: str, values: Any
) -> None:
    order = order_in(state, **values)
    before = Order.objects.values().get()
    response = anna.post(act_on(order, name), follow=True)
    assert response.redirect_chain == [(change(order), 302)]
    assert "Nothing was done." in text_after(response)
    assert [message.level_tag for message in response.context["messages"]] == ["info"]
    assert Order.objects.values().get() == before
    assert flowwise_emulator.requests == []
    assert history() == []


@pytest.mark.parametrize(("name", "state"), [("withdraw", "WITHDRAWN"), ("settle", "ACTIVE")])
def test_misfit__is_not_even_asked_about(anna: Client, name: str, state: str) -> None:
    order = order_in(state)
    assert anna.get(act_on(order, name)).headers["Location"] == change(order)


@pytest.mark.parametrize(
    ("name", "typed", "entry"),
    [("withdraw", {}, "Withdrawn."), ("settle", {"note": "fine"}, "Settled: fine")],
)
def test_repeated__is_recorded_once(anna: Client, name: str, typed: Any, entry: str) -> None:
    order = order_in("ACTIVE", attention=CANNOT_TELL)
    for _ in range(2):
        anna.post(act_on(order, name), typed)
    assert history() == [entry]


def test_send_again__names_the_risk_and_sends_on_that_persons_word(anna: Client, flowwise_emulator: Any) -> None:
    order = order_in("UNCONFIRMED", attention=CANNOT_TELL)
    page = anna.get(act_on(order, "send_again")).content.decode()
    assert "could be charged twice" in page
    assert order.order_id in page
    assert "INR\xa02,299.50" in page
    assert flowwise_emulator.requests == []
    flowwise_emulator.fail_next("status_400", operation="get_order")
    response = anna.post(act_on(order, "send_again"), follow=True)
    order.refresh_from_db()
    assert order.state == "ACTIVE"
    assert text_after(response) == (
        "Sent again, and created at Flowwise. Send the customer the link."
        " It needs a person: Flowwise refused to say whether it has the order."
    )
    assert history() == ["Sent again at the risk of a second order, and created at Flowwise."]


def test_from_the_report__back_to_it(anna: Client, flowwise_emulator: Any) -> None:
    order = order_in("UNCONFIRMED")
    page = anna.get(act_on(order, "withdraw"), {"from": "in_doubt"}).content.decode()
    assert f'href="{REPORT}">Back</a>' in page
    response = anna.post(f"{act_on(order, 'refresh')}?from=in_doubt")
    assert response.headers["Location"] == REPORT
    response = anna.post(f"{act_on(order, 'refresh')}?from=https://evil.example/")
    assert response.headers["Location"] == change(order)


def test_problem__is_worded_with_what_to_do_next_and_escaped(anna: Client, flowwise_emulator: Any) -> None:
    order = make_order(reference="<b>INV</b>")
    Order.objects.filter(pk=order.pk).update(base_url="https://app.flowwise.com/<i>")
    [text] = messages_of(anna.post(act_on(order, "create"), follow=True))
    assert "&lt;b&gt;INV&lt;/b&gt;" in text
    assert "<i>" not in text
    assert "It is neither looked at nor sent" in text
    assert history() == []


def test_problem__of_a_refusal_is_in_the_history(anna: Client, flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = "mistyped"
    order = make_order()
    text = text_after(anna.post(act_on(order, "create"), follow=True))
    assert text.startswith("Flowwise does not accept the credentials of the account “default”.")
    assert "Details: HTTP 401" in text
    assert history() == ["Could not be created at Flowwise: credentials (HTTP 401)."]


@pytest.mark.parametrize("name", ["create", "refresh", "reissue"])
def test_verbs__a_get_does_nothing(anna: Client, name: str) -> None:
    assert anna.get(act_on(make_order(), name)).status_code == 405


@pytest.mark.parametrize("name", NAMES)
def test_doors__anonymous_and_without_permission(staff: Any, name: str) -> None:
    order = order_in("UNCONFIRMED", attention=CANNOT_TELL)
    assert "/login/" in Client().post(act_on(order, name))["Location"]
    assert staff("view_order", "change_order").post(act_on(order, name), {"note": "x"}).status_code == 403
    order.refresh_from_db()
    assert (order.state, order.settlement_notes) == ("UNCONFIRMED", [])


def test_doors__settling_has_a_permission_of_its_own(staff: Any) -> None:
    client = staff("view_order", "submit_order")
    order = order_in("UNCONFIRMED", attention=CANNOT_TELL)
    assert client.post(act_on(order, "settle"), {"note": "x"}).status_code == 403
    assert client.post(act_on(order, "send_again")).status_code == 403
    page = client.get(change(order)).content.decode()
    assert act_on(order, "refresh") in page
    assert act_on(order, "settle") not in page
    assert act_on(order, "send_again") not in page


@pytest.mark.parametrize("name", NAMES)
def test_doors__every_post_is_protected(anna: Client, name: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = anna.cookies
    assert strict.post(act_on(make_order(), name)).status_code == 403


def test_doors__unknown_order(anna: Client) -> None:
    assert anna.post("/admin/django_flowwise/order/4711/create/").status_code == 404
