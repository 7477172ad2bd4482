"""A process that ends itself at the n-th line that it executes in some folders."""

from __future__ import annotations

import contextlib
import http.client
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import django.db.backends.base.base
import django.db.backends.utils
import requests
import urllib3
from django.dispatch import dispatcher

import django_flowwise
from django_flowwise.exceptions import FlowwiseError
from tests.forks import KILLED

EMULATOR = str(Path(django_flowwise.__file__).parent / "emulator")
PACKAGE = (str(Path(django_flowwise.__file__).parent) + os.sep,)
LIBRARIES = (
    str(Path(requests.__file__).parent) + os.sep,
    str(Path(urllib3.__file__).parent) + os.sep,
    str(Path(django.db.__file__).parent) + os.sep,
    http.client.__file__,
)
WAYS_OUT = frozenset(
    {
        django.db.backends.utils.__file__,
        django.db.backends.base.base.__file__,
        http.client.__file__,
        dispatcher.__file__,
    }
)
"""Every statement, commit, byte and signal passes one of these; between two of them, a process leaves no trace."""


def run_until_line(
    number: int, folders: tuple[str, ...], run: Callable[[], object], report: int
) -> None:  # pragma: no cover  # ends by os._exit, and no tracer is itself traced
    """Run it, and end this process before the line with that number; write to ``report`` which one it was.

    What is executed again, as in a loop, counts again only if something may have left the process meanwhile.
    """
    left = number
    known: dict[str, bool] = {}
    counted: set[tuple[str, int]] = set()

    def within(frame: FrameType, event: str, _arg: Any) -> Any:
        nonlocal left
        line = (frame.f_code.co_filename, frame.f_lineno)
        if event == "line" and line not in counted:
            counted.add(line)
            left -= 1
            if left == 0:
                os.write(report, f"{line[0]}:{line[1]}".encode())
                os._exit(KILLED)
        return within

    def enter(frame: FrameType, _event: str, _arg: Any) -> Any:
        path = frame.f_code.co_filename
        if path in WAYS_OUT:
            counted.clear()
        if path not in known:
            known[path] = path.startswith(folders) and not path.startswith(EMULATOR)
        return within if known[path] else None

    sys.settrace(enter)
    with contextlib.suppress(FlowwiseError):
        run()
