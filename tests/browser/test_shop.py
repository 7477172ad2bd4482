"""A customer buys in the example shop, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from example_project.shop.models import ShopOrder
from example_project.shop.stock import fill_shelves

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("example_project.urls")]


def order_a_lamp(page: Page, site: str, look_at: Any) -> None:
    fill_shelves()
    page.goto(site)
    look_at("shop-catalogue")
    page.get_by_role("button", name=re.compile("Brass lamp")).click()
    look_at("shop-basket")
    page.get_by_role("link", name="To the checkout").click()
    page.get_by_label("Name").fill("Priya Sharma")
    page.get_by_label("Email").fill("priya.sharma@example.com")
    page.get_by_label("Phone").fill("+919876543210")
    page.get_by_label("Address").fill("123 Connaught Place\nNew Delhi")
    look_at("shop-checkout")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_role("button", name=re.compile("^Pay"))).to_be_visible()
    look_at("emulator-checkout")


def test_buying__until_paid(page: Page, site: str, look_at: Any) -> None:
    order_a_lamp(page, site, look_at)
    page.get_by_role("button", name=re.compile("^Pay")).click()
    # The page that looked a moment ago looks again by itself.
    expect(page.get_by_text("Paid on")).to_be_visible(timeout=15_000)
    look_at("shop-order-paid")
    assert ShopOrder.objects.get().paid_at is not None


def test_failing__the_order_is_not_lost(page: Page, site: str, look_at: Any) -> None:
    order_a_lamp(page, site, look_at)
    page.get_by_role("button", name=re.compile("Fail")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    page.goto(site + ShopOrder.objects.get().get_absolute_url())
    expect(page.get_by_text("Not paid yet")).to_be_visible()
    look_at("shop-order-waiting")
    page.get_by_role("link", name="Pay now").click()
    page.get_by_role("button", name=re.compile("^Pay")).click()
    # The page that looked a moment ago looks again by itself.
    expect(page.get_by_text("Paid on")).to_be_visible(timeout=15_000)
