"""The documentation names what exists, and all of it."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
import re
from collections.abc import Mapping
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints
from xml.etree import ElementTree

import pytest
from django.core.management import BaseCommand, load_command_class
from django.db import models
from django.dispatch import Signal

from django_flowwise import conf, exceptions, pytest_plugin, services, signals, testing
from django_flowwise.api import urls as api_urls
from django_flowwise.api.orders import OrderViewSet
from django_flowwise.api.problems import CODES
from django_flowwise.api.serializers import OrderSerializer
from django_flowwise.client import operations
from django_flowwise.emulator import FAULTS, OPERATIONS, Behaviour, Emulator
from django_flowwise.emulator.behaviour import ASSUMPTIONS_OF
from django_flowwise.models import Payment, Refund
from django_flowwise.states import MOVES, REFUND_MOVES, AttentionReason, OrderState, RefundState

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


def api_routes() -> dict[str, tuple[str, ...]]:
    """Give the permissions that each route of the API needs."""
    routes = {}
    for pattern in api_urls.urlpatterns:
        path, view = re.sub("<str:(key)>", r"{\1}", str(pattern.pattern)), pattern.callback
        [permission] = view.cls.permission_classes
        acts = {verb: act for verb, act in view.actions.items() if verb != "head"}
        routes |= {f"{verb.upper()} {path}": permission.needs[act] for verb, act in acts.items()}
    return routes


def test_api__every_route_has_a_row_with_its_permissions() -> None:
    rows = [row for row in table_rows(page("reference/api.md")) if "orders/" in row[0]]
    said = {row[0].strip("`"): tuple(re.findall(r"`(\w+)`", row[2])) for row in rows}
    assert said == api_routes() | {"POST orders/": ("add_order", "submit_order")}
    assert api_routes()["POST orders/"] == ("add_order",)


def test_api__every_problem_has_a_row() -> None:
    rows = table_rows(page("reference/api.md"))
    assert {row[1].strip("`"): int(row[0]) for row in rows if re.fullmatch(r"[45]\d\d", row[0])} == CODES


def test_api__every_guarded_field_has_a_row() -> None:
    rows = [row for row in table_rows(page("reference/api.md")) if row[0].startswith("`") and len(row) == 2]
    said = {name: row[1].strip("`") for row in rows for name in re.findall(r"`(\w+)`", row[0])}
    assert OrderSerializer.needs.items() <= said.items()


def test_api__every_filter_has_a_row() -> None:
    [backend] = OrderViewSet.filter_backends
    rows = {row[0].strip("`") for row in table_rows(page("reference/api.md"))}
    assert {each["name"] for each in backend().get_schema_operation_parameters(None)} <= rows


LIVES = [
    pytest.param(0, "order-states.svg", OrderState, MOVES, id="order"),
    pytest.param(1, "refund-states.svg", RefundState, REFUND_MOVES, id="refund"),
]


def words(moves: Mapping[Any, Any]) -> dict[str, set[str]]:
    return {state.value: {target.value for target in targets} for state, targets in moves.items()}


@pytest.mark.parametrize(("part", "_picture", "states", "moves"), LIVES)
def test_lifecycle__the_table_is_the_square_of_moves(part: int, _picture: str, states: Any, moves: Any) -> None:
    text = page("order-lifecycle.md").split("\n## The life of a refund\n")[part]
    rows = [row for row in table_rows(text) if row[0] in states.values]
    assert {row[0]: set(re.findall(r"[A-Z]+", row[2])) for row in rows} == words(moves)


@pytest.mark.parametrize(("part", "picture", "states", "moves"), LIVES)
def test_lifecycle__the_picture_is_the_square_of_moves(part: int, picture: str, states: Any, moves: Any) -> None:
    text = page("order-lifecycle.md").split("\n## The life of a refund\n")[part]
    assert f"(images/{picture})" in text
    drawn: dict[str, set[str]] = {}
    elements = list(ElementTree.parse(DOCS / "images" / picture).iter())  # noqa: S314  # a file of ours
    for element in elements:
        sources, targets = element.get("data-from", "").split(), element.get("data-to", "").split()
        for source, target in itertools.product(sources, targets):
            assert target not in drawn.setdefault(source, set())
            drawn[source].add(target)
    assert {state: drawn.get(state, set()) for state in states.values} == words(moves)
    boxes = {element.get("id"): "".join(element.itertext()).strip() for element in elements}
    assert {state: boxes.get(state) for state in states.values} == {state: state for state in states.values}
    assert {element.tag.rpartition("}")[2] for element in elements} >= {"title", "desc"}


@pytest.mark.parametrize("model", [Payment, Refund])
def test_fields__of_payments_and_refunds_are_described(model: type[models.Model]) -> None:
    heading = f"| field of `{model.__name__}` |"
    table = page("reference/services.md").partition(heading)[2].partition("\n\n")[0]
    described = [name for row in table_rows(table)[1:] for name in re.findall(r"`(\w+)`", row[0])]
    own = {field.name for field in model._meta.fields} - {"id", "created_at", "updated_at"}
    assert sorted(described) == sorted(own)


def test_operations__every_one_has_a_row() -> None:
    of_client = [value for value in vars(operations).values() if isinstance(value, operations.Operation)]
    rows = table_rows(page("flowwise-api.md").partition("\n## The operations\n")[2])
    named = [tuple(cell.strip("`") for cell in row[:2]) for row in rows if "/" in row[0]]
    assert named == [(f"{operation.verb} {operation.path}", operation.name) for operation in of_client]


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


def test_faults__the_page_names_every_operation() -> None:
    _, _, named = page("reference/faults.md").partition("The operations are ")
    assert re.findall(r"`(\w+)`", named.partition(".")[0]) == list(OPERATIONS)


def written(value: object) -> str:
    text = str(value) if isinstance(value, Decimal) else repr(value).replace("'", '"')
    return f"`{text}`"


def assumption_rows(part: Any) -> list[list[str]]:
    """Give a row for each field: name, usual value, the other choices, and what stands beneath it in the code."""
    body = ast.parse(inspect.getsource(part)).body[0].body  # type: ignore[attr-defined]
    said = {
        ast.unparse(field.target): text.value.value for field, text in pairwise(body) if hasattr(field, "target")
    }
    rows = []
    for field in dataclasses.fields(part):
        kind = get_type_hints(part)[field.name]
        choices = get_args(kind) if get_origin(kind) is Literal else ()
        others = ", ".join(written(choice) for choice in choices if choice != field.default)
        rows.append([f"`{field.name}`", written(field.default), others, said[field.name]])
    return rows


@pytest.mark.parametrize("noun", ASSUMPTIONS_OF)
def test_emulator__the_page_says_every_assumption_as_the_code_does(noun: str) -> None:
    _, _, section = page("reference/emulator.md").partition(f"\n### {noun}\n")
    assert table_rows(section.partition("\n### ")[0])[2:] == assumption_rows(ASSUMPTIONS_OF[noun])


def test_emulator__the_parts_of_behaviour_are_all_of_it() -> None:
    parts = [field.name for part in ASSUMPTIONS_OF.values() for field in dataclasses.fields(part)]
    assert parts == [field.name for field in dataclasses.fields(Behaviour)]


def test_emulator__the_page_has_every_act() -> None:
    _, _, acts = page("reference/emulator.md").partition("## What a test may do")
    named = set(re.findall(r"^\| `(\w+)\(", acts, flags=re.MULTILINE))
    public = {name for name, _ in inspect.getmembers(Emulator, inspect.isfunction) if not name.startswith("_")}
    assert named == public - {"start", "stop"}
    acts = acts.partition("\n## ")[0]
    assert len(re.findall(r"^\| `\w+\(.*\| `POST /\w", acts, flags=re.MULTILINE)) == len(named)


def test_kit__every_fixture_and_every_canned_answer_has_a_row() -> None:
    text = page("reference/testing.md")
    rows = [row[0] for row in table_rows(text)]
    of_plugin = {name for name in vars(pytest_plugin) if name.startswith("flowwise_")}
    assert {name for name in of_plugin if f"`{name}`" in rows} == of_plugin == set(testing.__all__) & of_plugin
    arranging = {
        name for name, _ in inspect.getmembers(testing.CannedAnswers, inspect.isfunction) if name.islower()
    }
    named = {found[1] for row in rows if (found := re.match(r"`(\w+)\(", row))}
    assert named == {name for name in arranging if not name.startswith("_")} - {"in_place", "check"}


def test_kit__the_page_names_every_state_and_every_part_of_the_recorder() -> None:
    text = page("reference/testing.md")
    assert {state for state in OrderState.values if state not in text} == {"SUBMITTING"}
    recorder = {name for name in vars(testing.RecordedSignals) if not name.startswith("_")}
    assert {name for name in recorder if f"`{name}" not in text} == set()


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
