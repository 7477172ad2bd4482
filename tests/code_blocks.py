"""The blocks of Python in the README and in the documentation, as a reader copies them."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
_BLOCK = re.compile(r"^( *)```python\n(.*?)^\1```$", flags=re.MULTILINE | re.DOTALL)
_CONFTEST = "# conftest.py\n"


def blocks_of(page: Path) -> list[str]:
    return [textwrap.dedent(code) for _indent, code in _BLOCK.findall(page.read_text())]


def pages_with_tests() -> list[Path]:
    """Give the pages that show tests of a shop, to be run by its test runner."""
    pages = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]
    return [page for page in pages if any(map(is_test, blocks_of(page)))]


def is_test(block: str) -> bool:
    return "def test_" in block


def conftest_of(page: Path) -> str:
    """Give what the page says stands in conftest.py."""
    return "\n".join(block for block in blocks_of(page) if block.startswith(_CONFTEST))


def needs_browser(page: Path) -> bool:
    return any("page.goto" in block for block in blocks_of(page))


def copy_tests(page: Path, folder: Path) -> list[str]:
    """Copy each block of tests into a file of its own; give the names of these modules."""
    name = page.stem.lower().replace("-", "_")
    tests = {f"test_{name}_{number}": block for number, block in enumerate(filter(is_test, blocks_of(page)))}
    for module, block in tests.items():
        (folder / f"{module}.py").write_text(block)
    return list(tests)
