"""What a single value of a request must be: each check gives its complaint, or nothing.

Only the tables of the requests import it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from urllib.parse import urlsplit

from django_flowwise.emulator.behaviour import Behaviour

Check = Callable[[object, Behaviour], str]


def text(value: object, _behaviour: Behaviour) -> str:
    """Want a string that can be written into a page or an address."""
    if not isinstance(value, str):
        return "must be a string"
    # A lone surrogate is JSON, but cannot be written anywhere else.
    return "must be valid Unicode" if re.search("[\ud800-\udfff]", value) else ""


def matching(pattern_of: Callable[[Behaviour], str]) -> Check:
    """Want a string that matches Behaviour's pattern in full."""

    def check(value: object, behaviour: Behaviour) -> str:
        pattern = pattern_of(behaviour)
        fits = re.fullmatch(pattern, str(value))
        return text(value, behaviour) or ("" if fits else f"must match {pattern}")

    return check


def one_of(words_of: Callable[[Behaviour], tuple[str, ...]]) -> Check:
    """Want one of these words."""

    def check(value: object, behaviour: Behaviour) -> str:
        words = words_of(behaviour)
        return "" if isinstance(value, str) and value in words else f"must be one of {', '.join(words)}"

    return check


def number(value: object, behaviour: Behaviour) -> str:
    """Want an amount in major units, from nothing on."""
    return _major_units(value, behaviour, least=Decimal(0))


def amount(value: object, behaviour: Behaviour) -> str:
    """Want an amount in major units that Behaviour finds large enough."""
    return _major_units(value, behaviour, least=behaviour.minimum_amount)


def _major_units(value: object, behaviour: Behaviour, *, least: Decimal) -> str:
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return "must be a number"
    if not least <= value <= behaviour.maximum_amount:
        return f"must be from {least} to {behaviour.maximum_amount}"
    if len(format(Decimal(value), "f").partition(".")[2].rstrip("0")) > behaviour.maximum_decimals:
        return f"must have at most {behaviour.maximum_decimals} decimals"
    return ""


def minutes(value: object, behaviour: Behaviour) -> str:
    """Want a life of an order that Behaviour allows."""
    life = _integer(value, behaviour)
    if life is None:
        return "must be an integer"
    if not behaviour.minimum_expiry_minutes <= life <= behaviour.maximum_expiry_minutes:
        return f"must be from {behaviour.minimum_expiry_minutes} to {behaviour.maximum_expiry_minutes}"
    return ""


def _integer(value: object, behaviour: Behaviour) -> int | Decimal | None:
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return None if behaviour.refuses_integers_with_point else value
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def json_object(value: object, _behaviour: Behaviour) -> str:
    """Want an object, whatever is in it."""
    return "" if isinstance(value, dict) else "must be an object"


def tags(value: object, behaviour: Behaviour) -> str:
    """Want an object, of strings where Behaviour says so."""
    if not isinstance(value, dict):
        return "must be an object"
    if behaviour.tag_values_are_text and any(text(tag, behaviour) for tag in value.values()):
        return "must have strings as values"
    return ""


def return_url(value: object, behaviour: Behaviour) -> str:
    """Want an address that a browser can be sent to."""
    complaint = text(value, behaviour)
    if complaint:
        return complaint
    try:
        parts = urlsplit(str(value))
        is_address = parts.scheme in behaviour.return_schemes and bool(parts.hostname)
    except ValueError:
        is_address = False
    # Blanks and control characters would end up in a Location header.
    if is_address and not re.search(r"[\x00-\x20\x7f]", str(value)):
        return ""
    return f"must be an absolute address with one of the schemes {', '.join(behaviour.return_schemes)}"
