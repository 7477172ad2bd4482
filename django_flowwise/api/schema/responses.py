"""Answers and problems, as OpenAPI describes them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.plumbing import append_meta

from django_flowwise.api.problems import CODES, CONTENT_TYPE, title_of
from django_flowwise.api.schema.examples import ORDER_KEY
from django_flowwise.api.schema.operations import Operation, Shown
from django_flowwise.states import OrderState

_TEXTS = {"type": "array", "items": {"type": "string"}}
_ADDRESS = {"type": "string", "format": "uri"}
_OF_EVERY_PROBLEM: dict[str, Any] = {
    "type": {"type": "string", "enum": ["about:blank"]},
    "title": {"type": "string", "description": "The status' own phrase."},
    "status": {"type": "integer"},
    "detail": {"type": "string", "description": "What happened, and what is known of it, for a person."},
    "instance": {"type": "string", "description": "The path that was asked for."},
    "code": {"type": "string", "enum": [*CODES]},
    "errors": {
        "type": "object",
        "additionalProperties": True,
        "description": "For `invalid` and `order_id_in_use`: texts by field or parameter.",
    },
}
_NEEDED = ["type", "title", "status", "detail", "instance", "code"]
PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 has it. Programs go by `code`. A verb that is not described is "
    "answered by 405 `method_not_allowed`, with `Allow`.",
    "properties": {
        **_OF_EVERY_PROBLEM,
        "fields": {**_TEXTS, "description": "For `reference_in_use`: what differs."},
        "order": {**_ADDRESS, "description": "The order that it is about."},
        "vendor_code": {"type": "string", "description": "Flowwise's own code."},
        "order_id": {"type": "string"},
        "payment_id": {"type": "string"},
        "refund_id": {"type": "string"},
    },
    "required": _NEEDED,
}
CUSTOMER_PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong, as RFC 9457 has it, in words for a customer. Programs go by `code`.",
    "properties": {
        **_OF_EVERY_PROBLEM,
        "checkout": {**_ADDRESS, "description": "Where the customer can look, or try again."},
    },
    "required": _NEEDED,
}
PLACED_ORDER: dict[str, Any] = {
    "type": "object",
    "description": "The order, as far as a customer's browser may know it.",
    "properties": {
        "key": {"type": "string", "format": "uuid"},
        "state": {"type": "string", "enum": OrderState.values},
        "checkout": {**_ADDRESS, "description": "Where to send the browser."},
        "order_amount": {"type": "string", "description": "Major units."},
        "order_currency": {"type": "string"},
    },
    "required": ["key", "state", "checkout", "order_amount", "order_currency"],
}
_SAID = {
    200: "There it is; for what creates, it was there before.",
    201: "Created.",
    202: "It is not known whether Flowwise did it. This is no error: look again at `Location`, or repeat the "
    "call, which looks first.",
    400: "A field or parameter cannot be, or the body is not JSON; nothing was saved.",
    401: "Nobody is logged in, or the credentials are wrong. It is 403 where the project's authentication names "
    "no scheme.",
    403: "A permission, or the CSRF token, is missing.",
    404: "There is no such thing.",
    406: "Only JSON is spoken.",
    409: "Another call is at it, its state does not allow it, or the name is taken by something else.",
    413: "The body is larger than the project's `DATA_UPLOAD_MAX_MEMORY_SIZE`.",
    415: "Send `application/json`.",
    422: "Flowwise refused it; see `vendor_code`.",
    429: "Too many requests.",
    500: "The account's settings are wrong; nothing was sent.",
    502: "Flowwise does not accept our credentials, or has nothing at its address; nothing happened.",
    503: "Nothing left, or a look brought no answer. Try again after `Retry-After`.",
}
_SECONDS = {"type": "integer", "minimum": 1}
_LOCATION = {"required": True, "description": "Where to look.", "schema": _ADDRESS}
_RETRY_LATER = {"description": "Seconds after which to look again, where that is known.", "schema": _SECONDS}
_CHALLENGE = {"required": True, "description": "The scheme to use.", "schema": {"type": "string"}}
_HEADERS: dict[int, dict[str, Any]] = {
    202: {"Location": _LOCATION, "Retry-After": _RETRY_LATER},
    401: {"WWW-Authenticate": _CHALLENGE},
    429: {"Retry-After": _RETRY_LATER},
    503: {"Retry-After": {**_RETRY_LATER, "required": True}},
}
_ALSO_WHEN_NO_SCHEME = ("not_authenticated", "authentication_failed")


def answer(status: int, known: Operation, shown: dict[str, Any]) -> dict[str, Any]:
    """Describe an answer that is no problem."""
    headers = dict(_HEADERS.get(status, {}))
    if known.is_located:
        headers["Location"] = _LOCATION
    media = {"schema": shown, **_examples(known.answers[status])}
    described = {"description": _SAID[status], "content": {"application/json": media}}
    return {**described, "headers": headers} if headers else described


def order_page(order: dict[str, Any]) -> dict[str, Any]:
    """Describe a page of orders."""
    link = {"type": "string", "format": "uri", "nullable": True}
    return {
        "type": "object",
        "properties": {
            "next": append_meta(link, {"description": "The page of older orders, if there is one."}),
            "previous": append_meta(link, {"description": "The page of newer orders, if there is one."}),
            "results": {"type": "array", "items": order},
        },
        "required": ["next", "previous", "results"],
    }


def problem_responses(known: Operation, problem: dict[str, Any], path: str) -> dict[str, Any]:
    """Describe the problems of an operation, by their statuses."""
    statuses = sorted({CODES[code] for code in known.problems})
    return {str(status): _problem_response(status, known.problems, problem, path) for status in statuses}


def _problem_response(
    status: int, problems: Mapping[str, Mapping[str, Any] | None], problem: dict[str, Any], path: str
) -> dict[str, Any]:
    codes = [code for code in problems if CODES[code] == status]
    if status == 403:
        codes.extend(_ALSO_WHEN_NO_SCHEME)
    narrowed = {
        "type": "object",
        "properties": {"status": {"type": "integer", "enum": [status]}, "code": {"type": "string", "enum": codes}},
    }
    shown = {code: _example(status, code, given, path) for code in codes if (given := problems[code])}
    media = {"schema": {"allOf": [problem, narrowed]}, **_examples(shown)}
    headers = {"headers": _HEADERS[status]} if status in _HEADERS else {}
    return {"description": _SAID[status], "content": {CONTENT_TYPE: media}, **headers}


def _example(status: int, code: str, given: Mapping[str, Any], path: str) -> dict[str, Any]:
    fixed = {"type": "about:blank", "title": title_of(status), "status": status}
    return {**fixed, "instance": path.replace("{key}", ORDER_KEY), "code": code, **given}


def _examples(shown: Shown) -> dict[str, Any]:
    return {"examples": {name: {"value": value} for name, value in shown.items()}} if shown else {}
