"""A bar that counts, on a terminal and where tqdm is installed (the extra `cli`). For the commands only."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any, Protocol, Self

try:
    from tqdm import tqdm
except ImportError:
    tqdm = None


class _Bar(Protocol):
    def update(self) -> object: ...
    def clear(self) -> object: ...
    def refresh(self) -> object: ...
    def close(self) -> object: ...


_make_bar: Callable[..., _Bar] | None = tqdm


class Terminal(Protocol):
    """Know whether a person is watching."""

    def isatty(self) -> bool:
        """Tell whether this is a terminal."""


class Progress:
    """Count what is done, beside the lines that a command writes; show nothing where nobody is watching."""

    def __init__(self, terminal: Terminal, count: Callable[[], int]) -> None:
        """``count`` says how much there is to do, and is not called where nothing is shown."""
        is_shown = terminal.isatty() and sys.stderr.isatty()
        self._bar: _Bar | None = None
        if _make_bar is not None and is_shown:
            self._bar = _make_bar(total=count(), file=sys.stderr, unit="order", leave=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def advance(self, write: Callable[..., Any], line: str = "") -> None:
        """Count one more, and write the line, if there is one, above the bar."""
        if self._bar is not None:
            self._bar.clear()
        if line:
            write(line)
        if self._bar is not None:
            self._bar.update()
            self._bar.refresh()
