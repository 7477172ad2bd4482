"""A shop written from the docs alone: made in an empty folder, checked, migrated, and tested by its own tests.

``python -m tests.newcomer FOLDER PYTHON`` makes it there, and runs it by that interpreter, which need not know
this repository: for a wheel that is installed in an environment of its own. Beside its own tests it has those that
the README and the documentation show, as they stand there; with ``--browser`` also those for pytest-playwright,
which has to be installed then.
"""

from __future__ import annotations

import itertools
import os
import re
import shutil
import subprocess
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.code_blocks import ROOT, blocks_of, conftest_of, copy_tests, needs_browser, pages_with_tests

WRITTEN = Path(__file__).parent / "shop"
OWN_UNITTESTS = "test_with_unittest"
# pytest-base-url, which comes with pytest-playwright, has a fixture of a kind that pytest is about to give up.
STRICT = ("-W", "error", "-W", "ignore::pytest.PytestRemovedIn10Warning")
CHROMIUM = """
import shutil

import pytest


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": shutil.which("chromium")}
"""
"""For this machine alone: the browser of its distribution, instead of that of `playwright install`."""


def readme_block(first_words: str) -> str:
    """Give the README's block of Python that begins with these words."""
    [found] = [block for block in blocks_of(ROOT / "README.md") if block.startswith(first_words)]
    return found


def build(folder: Path, python: str) -> None:
    """Make the shop as the README says: startproject, its settings, its URLs; then the shop's own app."""
    run(folder, python, "-m", "django", "startproject", "bookshop", ".")
    with (folder / "bookshop/settings.py").open("a") as settings:
        settings.write(readme_block("INSTALLED_APPS"))
        settings.write('\nINSTALLED_APPS += ["books"]\n')
    with (folder / "bookshop/urls.py").open("a") as urls:
        urls.write(readme_block("from django.urls import include, path\n"))
        urls.write('urlpatterns += [path("", include("books.urls"))]\n')
    shutil.copytree(WRITTEN, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    run(folder, python, "manage.py", "makemigrations", "books", "--verbosity=0")


def copy_recipes(folder: Path, *, has_browser: bool) -> list[str]:
    """Copy what the pages show as tests of a shop, and give the modules that are for unittest."""
    pages = [page for page in pages_with_tests() if has_browser or not needs_browser(page)]
    (folder / "conftest.py").write_text("\n".join(filter(None, map(conftest_of, pages))))
    (folder / "tests/conftest.py").write_text(CHROMIUM * has_browser)
    modules = [module for page in pages for module in copy_tests(page, folder / "tests")]
    return [module for module in modules if "TestCase" in (folder / f"tests/{module}.py").read_text()]


def run(folder: Path, *command: str, **environment: str) -> None:
    """Run a command of the shop's developer; what it writes is shown, and a failure ends everything."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO_", "FLOWWISE_"))}
    subprocess.run(command, cwd=folder, env={**kept, **environment}, check=True, timeout=120)


@contextmanager
def sandbox(folder: Path, python: str) -> Iterator[dict[str, str]]:
    """Serve a local Flowwise for the page that asks a sandbox, and give the variables that lead to it."""
    command = [python, "-m", "django_flowwise.emulator", "--port=0"]
    with subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        said = "".join(itertools.takewhile(lambda line: "until Ctrl-C" not in line, process.stdout))
        account = re.findall(r'"(CLIENT_ID|CLIENT_SECRET|BASE_URL)": "(.+)"', said)
        try:
            yield {f"FLOWWISE_SANDBOX_{name}": value for name, value in account}
        finally:
            process.terminate()
            process.communicate()


def main(folder: Path, python: str, *, has_browser: bool) -> None:
    """Make the shop, and do with it what the README and the pages say."""
    build(folder, python)
    for_unittest = copy_recipes(folder, has_browser=has_browser)
    run(folder, python, "-W", "error", "manage.py", "check", "--fail-level=ERROR")
    run(folder, python, "manage.py", "migrate", "--verbosity=0")
    with sandbox(folder, python) as variables:
        run(folder, python, "-m", "pytest", "-q", *STRICT, **variables)
    run(folder, python, "manage.py", "test", *(f"tests.{module}" for module in (OWN_UNITTESTS, *for_unittest)))


if __name__ == "__main__":
    parser = ArgumentParser(prog="python -m tests.newcomer")
    parser.add_argument("folder", type=Path)
    parser.add_argument("python")
    parser.add_argument("--browser", action="store_true")
    options = parser.parse_args()
    main(options.folder.resolve(), options.python, has_browser=options.browser)
