"""The committed description, taken at its word by a strict validator of JSON Schema 2020-12."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator, FormatChecker

from django_flowwise.addresses import WEB, split_address
from tests.openapi import DOCUMENT

DESCRIBED: dict[str, Any] = json.loads(DOCUMENT.read_text())
OPERATIONS: dict[str, dict[str, Any]] = {
    operation["operationId"]: operation
    for operations in DESCRIBED["paths"].values()
    for operation in operations.values()
}
_FORMATS = FormatChecker()
_FORMATS.checks("uri")(lambda text: not isinstance(text, str) or split_address(text, schemes=WEB) is not None)


class Example(NamedTuple):
    """One example of the description, and what it is to fit."""

    place: tuple[str, ...]
    schema: Mapping[str, Any]
    value: Any


def offences(schema: Mapping[str, Any], value: Any) -> list[str]:
    """Say what of a value does not fit a schema of the description."""
    whole = {**schema, "components": DESCRIBED["components"]}
    return [error.message for error in Draft202012Validator(whole, format_checker=_FORMATS).iter_errors(value)]


def examples() -> Iterator[Example]:
    """Give every example of the description."""
    for name, operation in OPERATIONS.items():
        for parameter in operation.get("parameters", []):
            if "example" in parameter:
                yield Example((name, parameter["name"]), parameter["schema"], parameter["example"])
        if "requestBody" in operation:
            yield from _of(operation["requestBody"], name, "body")
        for status, answer in operation["responses"].items():
            yield from _of(answer, name, status)


def _of(told: dict[str, Any], *place: str) -> Iterator[Example]:
    [media] = told["content"].values()
    for name, example in media.get("examples", {}).items():
        yield Example((*place, name), media["schema"], example["value"])
