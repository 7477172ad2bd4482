"""A shop written from the docs alone works in an empty folder, and tests itself with the kit."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.code_blocks import DOCS, ROOT, blocks_of, needs_browser, pages_with_tests
from tests.newcomer.__main__ import readme_block

TESTS_OF_THE_SHOP = 7
UNITTESTS_OF_THE_SHOP = 1


def count_tests(blocks: list[str]) -> int:
    return sum(block.count("def test_") for block in blocks)


def test_shop__buys_refunds_and_tests_itself(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-m", "tests.newcomer", str(tmp_path), sys.executable],
        cwd=ROOT,
        # Whether the package is installed or not, its entry point is what pytest finds it by.
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_ADDOPTS": "-p no:cacheprovider -p no:randomly"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    shown = [block for page in pages_with_tests() if not needs_browser(page) for block in blocks_of(page)]
    [passed] = re.findall(r"^(\d+) passed in", finished.stdout, flags=re.MULTILINE)
    assert int(passed) >= TESTS_OF_THE_SHOP + count_tests(shown)
    for_unittest = count_tests([block for block in shown if "TestCase" in block])
    assert f"Ran {UNITTESTS_OF_THE_SHOP + for_unittest} tests" in finished.stderr


def test_pages__that_show_tests_are_found() -> None:
    named = {page.relative_to(ROOT).as_posix() for page in pages_with_tests()}
    recipes = ("test-your-checkout", "fail-on-purpose", "browser-tests", "contract-test")
    assert named >= {"README.md", "docs/reference/emulator.md", *(f"docs/how-to/{name}.md" for name in recipes)}
    assert [page.stem for page in pages_with_tests() if needs_browser(page)] == ["browser-tests"]


def test_pages__show_no_test_that_is_not_run() -> None:
    """A block that is not marked as Python is run by nobody."""
    shown = {page: page.read_text().count("\ndef test_") for page in [ROOT / "README.md", *DOCS.rglob("*.md")]}
    ran = {page: sum(f"\n{block}".count("\ndef test_") for block in blocks_of(page)) for page in shown}
    assert ran == shown


def test_readme__has_the_blocks_that_the_shop_takes() -> None:
    assert "django_flowwise" in readme_block("INSTALLED_APPS")
    with pytest.raises(ValueError, match="not enough values"):
        readme_block("there is none")
