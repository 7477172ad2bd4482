"""The program that lets schemathesis test the API runs; all of it is a step of its own."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from tests.schemathesis import ROLES, TROUBLES


def test_program__finds_nothing_wrong_with_the_examples() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tests.schemathesis", "--examples=1", "--phases=examples"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert ended.stdout.count("9 selected / 9 total") == len(ROLES) + len(TROUBLES) == 5
    roles, _, troubles = ended.stdout.partition("--- Flowwise fails")
    everything, _, looking = roles.partition("--- may only look")
    assert "403 Forbidden" not in everything
    assert "1 reissued" in everything
    assert ", 0 refunds" not in everything
    assert "403 Forbidden (5 operations)" in looking
    seen = [set(re.findall(r"(\d+): ", told)) for told in re.findall(r"Answers by status: {(.*)}", troubles)]
    assert [{"202", "422", "502", "503"} <= seen[0], "500" in seen[1], "429" in seen[2]] == [True] * len(TROUBLES)
