"""The examples of the how-to pages run as they stand, against the local Flowwise.

Those that are tests of a shop are run in `tests.newcomer`, too, within a project of its own.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from django_flowwise import services, signals
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.models import Order
from tests.code_blocks import DOCS, ROOT, blocks_of, conftest_of, copy_tests, pages_with_tests

pytestmark = pytest.mark.django_db

HOW_TO = DOCS / "how-to"
SHOWING_TESTS = pages_with_tests()
"""Run within a shop of their own by `tests.newcomer`, which may lack a browser."""
EXAMPLES = [page for page in (*sorted(HOW_TO.glob("*.md")), DOCS / "flowwise-api.md") if page not in SHOWING_TESTS]


@pytest.fixture
def own_receivers() -> Iterator[None]:
    """Forget the receivers that an example connects."""
    before = signals.refund_settled.receivers[:]
    yield
    signals.refund_settled.receivers[:] = before
    signals.refund_settled.sender_receivers_cache.clear()


@pytest.fixture
def accounts(flowwise_emulator: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lead the accounts of a page to the local Flowwise, by the credentials that they name."""
    for account in ("india", "export"):
        (tmp_path / f"{account}-id").write_text(f"{flowwise_emulator.account['CLIENT_ID']}\n")
        (tmp_path / f"{account}-secret").write_text(f"{flowwise_emulator.account['CLIENT_SECRET']}\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))

    def use(given: dict[str, dict[str, Any]]) -> None:
        settings.FLOWWISE = {alias: {**flowwise_emulator.account, **keys} for alias, keys in given.items()}

    return use


PAGE_FIXTURE = """
import shutil

import pytest
from playwright.sync_api import sync_playwright


@pytest.fixture
def page():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_default_timeout(15_000)
        yield page
        browser.close()
"""
"""What pytest-playwright would give, by the browser of this machine."""


def run_tests_of(page: Path, folder: Path, conftest: str = "", **environment: str) -> str:
    """Run the tests of a page under our settings, and give how they ended."""
    (folder / "conftest.py").write_text(conftest_of(page) + conftest)
    copy_tests(page, folder)
    options = ["-p", "no:cacheprovider", "-q", "--ds=tests.settings", "-W", "error"]
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "FLOWWISE_SAND"))}
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={folder}", "-c", os.devnull, str(folder)],
        cwd=ROOT,
        env={**kept, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return finished.stdout + finished.stderr


def test_browser__walks_offline(tmp_path: Path) -> None:
    if shutil.which("chromium") is None:  # pragma: no cover  # measured where there is a browser
        message = "there is no chromium on this machine"
        (pytest.fail if os.environ.get("FLOWWISE_TEST_REQUIRE") == "all" else pytest.skip)(message)
    said = run_tests_of(HOW_TO / "browser-tests.md", tmp_path, PAGE_FIXTURE)
    assert "\n1 passed" in said, said


def test_contract__fails_with_wrong_keys(tmp_path: Path, flowwise_emulator: Any) -> None:
    account = {**flowwise_emulator.account, "CLIENT_SECRET": "wrong"}
    keys = {f"FLOWWISE_SANDBOX_{key}": account[key] for key in ("CLIENT_ID", "CLIENT_SECRET", "BASE_URL")}
    said = run_tests_of(HOW_TO / "contract-test.md", tmp_path, **keys)
    assert "\n1 failed" in said, said
    assert "No order could be created (HTTP 401)" in said


def test_contract__is_skipped_without_keys(tmp_path: Path) -> None:
    said = run_tests_of(HOW_TO / "contract-test.md", tmp_path)
    assert "\n1 skipped" in said, said


@pytest.mark.parametrize("page", EXAMPLES, ids=lambda page: page.name)
def test_examples__run(page: Path, flowwise_emulator: Any, accounts: Any, own_receivers: None) -> None:
    namespace: dict[str, Any] = {"flowwise_emulator": flowwise_emulator}
    blocks = blocks_of(page)
    assert blocks
    for number, block in enumerate(blocks, start=1):
        exec(compile(block, f"{page}, example {number}", "exec"), namespace)  # noqa: S102  # our own pages
        if "FLOWWISE" in namespace:
            accounts(namespace.pop("FLOWWISE"))


def test_accounts__without_its_alias_nothing_is_asked(
    flowwise_emulator: Any, accounts: Any, settings: Any
) -> None:
    settings.FLOWWISE["export"] = flowwise_emulator.account
    order = services.place_order(
        account="export", reference="INV-1", order_amount=1, order_currency="INR", customer_id="cust_1"
    )
    Order.objects.update(next_check_at=order.created_at)
    del settings.FLOWWISE["export"]
    with pytest.raises(FlowwiseConfigurationError):
        services.refresh_order(order)
    assert services.reconcile().elsewhere == 1
