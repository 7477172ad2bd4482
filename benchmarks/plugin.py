"""What pytest's finding our plugin costs a project that uses none of its fixtures, beside importing pytest."""

from __future__ import annotations

import re
import statistics
import subprocess
import sys

GOAL = 0.02
ROUNDS = 15
_NAMES = r"\|\s+(\d+) \| (pytest|django_flowwise\.pytest_plugin)$"


def measure() -> tuple[float, list[float]]:
    """Import both in fresh processes, and give the ratio of the times."""
    ratios = [_ratio() for _ in range(ROUNDS)]
    return statistics.median(ratios), ratios


def _ratio() -> float:
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", "-c", "import pytest, django_flowwise.pytest_plugin"],
        capture_output=True,
        text=True,
        check=True,
    )
    found = re.findall(_NAMES, finished.stderr, flags=re.MULTILINE)
    microseconds = {name: int(cumulative) for cumulative, name in found}
    return microseconds["django_flowwise.pytest_plugin"] / microseconds["pytest"]
