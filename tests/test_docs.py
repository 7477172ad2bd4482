"""The documentation names what exists, and all of it."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path

import pytest
from django.dispatch import Signal

from django_flowwise import conf, exceptions, services, signals
from django_flowwise.states import MOVES, AttentionReason, OrderState

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"


def page(name: str) -> str:
    return (DOCS / name).read_text()


def table_rows(text: str) -> list[list[str]]:
    rows = [line.strip().strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows]


def test_settings__every_one_is_described() -> None:
    described = set(re.findall(r"`([A-Z_]+)`", page("reference/settings.md")))
    existing = {field.name.upper() for field in dataclasses.fields(conf.Account)} - {"ALIAS"}
    assert existing - described == set()
    assert described - existing - {"ALLOWED_HOSTS", "DATABASES"} == set()


def test_errors__every_one_has_a_row() -> None:
    rows = {row[0].strip("`") for row in table_rows(page("reference/errors.md"))} - {"error", "---"}
    existing = {
        name
        for name, kind in inspect.getmembers(exceptions, inspect.isclass)
        if kind.__module__ == exceptions.__name__
    }
    assert rows == existing


def test_signals__every_one_has_a_row() -> None:
    rows = {row[0].strip("`") for row in table_rows(page("reference/signals.md"))} - {"signal", "---"}
    assert rows == {name for name, value in vars(signals).items() if isinstance(value, Signal)}


def test_services__every_one_is_described() -> None:
    text = page("reference/services.md")
    public = {name for name in services.__all__ if name.islower()}
    assert {name for name in public if name not in text} == set()


def test_lifecycle__is_the_square_of_moves() -> None:
    states = [row for row in table_rows(page("order-lifecycle.md")) if row[0] in OrderState.values]
    assert {row[0]: {name.strip() for name in row[2].split(",")} for row in states} == {
        state.value: {target.value for target in targets} for state, targets in MOVES.items()
    }


def test_lifecycle__names_every_reason_for_attention() -> None:
    rows = {row[0].strip("`") for row in table_rows(page("order-lifecycle.md"))}
    assert set(AttentionReason.values) <= rows


@pytest.mark.parametrize("path", sorted(path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")), ids=str)
def test_files__that_are_named_exist(path: str) -> None:
    named = re.findall(r"`((?:\w+/)*\w+\.py|\w+/)`", (ROOT / path).read_text())
    for name in named:
        assert (ROOT / "django_flowwise" / name).exists() or (ROOT / name).exists(), name
