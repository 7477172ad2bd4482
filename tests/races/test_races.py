"""The races in small; .ci/run lets them run for longer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import NAMES, require

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("database", NAMES)
def test_races__everything_holds(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    require(database)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.races", "--database", database, "--rounds", "2"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = ended.stdout + ended.stderr
    with capsys.disabled():
        sys.stdout.write(f"\n{said}")
    assert (ended.returncode, said.count("\n")) == (0, 1), said
    assert "all held" in said
