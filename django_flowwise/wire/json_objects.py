"""JSON objects without a documented shape, such as gateway_details: kept as they are, within bounds."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any, Final

LARGEST_OBJECT: Final = 16 * 1024
"""Characters of the object, written as JSON in ASCII."""
DEEPEST_OBJECT: Final = 8
"""Objects and arrays within each other, the outermost included."""
_LARGEST_INTEGER = 2**63


def storable_object(given: dict[str, Any]) -> dict[str, Any]:
    """Copy an object so that every database's JSON column gives back what it says.

    A number that a column might round, having more digits than a double or than 64 bits hold, becomes text.

    Raises:
        ValueError: it is not JSON, too large or too deep, or a text of it has a NUL or half of a character pair.
    """
    kept = {_storable_text(key): _storable(value, DEEPEST_OBJECT - 1) for key, value in given.items()}
    if len(json.dumps(kept)) > LARGEST_OBJECT:
        raise ValueError("the object is too large")
    return kept


def _storable(value: Any, levels: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _storable_text(value)
    if isinstance(value, (int, float, Decimal)):
        return _storable_number(value)
    if levels and isinstance(value, dict):
        return {_storable_text(key): _storable(child, levels - 1) for key, child in value.items()}
    if levels and isinstance(value, (list, tuple)):
        return [_storable(child, levels - 1) for child in value]
    raise ValueError("the object is too deep, or not JSON")


def _storable_text(value: Any) -> str:
    if not isinstance(value, str) or "\x00" in value or any("\ud800" <= letter <= "\udfff" for letter in value):
        raise ValueError("the text cannot be stored")
    return value


def _storable_number(value: float | Decimal) -> float | str:
    if isinstance(value, int):
        return value if -_LARGEST_INTEGER <= value < _LARGEST_INTEGER else str(value)
    if isinstance(value, float) and math.isfinite(value):
        return value
    if isinstance(value, float) or not value.is_finite():
        raise ValueError("the number is not finite")
    nearest = float(value)
    # Compared as text reads it: the binary number beside a decimal is hardly ever equal to it.
    is_exact = math.isfinite(nearest) and Decimal(repr(nearest)) == value
    return nearest if is_exact else str(value)
