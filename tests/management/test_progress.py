"""A bar for people alone."""

from __future__ import annotations

import importlib
import io
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from django_flowwise.management import progress
from django_flowwise.management.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Bar:
    def __init__(self, said: list[Any], **options: Any) -> None:
        self.said = said
        said.append(options["total"])

    def __getattr__(self, name: str) -> Any:
        return lambda: self.said.append(name)


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    said: list[Any] = []
    monkeypatch.setattr(progress, "_make_bar", lambda **options: Bar(said, **options))
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=Terminal()))
    return said


def use(terminal: Any, said: list[Any]) -> None:
    with Progress(terminal, lambda: 7) as shown:
        shown.advance(said.append, "a line")
        shown.advance(said.append)


def test_progress__on_a_terminal(said: list[Any]) -> None:
    use(Terminal(), said)
    assert said == [7, "clear", "a line", "update", "refresh", "clear", "update", "refresh", "close"]


@pytest.mark.parametrize("missing", ["tqdm", "terminal", "own terminal"])
def test_progress__for_nobody_is_the_line_alone(
    said: list[Any], monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    if missing == "tqdm":
        monkeypatch.setattr(progress, "_make_bar", None)
    if missing == "terminal":
        monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=io.StringIO()))
    use(io.StringIO() if missing == "own terminal" else Terminal(), said)
    assert said == ["a line"]


def test_progress__without_tqdm_there_is_no_bar(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm", None)
    try:
        assert importlib.reload(progress)._make_bar is None
    finally:
        monkeypatch.undo()
        importlib.reload(progress)


def test_progress__with_tqdm_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tqdm", reason="the extra cli is not installed")
    terminal = Terminal()
    monkeypatch.setattr(progress, "sys", SimpleNamespace(stderr=terminal))
    with Progress(terminal, lambda: 2) as shown:
        shown.advance(terminal.write, "order_1: ACTIVE -> PAID\n")
        assert "1/2" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r")
