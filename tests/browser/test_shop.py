"""A customer buys in the example shop, and staff give money back, in a real browser."""

from __future__ import annotations

import dataclasses
import re
import runpy
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from django_flowwise import services
from django_flowwise.models import Order
from example_project.shop.models import ShopOrder
from example_project.shop.stock import fill_shelves
from tests.browser.conftest import PATIENCE

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("example_project.urls")]

SETTINGS = Path(__file__).parents[2] / "example_project/settings.py"


def order_a_lamp(page: Page, site: str, look_at: Any = lambda name: None) -> None:
    fill_shelves()
    page.goto(site)
    look_at("shop-catalogue")
    page.get_by_role("button", name=re.compile("Brass lamp")).click()
    page.get_by_role("link", name="Morning Market").click()
    page.get_by_role("button", name=re.compile("Tea for two")).click()
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


def pay(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_text("Paid on")).to_be_visible()


def order_page(site: str) -> str:
    return site + ShopOrder.objects.get().get_absolute_url()


def pending_payment(emulator: Any) -> str:
    [payments] = emulator.payments.values()
    return str(payments[-1]["payment_id"])


def test_buying__until_paid(page: Page, site: str, look_at: Any) -> None:
    order_a_lamp(page, site, look_at)
    pay(page)
    look_at("shop-order-paid")
    expect(page).to_have_url(order_page(site))
    assert ShopOrder.objects.get().paid_at is not None


def test_failing__is_said_and_tried_again(page: Page, site: str, look_at: Any) -> None:
    order_a_lamp(page, site)
    page.get_by_role("button", name=re.compile("Fail")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")
    page.goto(order_page(site))
    expect(page.get_by_text("The last payment did not go through")).to_be_visible()
    look_at("shop-order-failed")
    page.get_by_role("link", name="Try again").click()
    pay(page)


def test_leaving__before_paying(page: Page, site: str, look_at: Any) -> None:
    order_a_lamp(page, site)
    page.goto(order_page(site))
    expect(page.get_by_text("Not paid yet")).to_be_visible()
    look_at("shop-order-open")
    page.get_by_role("link", name="Pay now").click()
    pay(page)


def test_coming_back_late__the_payment_has_been_found(
    page: Page, site: str, look_at: Any, flowwise_emulator: Any
) -> None:
    order_a_lamp(page, site)
    order = Order.objects.get()
    payment = flowwise_emulator.start_payment(order.order_id)
    page.close()  # and nobody comes back from the checkout
    flowwise_emulator.expire(order.order_id)
    services.refresh_order(order)
    assert order.state == "EXPIRED"
    late = page.context.new_page()
    late.goto(order_page(site))
    expect(late.get_by_text("Your payment is under way")).to_be_visible()
    flowwise_emulator.finish_payment(payment["payment_id"])
    Order.objects.update(next_check_at=timezone.now())
    assert [found.after for found in services.reconcile().moved] == ["PAID"]
    late.reload()
    expect(late.get_by_text("Paid on")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_pending__the_page_looks_again_by_itself(
    browser: Browser, site: str, flowwise_emulator: Any, javascript: bool
) -> None:
    context = browser.new_context(java_script_enabled=javascript)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    order_a_lamp(page, site)
    page.get_by_role("button", name="Leave it pending").click()
    expect(page.get_by_text("Please do not pay again")).to_be_visible()
    expect(page.get_by_role("link", name="Back to the payment page")).to_have_count(0)
    flowwise_emulator.finish_payment(pending_payment(flowwise_emulator))
    expect(page.get_by_text("Paid on")).to_be_visible()
    expect(page).to_have_url(order_page(site))
    context.close()


def test_pending__is_said_wherever_the_customer_looks(
    page: Page, site: str, look_at: Any, flowwise_emulator: Any
) -> None:
    order_a_lamp(page, site)
    page.get_by_role("button", name="Leave it pending").click()
    expect(page.get_by_text("Please do not pay again")).to_be_visible()
    look_at("shop-return-pending")
    page.goto(order_page(site))
    expect(page.get_by_text("Your payment is under way")).to_be_visible()
    look_at("shop-order-pending")
    flowwise_emulator.finish_payment(pending_payment(flowwise_emulator), "FAILED")
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The payment did not go through")


def test_held__is_not_paid(page: Page, site: str, look_at: Any) -> None:
    order_a_lamp(page, site)
    page.get_by_role("button", name="Hold the money only").click()
    expect(page.get_by_text("Please do not pay again")).to_be_visible()
    page.goto(order_page(site))
    expect(page.get_by_text("Your payment is under way")).to_be_visible()
    expect(page.get_by_text("Paid on")).to_have_count(0)
    services.capture_payment(Order.objects.get().payments.get())
    page.reload()
    expect(page.get_by_text("Paid on")).to_be_visible()


def test_expired_and_reversed__are_said(page: Page, site: str, look_at: Any, flowwise_emulator: Any) -> None:
    order_a_lamp(page, site)
    page.get_by_role("button", name="Let it expire").click()
    page.goto(order_page(site))
    expect(page.get_by_text("The time to pay is over")).to_be_visible()
    look_at("shop-order-expired")
    page.get_by_role("link", name="Pay with a new link").click()
    page.get_by_role("button", name="Get a new link").click()
    pay(page)
    order = Order.objects.get(state="PAID")
    flowwise_emulator.reverse(order.payments.get().payment_id)
    services.refresh_order(order)
    page.reload()
    expect(page.get_by_text("has gone back to you")).to_be_visible()
    look_at("shop-order-reversed")


def test_refunding__from_the_staffs_click_to_the_customers_page(
    page: Page, site: str, look_at: Any, flowwise_emulator: Any
) -> None:
    order_a_lamp(page, site)
    pay(page)
    User.objects.create_superuser("anna", password="secret")
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, refund_status="PENDING")
    page.goto(f"{site}/admin/shop/shoporder/{ShopOrder.objects.get().pk}/change/")
    page.get_by_label("Username").fill("anna")
    page.get_by_label("Password").fill("secret")
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_role("link", name="Refund this item…")).to_have_count(2)
    look_at("shop-admin-order", within="#lines-group")
    page.get_by_role("link", name="Refund this item…").last.click()
    expect(page.get_by_text("1 x Tea for two")).to_be_visible()
    look_at("shop-admin-refund", within="#content")
    page.get_by_role("button", name="Refund INR").click()
    expect(page.get_by_text("1 x Tea for two: INR 1,275.75, pending at Flowwise")).to_be_visible()
    look_at("shop-admin-refunded", within="#lines-group")

    page.goto(order_page(site))
    expect(page.get_by_text("The refund of INR 1,275.75 is pending.")).to_be_visible()
    look_at("shop-order-refund-pending")
    [refund_id] = flowwise_emulator.refunds
    flowwise_emulator.settle_refund(refund_id)
    services.refresh_order(Order.objects.get())
    page.reload()
    expect(page.get_by_text("INR 1,275.75 is on its way back to you (accepted by Flowwise on")).to_be_visible()
    look_at("shop-order-refunded")


def fill_one_click(page: Page, site: str, *, has_script: bool = True) -> None:
    fill_shelves()
    page.goto(site)
    page.get_by_role("button", name=re.compile("Brass lamp")).click()
    page.get_by_role("link", name="Buy with one click").click()
    # Before its script has started, the form goes to the checkout page as it is.
    expect(page.locator("#buy")).to_have_js_property("noValidate", has_script)


def type_address(page: Page) -> None:
    page.get_by_label("Name").fill("Priya Sharma")
    page.get_by_label("Email").fill("priya.sharma@example.com")
    page.get_by_label("Phone").fill("+919876543210")
    page.get_by_label("Address").fill("123 Connaught Place\nNew Delhi")


def test_one_click__by_keyboard_with_a_mistake_first(page: Page, site: str, look_at: Any) -> None:
    fill_one_click(page, site)
    look_at("shop-one-click")
    type_address(page)
    page.get_by_label("Phone").fill("none")
    page.get_by_label("Phone").press("Enter")
    expect(page.get_by_label("Phone")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Phone")).to_be_focused()
    expect(page.get_by_text("Enter a telephone number")).to_be_visible()
    look_at("shop-one-click-mistake")
    page.get_by_label("Phone").fill("+919876543210")
    page.get_by_label("Phone").press("Enter")
    pay(page)
    expect(page).to_have_url(order_page(site))


def test_one_click__is_one_click_the_next_time(page: Page, site: str, look_at: Any) -> None:
    fill_one_click(page, site)
    type_address(page)
    page.get_by_role("button", name=re.compile("^Pay")).click()
    pay(page)
    fill_one_click(page, site)
    expect(page.get_by_label("Name")).to_have_value("Priya Sharma")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    page.wait_for_url("**/checkout/order_*")
    pay(page)
    assert [order.paid_at is not None for order in ShopOrder.objects.all()] == [True, True]


def test_one_click__that_fails_says_so_and_keeps_the_order(
    page: Page, site: str, look_at: Any, flowwise_emulator: Any
) -> None:
    fill_one_click(page, site)
    type_address(page)
    flowwise_emulator.fail_next("status_400")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_role("status")).to_contain_text(
        "The payment service refused this; nothing was charged. Your order is kept."
    )
    expect(page.get_by_role("button", name=re.compile("^Pay"))).to_be_focused()
    look_at("shop-one-click-refused")
    expect(page.get_by_role("link", name="Look at your order")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Pay")).click()
    pay(page)
    assert ShopOrder.objects.count() == 1


def test_one_click__that_fails_leads_to_the_order_when_loaded_again(
    page: Page, site: str, flowwise_emulator: Any
) -> None:
    fill_one_click(page, site)
    type_address(page)
    flowwise_emulator.fail_next("status_400")
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_role("link", name="Look at your order")).to_be_visible()
    page.reload()
    expect(page).to_have_url(order_page(site))
    page.get_by_role("link", name="Pay now").click()
    page.get_by_role("button").first.click()
    pay(page)


def test_one_click__with_a_basket_that_was_changed_in_another_tab(page: Page, site: str, look_at: Any) -> None:
    fill_one_click(page, site)
    type_address(page)
    other = page.context.new_page()
    other.goto(site)
    other.get_by_role("button", name=re.compile("Tea for two")).click()
    expect(other.get_by_text("Basket (2)")).to_be_visible()
    page.get_by_role("button", name="Pay INR\xa01,849.00").click()
    expect(page.get_by_role("status")).to_contain_text("The basket has changed")
    look_at("shop-one-click-changed")
    assert not ShopOrder.objects.exists()
    page.reload()
    type_address(page)
    page.get_by_role("button", name="Pay INR\xa03,124.75").click()
    pay(page)


def test_one_click__without_its_cookies_says_what_to_do(page: Page, site: str) -> None:
    fill_one_click(page, site)
    type_address(page)
    page.context.clear_cookies()
    page.get_by_role("button", name=re.compile("^Pay")).click()
    expect(page.get_by_role("status")).to_contain_text(
        "This was not allowed; nothing happened. Load the page again"
    )


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_form__without_its_cookies_says_what_to_do(
    page: Page, site: str, look_at: Any, settings: Any, javascript: bool
) -> None:
    settings.CSRF_FAILURE_VIEW = runpy.run_path(str(SETTINGS))["CSRF_FAILURE_VIEW"]
    fill_shelves()
    page.goto(site)
    page.context.clear_cookies()
    page.get_by_role("button", name=re.compile("Brass lamp")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This was not allowed")
    expect(page.get_by_text("Nothing happened, and nothing was charged")).to_be_visible()
    if javascript:  # axe is a script itself
        look_at("shop-csrf-failure")
    page.get_by_role("link", name="To the shop").click()
    page.get_by_role("button", name=re.compile("Brass lamp")).click()
    expect(page.get_by_text("Basket (1)")).to_be_visible()


def test_one_click__twice_in_a_row_asks_once(page: Page, site: str, flowwise_emulator: Any) -> None:
    fill_one_click(page, site)
    type_address(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/buy/") else None)
    page.get_by_role("button", name=re.compile("^Pay")).dblclick(no_wait_after=True)
    page.wait_for_url("**/checkout/order_*")
    assert len(asked) == 1


def test_one_click__without_script_is_the_checkout(browser: Browser, site: str, flowwise_emulator: Any) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    fill_one_click(page, site, has_script=False)
    type_address(page)
    page.get_by_role("button", name=re.compile("^Pay")).click()
    pay(page)
    expect(page).to_have_url(order_page(site))
    context.close()
