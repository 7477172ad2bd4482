"""Assumptions as people write them: on a command line, in a form.

The command line and the pages import it.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import fields, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Final, Literal, get_origin, get_type_hints

from django_flowwise.emulator.behaviour import Behaviour

_KINDS: Final = get_type_hints(Behaviour)
_TRUTHS: Final = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False}
_TRUTHS["0"] = False


class UnknownAssumption(ValueError):
    """There is no such assumption, or it cannot have such a value; the text says what there is."""


def assuming(behaviour: Behaviour, written: Mapping[str, str]) -> Behaviour:
    """Give the behaviour with other assumptions: each by its name, the value as people write it.

    Text stands as it is, several words are joined by commas, yes and no are true and false.

    Raises:
        UnknownAssumption: a name or a value is none.
    """
    values = {name: _value(name, text) for name, text in written.items()}
    try:
        return replace(behaviour, **values)
    except ValueError as err:
        raise UnknownAssumption(str(err)) from err


def written_assumption(value: object) -> str:
    """Write the value of an assumption as it can be read again."""
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def _value(name: str, text: str) -> Any:
    names = [field.name for field in fields(Behaviour)]
    if name not in names:
        nearest = difflib.get_close_matches(name, names, n=1, cutoff=0)[0]
        raise UnknownAssumption(f"There is no assumption {name!r}; did you mean {nearest!r}?")
    kind = _KINDS[name]
    if kind is bool:
        if text.lower() not in _TRUTHS:
            raise UnknownAssumption(f"{name} is true or false, not {text!r}.")
        return _TRUTHS[text.lower()]
    if kind in {int, Decimal}:
        return _number(name, kind, text)
    if kind is str or get_origin(kind) is Literal:
        return text
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _number(name: str, kind: Any, text: str) -> int | Decimal:
    try:
        number: int | Decimal = kind(text)
    except (ValueError, InvalidOperation):
        number = Decimal("NaN")
    if not Decimal(number).is_finite():
        raise UnknownAssumption(f"{name} is a number, not {text!r}.")
    return number
