"""The local Flowwise's own pages, with a keyboard, on a phone and on a desk."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from django_flowwise import services
from tests.factories import make_order

pytestmark = pytest.mark.django_db(transaction=True)


def focus(page: Page, name: str) -> None:
    """Press Tab until the button of that name has the focus."""
    button = page.get_by_role("button", name=name)
    presses = 0
    while not button.evaluate("button => button === document.activeElement"):
        assert presses < 30
        page.keyboard.press("Tab")
        presses += 1


def refund(flowwise_emulator: Any, payment_id: str, refund_id: str) -> None:
    account = flowwise_emulator.account
    requests.post(
        f"{account['BASE_URL']}/payments/{payment_id}",
        json={"refund_id": refund_id, "refund_amount": 1, "refund_type": "MERCHANT_INITIATED"},
        headers={"x-client-id": account["CLIENT_ID"], "x-client-secret": account["CLIENT_SECRET"]},
        timeout=5,
    ).raise_for_status()


def test_pending__from_the_checkout_to_its_end(
    page: Page, site: str, flowwise_emulator: Any, look_at: Any
) -> None:
    order = services.submit_order(make_order())
    page.goto(order.checkout_url)
    look_at("emulator-checkout")
    focus(page, "Leave it pending")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/**")
    page.goto(flowwise_emulator.url)
    look_at("emulator-start")
    page.get_by_role("link", name=f"1 payment of {order.order_id}").click()
    look_at("emulator-order-pending")
    focus(page, "Let it succeed")
    page.keyboard.press("Enter")
    expect(page.get_by_text("SUCCESS").first).to_be_visible()
    assert flowwise_emulator.orders[order.order_id]["order_status"] == "PAID"
    page.get_by_role("button", name="reverse").click()
    expect(page.get_by_text("REVERSED")).to_be_visible()


def test_refund__is_settled(page: Page, site: str, flowwise_emulator: Any, look_at: Any) -> None:
    order = services.submit_order(make_order())
    payment_id = flowwise_emulator.pay(order.order_id)["payment_id"]
    flowwise_emulator.behaviour = replace(flowwise_emulator.behaviour, refund_status="PENDING")
    refund(flowwise_emulator, payment_id, "refund_1")
    page.goto(f"{flowwise_emulator.url}/orders/{order.order_id}")
    look_at("emulator-order-refund")
    page.get_by_role("button", name="Let the refund succeed").click()
    expect(page.get_by_role("button", name="Let the refund succeed")).to_have_count(0)
    assert flowwise_emulator.refunds["refund_1"]["refund_status"] == "SUCCESS"


def test_redirect__is_approved(page: Page, site: str, flowwise_emulator: Any, look_at: Any) -> None:
    order = services.submit_order(make_order())
    payment_id = flowwise_emulator.start_payment(order.order_id)["payment_id"]
    page.goto(f"{flowwise_emulator.url}/redirect/{payment_id}")
    look_at("emulator-redirect")
    focus(page, "Approve")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site}/**")
    assert flowwise_emulator.orders[order.order_id]["order_status"] == "PAID"
