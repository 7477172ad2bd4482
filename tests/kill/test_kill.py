"""A sample of the kill points; .ci/run tries many more of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.databases import require

ROOT = Path(__file__).parents[2]


def run(*arguments: str) -> tuple[int, str]:
    """Run the program; give its exit code and what it says."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.kill", *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_kill__everything_recovers(database: str, capsys: pytest.CaptureFixture[str]) -> None:
    require(database)
    code, said = run("--database", database, "--first", "7", "--every", "509", "--library-every", "997")
    with capsys.disabled():
        sys.stdout.write(f"\n{said}")
    assert (code, said.count("\n")) == (0, 1), said
    assert "all recovered" in said


@pytest.mark.parametrize(
    ("scenario", "complaint"),
    [
        ("self-test", "was made 2 times"),
        ("self-test-refund", "was carried out 2 times"),
        ("self-test-capture", "was captured or voided 2 times"),
    ],
)
def test_kill__notices_what_was_done_twice(scenario: str, complaint: str) -> None:
    code, said = run("--scenario", scenario)
    assert code == 1
    assert complaint in said
    assert "not all recovered" in said
