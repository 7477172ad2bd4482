"""The example on the emulator's page is a test that passes as it stands."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "emulator.md"


@pytest.mark.django_db
def test_page__its_example_passes(request: pytest.FixtureRequest) -> None:
    [code] = re.findall(r"^```python\n(.*?)^```$", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102  # our own page
    [example] = [thing for name, thing in names.items() if name.startswith("test_")]
    assert [mark.name for mark in example.pytestmark] == ["django_db"]
    example(**{fixture: request.getfixturevalue(fixture) for fixture in inspect.signature(example).parameters})
