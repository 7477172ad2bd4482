"""The fields that each operation's answer may have, by the local Flowwise's own description."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from django_flowwise import emulator

_DESCRIPTION: Final = Path(emulator.__file__).with_name("openapi.json")


def check_fields(operation: str, names: Iterable[str]) -> None:
    """Refuse a name that no answer of the operation has.

    Raises:
        ValueError: the text names the nearest.
    """
    known = ANSWER_FIELDS[operation]
    for name in names:
        if name not in known:
            nearest = difflib.get_close_matches(name, known, n=1, cutoff=0)[0]
            raise ValueError(f"The answer of {operation} has no field {name!r}; did you mean {nearest!r}?")


def _read_fields() -> Mapping[str, tuple[str, ...]]:
    described = json.loads(_DESCRIPTION.read_text(encoding="utf-8"))
    operations = [operation for verbs in described["paths"].values() for operation in verbs.values()]
    return MappingProxyType(
        {operation["operationId"]: _fields_in(operation, described["components"]) for operation in operations}
    )


def _fields_in(operation: Mapping[str, Any], components: Mapping[str, Any]) -> tuple[str, ...]:
    [answer] = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
    schema = answer["content"]["application/json"]["schema"]
    reference = schema.get("items", schema)["$ref"]
    return tuple(components["schemas"][reference.rpartition("/")[2]]["properties"])


ANSWER_FIELDS: Final = _read_fields()
"""By the name of the operation."""
