"""JSON with exact numbers: what has a point becomes a Decimal, and goes out digit for digit.

Any module of the emulator may import it. The package's own encoder must not come in: a mistake would be shared.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import NoReturn


class NotJSON(ValueError):
    """The bytes are not one JSON value in UTF-8 whose objects have distinct names."""


def read_json(raw: bytes, *, last_of_a_name: bool = False) -> object:
    """Read one JSON value without passing a number through float; of a name that comes twice, perhaps the last.

    Raises:
        NotJSON: not UTF-8, not JSON, NaN or Infinity, a name twice in one object, nested or long beyond reason.
    """
    try:
        return json.loads(
            raw.decode("utf-8"),
            parse_float=Decimal,
            parse_constant=_refuse_constant,
            object_pairs_hook=dict if last_of_a_name else _distinct,
        )
    except (ValueError, ArithmeticError, RecursionError) as err:
        raise NotJSON(str(err)) from err


def write_json(value: object) -> str:
    """Write dicts, lists, text, numbers, booleans and None; a Decimal becomes a number without exponent."""
    if isinstance(value, dict):
        members = (f"{json.dumps(name)}: {write_json(member)}" for name, member in value.items())
        return "{" + ", ".join(members) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(write_json(member) for member in value) + "]"
    if isinstance(value, Decimal):
        return format(value, "f")
    return json.dumps(value)


def _refuse_constant(word: str) -> NoReturn:
    raise NotJSON(f"{word} is not a JSON number")


def _distinct(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise NotJSON("an object has one name twice")
    return members
