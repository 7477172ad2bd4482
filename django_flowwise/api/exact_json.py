"""JSON with exact numbers: what has a point arrives as a Decimal; what leaves is plain ASCII."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import IO, Any, NoReturn

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser
from rest_framework.renderers import JSONRenderer


def read_json(raw: bytes) -> Any:
    """Read one JSON value without passing a number through float.

    Raises:
        ParseError: not JSON in UTF-8, a name twice in one object, or nested or long beyond reason.
    """
    try:
        return json.loads(
            raw.decode(), parse_float=Decimal, parse_constant=_refuse_constant, object_pairs_hook=_distinct
        )
    except (ValueError, ArithmeticError, RecursionError):
        # Not the cause's text, which may repeat what was sent.
        raise ParseError("The body is not one JSON value in UTF-8 whose objects have distinct names.") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        raise ValueError("twice")
    return read


class ExactJSONParser(JSONParser):
    """Read a request's body with exact numbers."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Read the body to its end."""
        return read_json(stream.read())


class ExactJSONRenderer(JSONRenderer):
    """Write JSON in ASCII: half of a character pair, sent as a name and named in an error, can be written."""

    ensure_ascii = True


class ProblemRenderer(ExactJSONRenderer):
    """Write a problem. Source: RFC 9457 section 3."""

    media_type = "application/problem+json"
    format = "problem"
