"""The staircase: arrows point down only, and some rights have one holder.

Read from the sources, imports for types included.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import django_flowwise

PACKAGE = Path(django_flowwise.__file__).parent
ROOT = PACKAGE.parent
MODULES = {
    path.relative_to(PACKAGE): ast.parse(path.read_text())
    for path in sorted(PACKAGE.rglob("*.py"))
    if "migrations" not in path.parts
}

FLOORS = (
    {"exceptions", "states", "addresses", "signals", "undisclosed"},
    {"money"},
    {"validators", "wire"},
    {"conf"},
    {"models", "client"},
    {"services"},
    {"checks", "templatetags"},
    {"apps", "admin", "views", "api"},
    {"urls"},
    {"testing"},
    {"management", "pytest_plugin", "contract"},
)
"""From the ground up; a room may look down, never up and never sideways."""
ROOMS_APART = {"emulator": {"management", "pytest_plugin", "testing"}}
"""A room that imports nothing of the rest, and those who may import it."""
PACKAGE_ITSELF = "__init__"
"""Holds the version; stands below everything."""

LONGEST_MODULE = 250
LONGEST_FUNCTION = 40


def room_of(path: Path) -> str:
    return path.parts[0].removesuffix(".py")


def floor_of(room: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if room in rooms)


def imports_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def rooms_imported(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for line, name in imports_of(tree):
        parts = name.split(".")
        if parts[0] == "django_flowwise" and len(parts) > 1:
            yield line, PACKAGE_ITSELF if parts[1].startswith("__") else parts[1]


def calls_of(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield node.lineno, ast.unparse(node.func)


@pytest.fixture(params=MODULES, ids=str)
def module(request: pytest.FixtureRequest) -> tuple[Path, ast.Module]:
    return request.param, MODULES[request.param]


def test_arrows__point_down(module: tuple[Path, ast.Module]) -> None:
    path, tree = module
    room = room_of(path)
    offences = [
        f"{path}:{line} {room} imports {target}"
        for line, target in rooms_imported(tree)
        if target not in {room, PACKAGE_ITSELF} and not may_look(room, target)
    ]
    assert offences == []


def may_look(room: str, target: str) -> bool:
    if room in ROOMS_APART or target in ROOMS_APART:
        return room in ROOMS_APART.get(target, set())
    return floor_of(target) < floor_of(room)


def test_arrows__no_circle_within_a_room() -> None:
    graph: dict[str, set[str]] = {}
    for path, tree in MODULES.items():
        name = ".".join(("django_flowwise", *path.with_suffix("").parts)).removesuffix(".__init__")
        graph[name] = {
            target
            for _line, imported in imports_of(tree)
            for target in (imported, imported.rpartition(".")[0])
            if target.startswith("django_flowwise.") and target != name
        }
    done: set[str] = set()

    def visit(name: str, trail: tuple[str, ...]) -> None:
        assert name not in trail, " -> ".join((*trail, name))
        if name not in done:
            for target in graph.get(name, set()) & graph.keys():
                if not name.startswith(f"{target}."):
                    visit(target, (*trail, name))
            done.add(name)

    for name in graph:
        visit(name, ())


IMPORT_RIGHTS = {
    # emulator/__main__.py is a process of its own, without a project: it reads no setting, it makes them.
    "requests": {"client"},
    "urllib3": {"client"},
    "rest_framework": {"api"},
    "django.conf": {"conf", "emulator/__main__.py"},
    "django.contrib.messages": {"admin"},
}


@pytest.mark.parametrize("library", IMPORT_RIGHTS)
def test_rights__of_importing(library: str) -> None:
    holders = {
        str(path) if str(path) in IMPORT_RIGHTS[library] else room_of(path)
        for path, tree in MODULES.items()
        for _line, name in imports_of(tree)
        if f"{name}.".startswith(f"{library}.") or (name == "django.contrib.messages" and library == name)
    }
    assert holders <= IMPORT_RIGHTS[library]


CALL_RIGHTS = {
    r"(transaction\.)?(atomic|on_commit)": {"services"},
    r"timezone\.now": {"services"},
    r"(.*\.)?(HttpResponse\w*|TemplateResponse|JsonResponse)": {"views", "admin", "api", "emulator"},
}


@pytest.mark.parametrize("pattern", CALL_RIGHTS)
def test_rights__of_calling(pattern: str) -> None:
    offences = [
        f"{path}:{line} calls {name}"
        for path, tree in MODULES.items()
        for line, name in calls_of(tree)
        if re.fullmatch(pattern, name) and room_of(path) not in CALL_RIGHTS[pattern]
    ]
    assert offences == []


def assigns_state(node: ast.AST) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)


def updates_state(node: ast.AST) -> bool:
    is_update = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "update"
    return is_update and any(keyword.arg == "state" for keyword in node.keywords)


def test_rights__only_marks_change_the_state() -> None:
    offences = [
        f"{path}:{node.lineno} changes state"
        for path, tree in MODULES.items()
        if room_of(path) not in {"models", "emulator"}
        for node in ast.walk(tree)
        if assigns_state(node) or updates_state(node)
    ]
    assert offences == []


def test_rights__the_vendors_status_words_stand_in_states() -> None:
    words = {"CAPTURED", "USER_DROPPED", "INIT_FAILED"}
    offences = [
        f"{path}:{node.lineno} says {node.value}"
        for path, tree in MODULES.items()
        if room_of(path) not in {"states", "emulator"}
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in words
    ]
    assert offences == []


def test_sizes__of_modules_and_functions(module: tuple[Path, ast.Module]) -> None:
    path, tree = module
    assert len((PACKAGE / path).read_text().splitlines()) <= LONGEST_MODULE
    long = [
        f"{path}:{node.lineno} {node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and node.end_lineno
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_manners__imports_on_top_and_no_broad_except(module: tuple[Path, ast.Module]) -> None:
    path, tree = module
    functions = [node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]
    inner = [
        f"{path}:{child.lineno} imports within {function.name}"
        for function in functions
        for child in ast.walk(function)
        if isinstance(child, (ast.Import, ast.ImportFrom))
    ]
    caught = {
        ast.unparse(node.type) if node.type else "everything"
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
    }
    assert inner == []
    assert caught.isdisjoint({"everything", "Exception", "BaseException"}), path


def test_words__every_module_and_public_thing_has_a_docstring(module: tuple[Path, ast.Module]) -> None:
    path, tree = module
    assert ast.get_docstring(tree) or not tree.body, f"{path} has no docstring"
    silent = [
        f"{path}:{node.lineno} {node.name}"
        for node in public_things(tree, in_command=room_of(path) == "management")
        if not ast.get_docstring(node)
    ]
    assert silent == []


def public_things(tree: ast.AST, *, in_command: bool) -> Iterator[ast.ClassDef | ast.FunctionDef]:
    """Give what a docstring is owed: not what Django or the standard library has already described."""
    described = {"Meta", "Media"} | ({"Command", "add_arguments", "handle"} if in_command else set())
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, (ast.ClassDef, ast.FunctionDef)) and not node.name.startswith("_"):
            is_setter = any(ast.unparse(decorator).endswith(".setter") for decorator in node.decorator_list)
            if node.name not in described and not is_setter:
                yield node
            if isinstance(node, ast.ClassDef):
                yield from public_things(node, in_command=in_command)


BUILTIN_ERRORS = {"OSError", "KeyError", "ValueError", "RuntimeError", "TypeError", "ModuleNotFoundError"}
LIBRARY_ERRORS = {"ValidationError", "CommandError", "HTTPError", "HTTPException", "ParseError"}
LIBRARY_ERRORS |= {"UnsupportedMediaType"}
KNOWN = {node.name for tree in MODULES.values() for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}
KNOWN |= BUILTIN_ERRORS | LIBRARY_ERRORS


def test_words__names_under_raises_exist(module: tuple[Path, ast.Module]) -> None:
    path, tree = module
    unknown = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            raises = (ast.get_docstring(node) or "").partition("Raises:")[2].partition("\n\n")[0]
            for names in re.findall(r"^ {4}([A-Z][\w, ']*):", raises, flags=re.MULTILINE):
                unknown += [name for name in re.findall(r"[A-Z]\w+", names) if name not in KNOWN]
    assert unknown == [], path


@pytest.mark.parametrize("folder", ["django_flowwise", "example_project", "benchmarks"])
def test_suppressions__have_a_code_and_a_reason(folder: str) -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{number} {line.strip()}"
        for path in (ROOT / folder).rglob("*.py")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"#\s*(noqa|type:\s*ignore)", line)
        and not re.search(r"#\s*(noqa: ?[A-Z]+\d+(, ?[A-Z]+\d+)*|type: ignore\[[\w, -]+\])\s*(#|\()\s*\w+", line)
    ]
    assert bare == []
