"""Staff create and settle orders, in a real browser."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from django_flowwise.models import Order
from tests.factories import make_order

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def admin(page: Page, site: str) -> str:
    User.objects.create_superuser("anna", password="secret")
    page.goto(f"{site}/admin/")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return f"{site}/admin/django_flowwise/order/"


def test_adding__saves_and_creates_at_flowwise(page: Page, admin: str, look_at: Any) -> None:
    page.goto(f"{admin}add/")
    page.get_by_label("Reference").fill("INV-1")
    page.get_by_label("Amount").fill("2299.50")
    page.get_by_label("Customer ID").fill("cust_1")
    page.get_by_label("Credit card").check()
    page.get_by_label("UPI").check()
    look_at("admin-add", within="#order_form")
    page.get_by_role("button", name="Save and create at Flowwise").click()
    expect(page.get_by_text("Created at Flowwise.").first).to_be_visible()
    order = Order.objects.get()
    assert (order.state, order.payment_methods) == ("ACTIVE", "cc,upi")
    expect(page.get_by_label("Checkout link")).to_have_value(order.checkout_url)
    expect(page.get_by_role("button", name="Copy")).to_be_visible()
    look_at("admin-change", within=".flowwise-acts")

    page.get_by_role("link", name="Withdraw…").click()
    look_at("admin-withdraw", within="#content")
    page.get_by_role("button", name="Withdraw the order").click()
    expect(page.locator(".flowwise-withdrawn").first).to_be_visible()
    order.refresh_from_db()
    assert order.state == "WITHDRAWN"


def test_list__creates_the_chosen(page: Page, admin: str, look_at: Any) -> None:
    orders = [make_order(), make_order()]
    page.goto(admin)
    for order in orders:
        page.locator(f'input[name="_selected_action"][value="{order.pk}"]').check()
    page.get_by_label("Action:").select_option("create_at_flowwise")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    expect(page.locator(".flowwise-active")).to_have_count(2)
    look_at("admin-list", within="#result_list")


def test_settling__with_a_note(page: Page, admin: str, look_at: Any) -> None:
    order = make_order()
    attention = [{"reason": "amount_differs", "at": "2026-01-01T10:00:00+00:00"}]
    Order.objects.filter(pk=order.pk).update(state="UNCONFIRMED", attempts=1, attention=attention)
    page.goto(f"{admin}{order.pk}/change/")
    page.get_by_role("link", name="Settle…").click()
    look_at("admin-settle", within="#content")
    page.get_by_label("What was found and decided").fill("The bank has it.")
    page.get_by_label("Take the order for paid").check()
    page.get_by_role("button", name="Settle the order").click()
    expect(page.locator(".flowwise-paid").first).to_be_visible()
    order.refresh_from_db()
    assert (order.state, order.settlement_notes[0]["note"]) == ("PAID", "anna: The bank has it.")
