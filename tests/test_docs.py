"""The documentation names what exists, and all of it."""

from __future__ import annotations

import dataclasses
import inspect
import re
from pathlib import Path
from typing import get_args, get_type_hints

import pytest
from django.core.management import BaseCommand, load_command_class
from django.dispatch import Signal

from django_flowwise import conf, exceptions, services, signals
from django_flowwise.emulator import FAULTS, Behaviour
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


def test_faults__the_page_says_what_the_local_flowwise_says() -> None:
    rows = [row for row in table_rows(page("reference/faults.md")) if row[0].strip("`") in FAULTS]
    assert rows == [[f"`{fault.name}`", fault.does, fault.meets] for fault in FAULTS.values()]


def test_faults__the_page_names_every_choice_for_a_repeated_order_id() -> None:
    _, _, repeated = page("reference/faults.md").partition("## When an `order_id` is sent twice")
    named = [row[0].strip("`") for row in table_rows(repeated)[2:]]
    assert named == list(get_args(get_type_hints(Behaviour)["repeated_order_id"]))


COMMANDS = sorted(path.stem for path in (ROOT / "django_flowwise/management/commands").glob("flowwise_*.py"))


def command_section(name: str) -> str:
    return page("reference/commands.md").partition(f"## {name}\n")[2].partition("\n## ")[0]


def test_commands__every_one_has_a_section() -> None:
    assert sorted(re.findall(r"^## (\w+)$", page("reference/commands.md"), flags=re.MULTILINE)) == COMMANDS


@pytest.mark.parametrize("name", COMMANDS)
def test_commands__every_option_has_a_row_and_no_other(name: str) -> None:
    own, of_django = (
        {
            option: action.metavar or (action.dest.upper() if action.nargs is None else "")
            for action in command.create_parser("manage.py", name)._actions
            for option in action.option_strings
        }
        for command in (load_command_class("django_flowwise", name), BaseCommand())
    )
    described = re.findall(r"^\| `(--[\w-]+)(?: ([^`]+))?` \|", command_section(name), flags=re.MULTILINE)
    assert dict(described) == {option: own[option] for option in own.keys() - of_django.keys()}


@pytest.mark.parametrize("name", COMMANDS)
def test_commands__every_exit_code_of_the_help_has_a_row(name: str) -> None:
    said = load_command_class("django_flowwise", name).help.partition("Exit codes: ")[2]
    codes = re.findall(r"(?:^|; )(\d) ", said)
    assert re.findall(r"^\| (\d) \|", command_section(name), flags=re.MULTILINE) == codes


@pytest.mark.parametrize("path", sorted(path.relative_to(ROOT).as_posix() for path in DOCS.rglob("*.md")), ids=str)
def test_files__that_are_named_exist(path: str) -> None:
    named = re.findall(r"`((?:\w+/)*\w+\.py|\w+/)`", (ROOT / path).read_text())
    for name in named:
        assert (ROOT / "django_flowwise" / name).exists() or (ROOT / name).exists(), name
