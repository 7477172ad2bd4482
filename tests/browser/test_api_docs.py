"""The page of the REST API, in a real browser with scripts and without."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("example_project.urls")]


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_page__opens_by_keyboard(page: Page, site: str, look_at: Any, javascript: bool) -> None:
    look = look_at if javascript else (lambda name: None)  # axe is a script itself
    page.goto(site)
    page.get_by_role("link", name="REST API").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("REST API")
    look("api")
    created = page.locator("#flowwise_orders_create")
    for name in ("Body", "Answers"):
        created.locator("summary", has_text=f"{name} of").press("Enter")
    expect(created.get_by_text("reference_in_use").first).to_be_visible()
    created.locator("#flowwise_orders_create-409 + dd summary").press("Space")
    expect(created.get_by_text("has a live order with other order_amount")).to_be_visible()
    look("api-open")
    page.get_by_role("link", name="openapi.json").click()
    expect(page).to_have_url(f"{site}/api/openapi.json")
