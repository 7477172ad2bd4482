"""What the value of an assumption can be, by its type and its name: what is beyond it would break an answer later.

Only `Behaviour` imports it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, Literal, get_args, get_origin

MOST_AMOUNT: Final = 10**15
MOST_DECIMALS: Final = 12
MOST_MINUTES: Final = 2_147_483_647
"""More than any database's column of integers holds; from now, it ends before the year 9999."""

LIMITS: Final[Mapping[str, tuple[int, int]]] = MappingProxyType(
    {
        "minimum_amount": (0, MOST_AMOUNT),
        "maximum_amount": (0, MOST_AMOUNT),
        "maximum_decimals": (0, MOST_DECIMALS),
        "minimum_expiry_minutes": (0, MOST_MINUTES),
        "maximum_expiry_minutes": (0, MOST_MINUTES),
        "default_expiry_minutes": (0, MOST_MINUTES),
        "active_outlives_expiry_seconds": (0, 2_147_483_647),
    }
)
"""The least and the most of every number that is no HTTP status."""

SUCCESSES: Final = {
    "create_status",
    "list_payments_status",
    "authorize_payment_status",
    "refund_order_status",
    "update_customer_status",
}
"""The HTTP statuses of an operation that has done what it was asked for."""

_BODILESS: Final = {204, 205, 304}
_SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*")
_SCRIPTING: Final = {"javascript", "data", "vbscript"}
"""Schemes under which an address would run in the emulator's own page."""


def wanted_instead(name: str, kind: Any, value: object) -> str:
    """Say what the value should be; nothing where it is that. `kind` is the field's type."""
    if get_origin(kind) is Literal:
        choices = get_args(kind)
        return "" if value in choices else f"one of {', '.join(map(repr, choices))}"
    if kind is bool:
        return "" if isinstance(value, bool) else "True or False"
    if kind is int:
        return _number(name, value)
    if kind is Decimal:
        return _amount(name, value)
    if kind is str:
        return _pattern(value) if name.endswith("_pattern") else ("" if _is_text(value) else "text")
    return _words(name, kind, value)


def _number(name: str, value: object) -> str:
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if name in LIMITS:
        least, most = LIMITS[name]
        is_within = is_whole and least <= value <= most  # type: ignore[operator]  # it is whole
        return "" if is_within else f"a whole number from {least} to {most}"
    is_success = name in SUCCESSES
    if is_whole and value in range(200, 300 if is_success else 600) and value not in _BODILESS:
        return ""
    what = "a status of a success, from 200 to 299," if is_success else "a status from 200 to 599"
    return f"{what} that has a body"


def _amount(name: str, value: object) -> str:
    least, most = LIMITS[name]
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    number = Decimal(value) if is_number else Decimal("NaN")  # type: ignore[arg-type]  # it is a number
    exponent = number.as_tuple().exponent
    is_exact = isinstance(exponent, int) and exponent >= -MOST_DECIMALS
    is_within = is_exact and least <= number <= most
    return "" if is_within else f"a number from {least} to {most} with at most {MOST_DECIMALS} decimals"


def _pattern(value: object) -> str:
    try:
        re.compile(value if isinstance(value, str) else "(")
    except (re.error, OverflowError, RecursionError):
        return "a regular expression"
    return ""


def _words(name: str, kind: Any, value: object) -> str:
    words = value if isinstance(value, tuple) else ("",)
    if name == "return_schemes":
        are_schemes = all(_is_text(word) and _SCHEME.fullmatch(word) for word in words)
        wanted = "a tuple of schemes in small letters under which no script runs"
        return "" if are_schemes and not _SCRIPTING.intersection(words) else wanted
    of = get_args(kind)[0]
    choices = get_args(of)
    if choices:
        return "" if set(words) <= set(choices) else f"a tuple of words from {', '.join(map(repr, choices))}"
    return "" if all(_is_text(word) and word for word in words) else "a tuple of words"


def _is_text(value: object) -> bool:
    # A lone surrogate cannot be written into a page.
    return isinstance(value, str) and not re.search("[\ud800-\udfff]", value)
