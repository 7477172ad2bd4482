"""Staff create and settle orders, in a real browser."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Browser, Page, expect

from django_flowwise import services
from django_flowwise.models import Order, Refund
from tests.factories import make_order

LONG_AGO = datetime.datetime(2026, 1, 1, 10, tzinfo=datetime.UTC)
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


def is_desktop(page: Page) -> bool:
    size = page.viewport_size
    return size is not None and size["width"] >= 1280


def in_doubt(**values: Any) -> Order:
    order = make_order(reference=values.pop("reference"))
    Order.objects.filter(pk=order.pk).update(**{"attempts": 1, "maybe_sent_at": LONG_AGO, **values})
    order.refresh_from_db()
    return order


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
    look_at("admin-change", within=".flowwise-acts")

    page.get_by_role("link", name="Withdraw…").click()
    look_at("admin-withdraw", within="#content")
    page.get_by_role("button", name="Withdraw the order").click()
    expect(page.locator(".flowwise-withdrawn").first).to_be_visible()
    order.refresh_from_db()
    assert order.state == "WITHDRAWN"


def test_list__creates_the_chosen(page: Page, admin: str, look_at: Any) -> None:
    orders = [make_order(reference="REF-" + "0123456789" * 8), make_order()]
    twice = [{"reason": "paid_twice", "evidence": "2+0 4599", "at": LONG_AGO.isoformat()}]
    in_doubt(reference="INV-2026-000815", state="PAID", attention=twice, order_amount=Decimal("1234567.89"))
    page.goto(admin)
    for order in orders:
        page.locator(f'input[name="_selected_action"][value="{order.pk}"]').check()
    page.get_by_label("Action:").select_option("create_at_flowwise")
    page.get_by_role("button", name="Run").or_(page.get_by_role("button", name="Go")).click()
    expect(page.locator(".flowwise-active")).to_have_count(2)
    look_at("admin-list", within="#result_list")
    if is_desktop(page):
        right = page.locator("#result_list").bounding_box()
        room = page.locator("#changelist .changelist-form-container").bounding_box()
        assert right is not None
        assert room is not None
        assert right["x"] + right["width"] <= room["x"] + room["width"]
    Order.objects.update(attention=[])
    page.get_by_role("link", name="In doubt").click()
    expect(page.get_by_text("Nothing is in doubt.")).to_be_visible()
    look_at("admin-in-doubt-empty", within="#content")


def test_settling__with_a_note(page: Page, admin: str, look_at: Any) -> None:
    order = make_order()
    attention = [{"reason": "amount_differs", "at": "2026-01-01T10:00:00+00:00"}]
    Order.objects.filter(pk=order.pk).update(state="UNCONFIRMED", attempts=1, attention=attention)
    page.goto(f"{admin}{order.pk}/change/")
    look_at("admin-change-in-doubt", within="#content-main")
    page.get_by_role("link", name="Settle…").click()
    look_at("admin-settle", within="#content")
    box, room = page.get_by_role("textbox").bounding_box(), page.locator("#content").bounding_box()
    assert box is not None
    assert room is not None
    assert box["x"] + box["width"] <= room["x"] + room["width"]
    page.get_by_label("What was found and decided").fill("The bank has it.")
    page.get_by_label("Take the order for paid").check()
    page.get_by_role("button", name="Settle the order").click()
    expect(page.locator(".flowwise-paid").first).to_be_visible()
    order.refresh_from_db()
    assert (order.state, order.settlement_notes[0]["note"]) == ("PAID", "anna: The bank has it.")


def test_copying__says_so_for_a_moment(page: Page, admin: str, look_at: Any) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    order = services.submit_order(make_order())
    page.goto(f"{admin}{order.pk}/change/")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    look_at("admin-copied", within=".field-copyable_checkout")
    assert page.evaluate("navigator.clipboard.readText()") == order.checkout_url
    expect(page.get_by_role("button", name="Copy", exact=True)).to_be_visible()


def test_copying__without_a_clipboard_selects_the_link(page: Page, admin: str) -> None:
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    thrown: list[Any] = []
    page.on("pageerror", lambda error: thrown.append(error))  # noqa: PLW0108  # playwright looks into what it is given
    order = services.submit_order(make_order())
    page.goto(f"{admin}{order.pk}/change/")
    page.get_by_role("button", name="Copy").click()
    expect(page.get_by_role("button", name="Selected")).to_be_visible()
    link = page.get_by_label("Checkout link")
    expect(link).to_be_focused()
    selected = link.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert selected == order.checkout_url
    assert thrown == []


def test_in_doubt__lists_why_and_resolves(page: Page, admin: str, look_at: Any, flowwise_emulator: Any) -> None:
    cannot_tell = [{"reason": "cannot_tell", "evidence": "403", "at": LONG_AGO.isoformat()}]
    twice = [{"reason": "paid_twice", "evidence": "2+0 4599", "at": LONG_AGO.isoformat()}]
    in_doubt(reference="INV-PAID", state="PAID", attention=twice)
    in_doubt(
        reference="INV-REFUSED",
        state="REFUSED",
        error_code="credentials",
        error_message="Flowwise did not accept the account's CLIENT_ID and CLIENT_SECRET."
        " (create_order, order_1: HTTP 401) Look at the account 'default' in FLOWWISE.",
    )
    in_doubt(reference="INV-LEFT-" + "0123456789" * 8, state="SUBMITTING", claim_expires_at=LONG_AGO)
    lost = in_doubt(
        reference="INV-LOST",
        state="UNCONFIRMED",
        attention=cannot_tell,
        error_message="Whether Flowwise did it is unknown. (create_order, order_1: ReadTimeout)",
    )
    page.goto(f"{admin.removesuffix('order/')}")
    look_at("admin-index", within="#content")
    page.get_by_role("link", name="Orders in doubt").click()
    expect(page.locator(".flowwise-cases > li")).to_have_count(4)
    look_at("admin-in-doubt", within="#content")
    page.get_by_role("button", name="Refresh from Flowwise INV-LOST").click()
    expect(page.get_by_text("Refreshed from Flowwise: Draft.")).to_be_visible()
    lost.refresh_from_db()
    assert lost.state == "DRAFT"
    look_at("admin-in-doubt-refreshed", within="#content")


def test_sending_again__names_the_risk_first(page: Page, admin: str, look_at: Any, flowwise_emulator: Any) -> None:
    cannot_tell = [{"reason": "cannot_tell", "evidence": "400", "at": LONG_AGO.isoformat()}]
    order = in_doubt(reference="INV-1", state="UNCONFIRMED", attention=cannot_tell)
    flowwise_emulator.fail_all("status_400", operation="get_order")
    page.goto(f"{admin}in-doubt/")
    page.get_by_role("link", name="Send again… INV-1").click()
    expect(page.get_by_text("the customer could be charged twice")).to_be_visible()
    look_at("admin-send-again", within="#content")
    page.get_by_role("button", name="Send it again at this risk").click()
    expect(page.get_by_text("Sent again, and created at Flowwise.")).to_be_visible()
    expect(page).to_have_url(f"{admin}in-doubt/")
    look_at("admin-sent-again", within="#content")
    order.refresh_from_db()
    assert order.state == "ACTIVE"


def paid(emulator: Any) -> Order:
    order = services.submit_order(make_order(reference="INV-2026-000815"))
    emulator.pay(order.order_id)
    return services.refresh_order(order)


def held(emulator: Any) -> Order:
    order = services.submit_order(make_order(reference="INV-2026-000816"))
    emulator.authorise(order.order_id)
    return services.refresh_order(order)


def press_by_keyboard(page: Page, name: str) -> None:
    """Walk by the tabulator from where the page is to this button, and press it."""
    button = page.get_by_role("button", name=name)

    def is_reached(_step: int) -> bool:
        page.keyboard.press("Tab")
        return bool(button.evaluate("element => element === document.activeElement"))

    assert any(map(is_reached, range(60)))
    page.keyboard.press("Enter")


def test_refunding__in_part_by_keyboard(page: Page, admin: str, look_at: Any, flowwise_emulator: Any) -> None:
    order = paid(flowwise_emulator)
    payment = order.payments.get()
    page.goto(f"{admin}{order.pk}/change/")
    look_at("admin-payments", within=".flowwise-payments")
    page.get_by_role("link", name="Refund…").click()
    amount = page.get_by_label("Amount")
    expect(amount).to_have_value("2299.50")
    look_at("admin-refund", within="#content")
    amount.fill("9999")
    press_by_keyboard(page, "Continue")
    expect(page.get_by_text("Of this payment, 2299.5 INR can still be refunded.")).to_be_visible()
    look_at("admin-refund-error", within="#content")
    amount.fill("1149.75")
    page.get_by_label("Reason").fill("One of two came back.")
    press_by_keyboard(page, "Continue")
    question = f"Give back INR\xa01,149.75 of payment {payment.payment_id}?"
    expect(page.get_by_text(question)).to_be_visible()
    look_at("admin-refund-confirm", within="#content")
    assert flowwise_emulator.refunds == {}
    page.get_by_role("button", name="Change").click()
    expect(amount).to_have_value("1149.75")
    press_by_keyboard(page, "Continue")
    press_by_keyboard(page, "Give back INR 1,149.75")
    expect(
        page.get_by_text("Flowwise has accepted it; the money reaches the customer days later.")
    ).to_be_visible()
    look_at("admin-refunded", within=".flowwise-payments")
    expect(page.locator(".flowwise-refunds > li")).to_have_count(1)
    assert [refund["refund_amount"] for refund in flowwise_emulator.refunds.values()] == [Decimal("1149.75")]


def test_refunding__without_javascript(browser: Browser, page: Page, admin: str, flowwise_emulator: Any) -> None:
    order = paid(flowwise_emulator)
    state = page.context.storage_state()
    context = browser.new_context(java_script_enabled=False, storage_state=state, viewport=page.viewport_size)
    plain = context.new_page()
    plain.goto(f"{admin}{order.pk}/change/")
    plain.get_by_role("link", name="Refund…").click()
    plain.get_by_label("Amount").fill("100")
    plain.get_by_role("button", name="Continue").click()
    plain.get_by_role("button", name="Give back INR 100.00").dblclick()
    expect(plain.locator(".flowwise-refunds > li")).to_have_count(1)
    plain.goto(f"{admin}{order.pk}/change/")
    expect(plain.locator(".flowwise-refunds .flowwise-accepted")).to_have_count(1)
    context.close()
    assert [refund["refund_amount"] for refund in flowwise_emulator.refunds.values()] == [Decimal(100)]


def test_refunding__what_did_not_arrive_is_sent_again(
    page: Page, admin: str, look_at: Any, flowwise_emulator: Any
) -> None:
    order = paid(flowwise_emulator)
    flowwise_emulator.fail_next("status_500_before_accept", operation="refund_payment")
    flowwise_emulator.fail_next("status_500_before_accept", operation="get_refund")
    page.goto(f"{admin}{order.pk}/change/")
    page.get_by_role("link", name="Refund…").click()
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="Give back INR 2,299.50").click()
    expect(page.get_by_text("whether it has the refund is not known")).to_be_visible()
    look_at("admin-refund-unconfirmed", within=".flowwise-payments")
    page.goto(f"{admin}in-doubt/")
    expect(page.locator(".flowwise-cases > li")).to_have_count(1)
    look_at("admin-in-doubt-refund", within="#content")
    Refund.objects.update(maybe_sent_at=LONG_AGO)
    page.goto(f"{admin}{order.pk}/change/")
    page.get_by_role("link", name="Send again…").click()
    look_at("admin-refund-send-again", within="#content")
    page.get_by_role("button", name="Send the refund again").click()
    expect(page.locator(".flowwise-refunds .flowwise-accepted")).to_be_visible()
    assert len(flowwise_emulator.refunds) == 1


def test_capturing__asks_how_much(page: Page, admin: str, look_at: Any, flowwise_emulator: Any) -> None:
    order = held(flowwise_emulator)
    page.goto(f"{admin}{order.pk}/change/")
    look_at("admin-held", within=".flowwise-payments")
    page.get_by_role("link", name="Capture…").click()
    expect(page.get_by_label("Amount")).to_have_value("2299.50")
    look_at("admin-capture", within="#content")
    page.get_by_role("button", name="Continue").click()
    look_at("admin-capture-confirm", within="#content")
    page.get_by_role("button", name="Capture INR 2,299.50").click()
    expect(page.get_by_text("INR\xa02,299.50 captured.")).to_be_visible()
    look_at("admin-captured", within=".flowwise-payments")
    order.refresh_from_db()
    assert order.state == "PAID"


def test_voiding__names_the_risk_first(page: Page, admin: str, look_at: Any, flowwise_emulator: Any) -> None:
    order = held(flowwise_emulator)
    page.goto(f"{admin}{order.pk}/change/")
    page.get_by_role("link", name="Void…").click()
    expect(page.get_by_text("This cannot be undone")).to_be_visible()
    look_at("admin-void", within="#content")
    page.get_by_role("button", name="Void INR 2,299.50").click()
    expect(page.get_by_text("Flowwise lets the money go: FAILED/VOIDED.")).to_be_visible()
    look_at("admin-voided", within=".flowwise-payments")
