"""Adding, correcting and reading an order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from django_flowwise import services
from django_flowwise.admin import SAVE_AND_CREATE
from django_flowwise.models import Order
from tests.admin.conftest import messages_of, order_in
from tests.factories import make_order

pytestmark = pytest.mark.django_db
ADD = "/admin/django_flowwise/order/add/"


def change(order: Order) -> str:
    return f"/admin/django_flowwise/order/{order.pk}/change/"


def typed(**changes: Any) -> dict[str, Any]:
    return {
        "account": "default",
        "reference": "INV-1",
        "order_amount": "2299.50",
        "order_currency": "INR",
        "customer_id": "cust_1",
        "customer_email": "priya.sharma@example.com",
        "customer_phone": "+919876543210",
        "customer_address": "123 Connaught Place",
        "payment_methods_documented": ["cc", "upi"],
        "payment_methods_others": "",
        "expiry_time_in_minutes": "120",
        "order_note": "gift",
        "order_tags": "source=web\ncampaign=summer sale",
        "return_base_url": "",
        "order_id": "order_1",
        **changes,
    }


def test_add__proposes_sensible_defaults(anna: Client, settings: Any) -> None:
    settings.FLOWWISE["default"] |= {"PAYMENT_METHODS": "upi,nb,paylater", "EXPIRY_MINUTES": 90}
    page = anna.get(ADD).content.decode()
    assert 'value="INR"' in page
    assert 'value="90"' in page
    assert page.count("checked") == 2
    assert 'value="paylater"' in page
    assert 'value="order_' in page
    assert "Save and create at Flowwise" in page


@pytest.mark.parametrize("accounts", [None, {"default": {}}])
def test_add__survives_broken_settings(anna: Client, settings: Any, accounts: Any) -> None:
    settings.FLOWWISE = accounts
    assert anna.get(ADD).status_code == 200


def test_add__saves_a_draft(anna: Client, flowwise_emulator: Any) -> None:
    response = anna.post(ADD, typed())
    order = Order.objects.get()
    assert response.status_code == 302
    assert (order.state, order.payment_methods, order.attempts) == ("DRAFT", "cc,upi", 0)
    assert order.order_tags == {"source": "web", "campaign": "summer sale"}
    assert order.live_key
    assert flowwise_emulator.requests == []


def test_add__undocumented_payment_methods_are_allowed_with_a_warning(anna: Client) -> None:
    response = anna.post(ADD, typed(payment_methods_others="paylater, emi"), follow=True)
    assert Order.objects.get().payment_methods == "cc,upi,paylater,emi"
    assert any("paylater, emi" in text for text in messages_of(response))


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"order_amount": "0"}, "order_amount", "greater than zero"),
        ({"order_amount": "1.001"}, "order_amount", "2 digits"),
        ({"order_amount": ""}, "order_amount", "required"),
        ({"order_amount": "1_000"}, "order_amount", "decimal number"),
        ({"order_amount": "५"}, "order_amount", "decimal number"),
        ({"order_amount": "١٢"}, "order_amount", "decimal number"),
        ({"order_amount": "1,000"}, "order_amount", "decimal number"),
        ({"order_amount": "1" * 41}, "order_amount", "too long"),
        ({"order_amount": "nonsense", "order_currency": "inr"}, "order_currency", "capitals"),
        ({"order_currency": "inr"}, "order_currency", "capitals"),
        ({"customer_id": ""}, "customer_id", "required"),
        ({"customer_email": "x"}, "customer_email", "valid email"),
        ({"order_id": "a b"}, "order_id", "45 letters"),
        ({"order_tags": "novalue"}, "order_tags", "name=text"),
        ({"order_tags": "=x"}, "order_tags", "name=text"),
        ({"order_tags": "a=1\na=2"}, "order_tags", "twice"),
        ({"expiry_time_in_minutes": "-5"}, "expiry_time_in_minutes", "greater than or equal"),
        ({"return_base_url": "shop"}, "return_base_url", "http or https"),
        ({"payment_methods_others": "upi,,x"}, "payment_methods", "empty"),
        ({"account": "nowhere"}, "account", "valid choice"),
        ({"reference": ""}, "reference", "required"),
    ],
)
def test_add__bad_input_is_named_by_field_and_saves_nothing(
    anna: Client, changes: Any, field: str, text: str
) -> None:
    response = anna.post(ADD, typed(**changes))
    assert response.status_code == 200
    assert text in str(response.context["adminform"].form.errors[field])
    assert Order.objects.count() == 0


def test_add__a_reference_with_a_live_order_names_it(anna: Client) -> None:
    live = make_order(reference="INV-1")
    response = anna.post(ADD, typed())
    text = str(response.context["adminform"].form.errors["reference"])
    assert f"{live.order_id} (Draft)" in text
    assert Order.objects.count() == 1


def test_add__a_taken_order_id(anna: Client) -> None:
    make_order(order_id="order_1")
    response = anna.post(ADD, typed())
    assert response.status_code == 200
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("atomic_requests", [False, True])
def test_save_and_create__submits_after_the_commit(
    anna: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch, atomic_requests: bool
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", atomic_requests)
    response = anna.post(ADD, typed(**{SAVE_AND_CREATE: "1"}), follow=True)
    order = Order.objects.get()
    assert order.state == "ACTIVE"
    assert response.redirect_chain == [(change(order), 302)]
    assert any("Created at Flowwise" in text for text in messages_of(response))
    assert order.checkout_url in response.content.decode()
    assert [entry.get_change_message() for entry in LogEntry.objects.order_by("pk")] == [
        "Added.",
        "Created at Flowwise.",
    ]


@pytest.mark.django_db(transaction=True)
def test_save_and_create__says_what_went_wrong(anna: Client, flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = "mistyped"
    response = anna.post(ADD, typed(**{SAVE_AND_CREATE: "1"}), follow=True)
    order = Order.objects.get()
    assert (order.state, order.error_code) == ("REFUSED", "credentials")
    [text] = messages_of(response)
    assert "“default”" in text
    assert LogEntry.objects.latest("pk").change_message == (
        "Could not be created at Flowwise: credentials (HTTP 401)."
    )
    assert "mistyped" not in response.content.decode()
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = "emulator-secret"
    again = anna.post(change(order), typed(**{SAVE_AND_CREATE: "1", "order_note": "mended"}), follow=True)
    order.refresh_from_db()
    assert (order.state, order.order_note) == ("ACTIVE", "mended")
    assert again.status_code == 200


@pytest.mark.django_db(transaction=True)
def test_save_and_create__nothing_sent_is_no_history(anna: Client, settings: Any) -> None:
    settings.FLOWWISE["default"]["BASE_URL"] = "http://127.0.0.1:9"
    [text] = messages_of(anna.post(ADD, typed(**{SAVE_AND_CREATE: "1"}), follow=True))
    assert "Nothing was sent to Flowwise." in text
    assert Order.objects.get().state == "DRAFT"
    assert [entry.get_change_message() for entry in LogEntry.objects.all()] == ["Added."]


def test_save_and_create__needs_its_permission(staff: Any, flowwise_emulator: Any) -> None:
    client = staff("add_order", "view_order", "change_order")
    assert "Save and create" not in client.get(ADD).content.decode()
    client.post(ADD, typed(**{SAVE_AND_CREATE: "1"}))
    assert Order.objects.get().state == "DRAFT"


@pytest.mark.parametrize(
    ("permissions", "state", "label"),
    [
        ((), "DRAFT", "Create at Flowwise as saved"),
        (("view_order", "submit_order"), "DRAFT", "Create at Flowwise"),
        ((), "UNCONFIRMED", "Create at Flowwise"),
    ],
)
def test_page__the_button_says_that_it_saves_nothing(
    staff: Any, permissions: tuple[str, ...], state: str, label: str
) -> None:
    page = staff(*permissions).get(change(order_in(state))).content.decode()
    assert f">{label}</button>" in page


def test_correct__goes_by_the_services_rules(anna: Client) -> None:
    order = make_order(reference="INV-1", order_id="order_1")
    assert 'value="2299.50"' in anna.get(change(order)).content.decode()
    response = anna.post(change(order), typed(order_amount="5.00", reference="smuggled"), follow=True)
    assert response.status_code == 200
    order.refresh_from_db()
    assert (order.order_amount, order.reference) == (Decimal(5), "INV-1")
    assert order.order_id != "order_1"
    [text] = messages_of(response)
    assert order.order_id in text
    assert "order_1" not in text.replace(order.order_id, "")


def test_correct__an_amount_that_stays_mints_no_order_id(anna: Client) -> None:
    order = make_order(reference="INV-1", order_id="order_1")
    anna.post(change(order), typed(order_amount="2299.5", order_note="new"))
    order.refresh_from_db()
    assert (order.order_note, order.order_id) == ("new", "order_1")
    assert "Amount" not in LogEntry.objects.get().get_change_message()


def test_correct__what_has_moved_meanwhile_is_no_success(anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    order = make_order(reference="INV-1", order_id="order_1")
    real = services.correct_order

    def moved_first(mine: Order, **changes: Any) -> Order:
        Order.objects.filter(pk=mine.pk).update(state="UNCONFIRMED")
        return real(mine, **changes)

    monkeypatch.setattr(services, "correct_order", moved_first)
    response = anna.post(change(order), typed(order_note="new"), follow=True)
    texts = messages_of(response)
    [text] = texts
    assert "Is unconfirmed: Flowwise may have it. Nothing was sent or changed." in text
    order.refresh_from_db()
    assert order.order_note == ""
    assert LogEntry.objects.count() == 0


@pytest.mark.parametrize("state", ["SUBMITTING", "UNCONFIRMED", "ACTIVE", "PAID", "EXPIRED", "WITHDRAWN"])
def test_read_only__once_it_may_be_at_flowwise(anna: Client, state: str) -> None:
    order = order_in(state)
    page = anna.get(change(order)).content.decode()
    assert 'name="order_note"' not in page
    assert "Save and create" not in page
    assert anna.post(change(order), typed(order_note="new")).status_code == 403
    order.refresh_from_db()
    assert order.order_note == ""


def test_page__groups_and_words_everything(anna: Client) -> None:
    successor = make_order()
    order = order_in(
        "WITHDRAWN",
        superseded_by=successor,
        attention=[{"reason": "paid_late", "at": "2026-01-01T10:00:00+00:00"}],
        settlement_notes=[
            {"note": "<b>called</b>", "at": "2026-01-02T10:00:00+00:00", "settled": {"cannot_tell": "<i>"}},
            {"note": "again", "at": "2026-01-02T10:00:00+00:00", "settled": {}},
        ],
        error_message="<script>alert(1)</script>",
        amount_paid=Decimal(5),
    )
    page = anna.get(change(order)).content.decode()
    assert "INR\xa05.00" in page
    assert "INR\xa02,299.50" in page
    assert "Paid after it had expired (Jan. 1, 2026, 10 a.m.)" in page
    assert "&lt;b&gt;called&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert f'href="{change(successor)}"' in page
    assert "Flowwise refused to say whether it has the order: HTTP &lt;i&gt;" in page
    assert "again (Jan. 2, 2026, 10 a.m.)</li>" in page
    assert order.checkout_url not in page


@pytest.mark.parametrize(
    ("state", "checkout_url", "shown"),
    [
        ("ACTIVE", "https://payments.flowwise.com/c", True),
        ("ACTIVE", "https://evil.example/c", False),
        ("EXPIRED", "https://payments.flowwise.com/c", False),
        ("PAID", "https://payments.flowwise.com/c", False),
    ],
)
def test_page__the_link_to_copy_is_one_that_may_be_sent(
    anna: Client, state: str, checkout_url: str, shown: bool
) -> None:
    order = order_in(state, checkout_url=checkout_url)
    page = anna.get(change(order)).content.decode()
    assert (f'value="{checkout_url}"' in page) is shown
    assert (checkout_url in page) is shown


@pytest.mark.parametrize(("attempts", "deletable"), [(0, True), (1, False)])
def test_delete__only_what_was_never_sent(anna: Client, attempts: int, deletable: bool) -> None:
    order = order_in("DRAFT", attempts=attempts)
    response = anna.post(f"/admin/django_flowwise/order/{order.pk}/delete/", {"post": "yes"})
    assert response.status_code == (302 if deletable else 403)
    assert Order.objects.count() == (0 if deletable else 1)
