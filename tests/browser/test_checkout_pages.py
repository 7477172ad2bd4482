"""A customer pays, fails, and comes back, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from django_flowwise import services
from django_flowwise.models import Order
from tests.factories import make_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_paying__from_the_button_to_the_thanks(page: Page, site: str, look_at: Any) -> None:
    order = make_order()
    page.goto(site + order.get_absolute_url())
    look_at("ready")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Continue to payment")).to_be_focused()
    page.keyboard.press("Enter")
    page.get_by_label("UPI").check()
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your payment has arrived")
    look_at("paid")
    order.refresh_from_db()
    assert (order.state, order.amount_paid) == ("PAID", order.order_amount)


def test_failing__is_said_and_leads_back(page: Page, site: str, look_at: Any) -> None:
    order = services.submit_order(make_order())
    page.goto(site + order.get_absolute_url())
    page.get_by_role("button", name=re.compile("Fail")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    look_at("payment-failed")
    page.get_by_role("link", name="Try again").click()
    expect(page).to_have_url(order.checkout_url)


def test_waiting__looks_again_by_itself(page: Page, site: str, flowwise_emulator: Any, look_at: Any) -> None:
    order = services.submit_order(make_order())
    page.goto(f"{site}/flowwise/return/{order.key}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Waiting for your payment")
    look_at("waiting")
    expect(page.get_by_role("link", name="Back to the payment page")).to_be_visible()
    flowwise_emulator.pay(order.order_id)
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, your payment has arrived")


def test_expired__a_new_link(page: Page, site: str, flowwise_emulator: Any, look_at: Any) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.expire(order.order_id)
    services.refresh_order(order)
    page.goto(site + order.get_absolute_url())
    look_at("expired")
    page.get_by_role("button", name="Get a new link").click()
    page.wait_for_url(re.compile(r"/checkout/order_"))
    assert Order.objects.get(state="ACTIVE").order_id != order.order_id


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("withdrawn", {"state": "WITHDRAWN", "live_key": None}),
        ("preparing", {"state": "SUBMITTING"}),
        ("held", {"state": "ACTIVE", "checkout_url": "https://evil.example/"}),
    ],
)
def test_dead_ends__say_what_is_the_matter(page: Page, site: str, look_at: Any, name: str, values: Any) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(**values)
    page.goto(site + order.get_absolute_url())
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    look_at(name)


def test_not_paid__and_failed(page: Page, site: str, look_at: Any, settings: Any, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.expire(order.order_id)
    page.goto(f"{site}/flowwise/return/{order.key}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This order has not been paid")
    look_at("not-paid")
    order = make_order()
    settings.FLOWWISE["default"]["BASE_URL"] = "http://127.0.0.1:9"
    page.goto(site + order.get_absolute_url())
    page.get_by_role("button", name="Continue to payment").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment page did not open")
    look_at("failed")
