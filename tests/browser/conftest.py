"""A real Chromium, on a phone and on a desk, under the strict policy."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

# Playwright's synchronous API runs an event loop, beside which Django would refuse the database.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

PATIENCE = 60_000
"""Milliseconds: a busy machine may take long over one page, and what passes waits for nothing."""
expect.set_options(timeout=PATIENCE)  # it does not go by the page's own

VIEWPORTS = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Not for the whole run: while Playwright runs, its event loop keeps every other out of the main thread.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium")
    if chromium is None:  # pragma: no cover  # measured where there is a browser
        message = "there is no chromium on this machine"
        (pytest.fail if os.environ.get("FLOWWISE_TEST_REQUIRE") == "all" else pytest.skip)(message)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def javascript() -> bool:
    """Say whether pages may run scripts; a test that parametrises this says otherwise."""
    return True


@pytest.fixture(params=VIEWPORTS)
def page(request: pytest.FixtureRequest, browser: Browser, javascript: bool) -> Iterator[Page]:
    context = browser.new_context(viewport=VIEWPORTS[request.param], java_script_enabled=javascript)
    opened = context.new_page()
    opened.set_default_timeout(PATIENCE)
    located: list[str] = []

    def note(message: ConsoleMessage) -> None:
        # What axe itself does has no address.
        located.extend([message.text] if message.location["url"] else [])

    opened.on("console", note)
    yield opened
    context.close()
    assert [text for text in located if "Content Security Policy" in text] == []


@pytest.fixture
def site(live_server: Any, flowwise_emulator: Any, settings: Any) -> str:
    """Serve the project, with a local Flowwise that sends customers back to it."""
    settings.FLOWWISE["default"]["RETURN_ORIGIN"] = live_server.url
    policy = requests.get(f"{live_server.url}/admin/login/", timeout=10).headers["Content-Security-Policy"]
    assert policy == "default-src 'self'; form-action 'self'"
    return live_server.url


@pytest.fixture
def look_at(request: pytest.FixtureRequest, page: Page) -> Callable[[str], None]:
    """Check a page as it stands: nothing that shuts people out, nothing wider than the screen."""
    folder = os.environ.get("FLOWWISE_TEST_SCREENSHOTS")

    def look(name: str, *, within: str | None = None) -> None:
        found = Axe().run(page, context=within)
        serious = [
            (violation["id"], violation["nodes"][0]["html"])
            for violation in found.response["violations"]
            if violation["impact"] in {"serious", "critical"}
        ]
        assert serious == [], name
        too_wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if folder:  # pragma: no cover  # for people who want to look themselves
            case = request.node.callspec.id
            page.screenshot(path=Path(folder) / f"{name}-{case}.png", full_page=True)
        assert too_wide <= 0, f"{name} is {too_wide} pixels too wide"

    return look
