"""What an order's page shows of its money."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from django_flowwise import services
from django_flowwise.admin.payment_acts import CAPTURE, PAYMENT_ACTS, REFUND, VOID, amount_left, may_be_sent
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.states import RefundState
from tests.admin.conftest import order_in, page_about, page_to_send

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2026, 1, 1, 10, tzinfo=datetime.UTC)


def page_of(client: Client, order: Order) -> str:
    return client.get(f"/admin/django_flowwise/order/{order.pk}/change/").content.decode()


def pay(order: Order, payment_id: str, **values: Any) -> Payment:
    values = {"status": "SUCCESS", "payment_amount": Decimal("2299.50"), "payment_currency": "INR", **values}
    return Payment.objects.create(order=order, payment_id=payment_id, **values)


def refund(payment: Payment, state: str, amount: str = "100", **values: Any) -> Refund:
    values = {"refund_currency": payment.payment_currency, **values}
    return Refund.objects.create(
        payment=payment,
        account="default",
        state=state,
        refund_amount=Decimal(amount),
        **values,
    )


def terms(page: str) -> list[str]:
    """Read each ``term: description`` of the payments."""
    section = page.partition('class="module flowwise-payments"')[2].partition("</section>")[0]
    pairs = [each.partition("</dt><dd>") for each in section.split("<dt>")[1:]]
    return [f"{term}: {rest.partition('</dd>')[0]}" for term, _, rest in pairs]


def test_page__without_a_payment_has_no_section(bea: Client) -> None:
    assert "flowwise-payments" not in page_of(bea, order_in("ACTIVE"))


def test_page__shows_a_payment_and_its_refunds(bea: Client) -> None:
    payment = pay(order_in("PAID"), "pay_1", payment_method="upi", payment_time=AT)
    payment.capture_status, payment.capture_amount = "CAPTURED", Decimal(2000)
    payment.save()
    done = refund(payment, "ACCEPTED", refund_status="SUCCESS", refund_note="wrong size", created_at=AT)
    refund(payment, "FAILED", "7", refund_status="CANCELLED", error_message="No <b>.", created_at=AT)
    lost = refund(payment, "UNCONFIRMED", "1", created_at=AT)
    page = page_of(bea, payment.order)
    shown = terms(page)
    assert shown[:4] == [
        "Paid: INR\xa02,000.00",
        "Refunded: INR\xa0100.00",
        "Refunds under way: INR\xa01.00",
        "Still refundable: INR\xa01,899.00",
    ]
    assert shown[4:10] == [
        "Amount: INR\xa02,299.50",
        "Captured: INR\xa02,000.00",
        "Method: upi",
        "Status: SUCCESS",
        "Capture status: CAPTURED",
        "When: Jan. 1, 2026, 10 a.m.",
    ]
    assert shown[10:14] == [
        f"Refund ID: {done.refund_id}",
        "Flowwise says: SUCCESS",
        "Reason: wrong size",
        "When: Jan. 1, 2026, 10 a.m.",
    ]
    assert "Flowwise says: CANCELLED" in shown
    assert "Error: No &lt;b&gt;." in shown
    assert shown[-2] == "Flowwise says: -"
    for badge in ("accepted", "failed", "unconfirmed"):
        assert f'<span class="flowwise-badge flowwise-{badge}">{badge.capitalize()}</span>' in page
    assert page_to_send(lost) in page
    assert page_to_send(done) not in page
    assert page.index("What we believe") < page.index("flowwise-payments") < page.index("What Flowwise says")


def test_page__shows_what_flowwise_did_not_tell(bea: Client) -> None:
    payment = pay(order_in("ACTIVE"), "pay_1", status="", payment_amount=None, payment_currency="")
    assert terms(page_of(bea, payment.order)) == ["Amount: -", "Status: -"]


def test_page__has_sums_for_each_currency(bea: Client) -> None:
    order = order_in("PAID")
    for number, currency in enumerate(("INR", "INR", "USD")):
        pay(order, f"pay_{number}", payment_amount=10, payment_currency=currency)
    pay(order, "pay_failed", status="FAILED", payment_currency="EUR")
    paid = [term for term in terms(page_of(bea, order)) if term.startswith("Paid")]
    assert paid == ["Paid: INR\xa020.00", "Paid: USD\xa010.00"]


def test_page__asks_no_more_for_more(bea: Client) -> None:
    order = order_in("PAID")

    def queries_for(number: int) -> int:
        for _ in range(number):
            payment = pay(order, f"pay_{Payment.objects.count()}")
            for state in RefundState:
                refund(payment, state)
        with CaptureQueriesContext(connection) as queries:
            page = page_of(bea, order)
        assert page.count("Refund ID") == Refund.objects.count()
        return len(queries)

    page_of(bea, order)  # what Django reads once, such as content types, is read
    assert queries_for(1) == queries_for(5)


@pytest.mark.parametrize("fieldset", [("Shop", {"fields": ["order_id"]}), None])
def test_page__keeps_its_place_where_a_shop_adds_fields(
    bea: Client, monkeypatch: pytest.MonkeyPatch, fieldset: Any
) -> None:
    fieldsets = [fieldset] if fieldset else []
    monkeypatch.setattr("django_flowwise.admin.OrderAdmin.get_fieldsets", lambda *_: [*fieldsets, *FIELDSETS])
    payment = pay(order_in("PAID"), "pay_1")
    page = page_of(bea, payment.order)
    assert page.index("Mine") < page.index("flowwise-payments") < page.index("Yours")


FIELDSETS = [("Mine", {"fields": ["state_badge"]}), ("Yours", {"fields": ["amount"]})]


def test_page__survives_without_the_state(bea: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_flowwise.admin.OrderAdmin.get_fieldsets", lambda *_: FIELDSETS[1:])
    assert "flowwise-payments" in page_of(bea, pay(order_in("PAID"), "pay_1").order)


@pytest.mark.parametrize(
    ("values", "offered"),
    [
        ({}, {REFUND}),
        ({"capture_status": "CAPTURED"}, {REFUND}),
        ({"capture_status": "AUTHORISED"}, {CAPTURE, VOID}),
        ({"capture_status": "AUTHORISED", "capture_action": "VOID"}, set()),
        ({"capture_status": "AUTHORISED", "payment_amount": None}, set()),
        ({"status": "FAILED"}, set()),
        ({"status": "REVERSED"}, set()),
    ],
)
def test_offers__are_those_that_fit(bea: Client, values: Any, offered: Any) -> None:
    payment = pay(order_in("PAID"), "pay_1", **values)
    page = page_of(bea, payment.order)
    assert {act for act in PAYMENT_ACTS if page_about(payment, act.name) in page} == offered


@pytest.mark.parametrize("state", RefundState)
@pytest.mark.parametrize(("amount", "fits"), [("2299.50", True), ("2299.51", False)])
def test_offers__to_send_again_what_may_not_have_arrived(state: RefundState, amount: str, fits: bool) -> None:
    made = refund(pay(order_in("PAID"), "pay_1"), state, amount)
    fits = fits or state == "UNCONFIRMED"
    assert may_be_sent(made) is (fits and state in {"DRAFT", "UNCONFIRMED", "REFUSED"})


@pytest.mark.parametrize("state", RefundState)
@pytest.mark.parametrize("amount", ["1", "9999"])
def test_left__is_what_the_services_say(state: RefundState, amount: str) -> None:
    payment = pay(order_in("PAID"), "pay_1")
    refund(payment, state, amount)
    assert amount_left(payment) == services.refundable_amount(payment)
