"""What a column takes, as JSON Schema: by the limits and the rules that the column itself has."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from django.core.validators import (
    EmailValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinValueValidator,
    RegexValidator,
)
from django.db import models
from drf_spectacular.plumbing import is_jsonschema_compliant

from django_flowwise import validators
from django_flowwise.money import SIGNIFICANT_DIGITS

_TEXT = r"[^\u0000]*"
_SEEN = r"[^\u0000]*[^\s\u0000\u001c-\u001f\u0085][^\u0000]*"
_METHOD = "[A-Za-z0-9_-]{1,32}"
_LOCAL = "[-!#$%&'*+/=?^_`{|}~0-9A-Za-z]+"
_LABEL = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_EMAIL = rf"{_LOCAL}(\.{_LOCAL})*@({_LABEL}\.)+([A-Za-z]{{2,63}}|xn--[A-Za-z0-9]{{1,59}})"
_HOST = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?"
_PORT = "[1-9][0-9]{0,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5]"
_WEB_ADDRESS = rf"https?://{_HOST}(:({_PORT}))?([/?#][!#-;=?-\[\]_a-z~]*)?"
_PATTERNS: dict[Callable[[Any], None], str] = {
    validators.validate_text: _TEXT,
    validators.validate_key: _SEEN,
    validators.validate_currency: "[A-Z]{3}",
    validators.validate_payment_methods: f"{_METHOD}(,{_METHOD})*",
    validators.validate_web_address: _WEB_ADDRESS,
}
"""What a rule of ours lets pass, as far as a pattern can say it; never more."""


def column_schema(column: Any) -> dict[str, Any]:
    """Describe what may be sent for this column."""
    if isinstance(column, models.JSONField):
        return _tags()
    if isinstance(column, models.IntegerField):
        return {"type": "integer", **_bounds(column)}
    return {"type": "string", **_lengths(column), "pattern": _pattern(column)}


def amount_schema(digits: int, before: int) -> dict[str, Any]:
    """Describe an amount with so many digits after the point, and before it.

    Of a number it bounds the size alone: ``multipleOf`` is reckoned in binary fractions by most validators, which
    then refuse amounts such as 4.35.
    """
    whole = f"[1-9][0-9]{{0,{before - 1}}}"
    if not digits:
        number: dict[str, Any] = {"type": "integer", "minimum": 1, "maximum": 10**before - 1}
        return {"anyOf": [{"type": "string", "pattern": f"^{whole}$"}, number]}
    cents = "|".join(f"{'0' * zeros}[1-9][0-9]{{0,{digits - zeros - 1}}}" for zeros in range(digits))
    pattern = rf"^({whole}(\.[0-9]{{1,{digits}}})?|0\.({cents}))$"
    places = min(digits, SIGNIFICANT_DIGITS - before)
    most = float(f"{10 ** (before + places) - 1}e-{places}")
    number = {"type": "number", "minimum": float(f"1e-{digits}"), "maximum": most}
    return {"anyOf": [{"type": "string", "pattern": pattern}, number]}


def _tags() -> dict[str, Any]:
    schema = {"type": "object", "additionalProperties": {"type": "string", "pattern": f"^{_TEXT}$"}}
    if is_jsonschema_compliant():  # OpenAPI 3.0 has no such keyword
        schema["propertyNames"] = {"minLength": 1, "pattern": f"^{_TEXT}$"}
    return schema


def _bounds(column: Any) -> dict[str, Any]:
    words = {MinValueValidator: "minimum", MaxValueValidator: "maximum"}
    return {
        word: rule.limit_value
        for rule in column._validators
        for kind, word in words.items()
        if isinstance(rule, kind)
    }


def _lengths(column: Any) -> dict[str, Any]:
    return {"maxLength": column.max_length} if column.blank else {"minLength": 1, "maxLength": column.max_length}


def _pattern(column: Any) -> str:
    """Give the pattern of the narrowest rule; what may be empty, may be empty under every rule."""
    rules = [rule for rule in column.validators if not isinstance(rule, MaxLengthValidator)]
    patterns = [_pattern_of(rule) for rule in rules] or [_TEXT if column.blank else _SEEN]
    narrowest = next((pattern for pattern in patterns if pattern != _TEXT), _TEXT)
    return f"^({narrowest})?$" if column.blank and narrowest != _TEXT else f"^{narrowest}$"


def _pattern_of(rule: Any) -> str:
    if isinstance(rule, EmailValidator):
        return _EMAIL
    if isinstance(rule, RegexValidator):
        return re.compile(rule.regex).pattern.removeprefix(r"\A").removesuffix(r"\Z")
    return _PATTERNS[rule]
