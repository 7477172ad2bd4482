"""The REST API's own page, made of the committed ``docs/openapi.json``; it needs no script and no library."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_GET

from example_project.shop.views import page

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "openapi.json"
FEW = 20  # values are named; of more, such as every currency, the description alone tells

_LIMITS = {
    "format": "{}",
    "minLength": "length at least {}",
    "maxLength": "length at most {}",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "default": "usually {}",
}


@require_GET
def api(request: HttpRequest) -> HttpResponse:
    """Show every operation of the API, by path, and what it sends and answers."""
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    shapes = {name: _shape(schema) for name, schema in document["components"]["schemas"].items()}
    paths = {path: [_operation(shapes, *one) for one in told.items()] for path, told in document["paths"].items()}
    return page(request, "api", about=document["info"]["description"], paths=paths, shapes=shapes)


@require_GET
def openapi(request: HttpRequest) -> HttpResponse:
    """Send the document itself."""
    return HttpResponse(DOCUMENT.read_bytes(), content_type="application/json")


def _operation(shapes: dict[str, Any], verb: str, told: dict[str, Any]) -> dict[str, Any]:
    sent = told.get("requestBody", {}).get("content", {}).get("application/json", {})
    return {
        "verb": verb.upper(),
        "id": told["operationId"],
        "summary": told["summary"],
        "description": _prose(told["description"]),
        "parameters": [
            _field(each["name"], each["schema"] | {"description": each.get("description", "")}, each["required"])
            | {"place": each["in"]}
            for each in told.get("parameters", [])
        ],
        "body": shapes[_name(sent["schema"])] if sent else None,
        "examples": _examples(sent),
        "answers": [_answer(status, answer) for status, answer in told["responses"].items()],
    }


def _answer(status: str, told: dict[str, Any]) -> dict[str, Any]:
    [content] = told["content"].values()
    shape, *narrowed = content["schema"].get("allOf", [content["schema"]])
    return {
        "status": status,
        "meaning": _prose(told["description"]),
        "shape": _name(shape),
        "codes": [code for part in narrowed for code in part["properties"]["code"]["enum"]],
        "headers": list(told.get("headers", {})),
        "examples": _examples(content),
    }


def _examples(content: dict[str, Any]) -> list[dict[str, str]]:
    return [
        {"title": told.get("summary", name), "text": json.dumps(told["value"], indent=2, ensure_ascii=False)}
        for name, told in content.get("examples", {}).items()
    ]


def _shape(schema: dict[str, Any]) -> dict[str, Any]:
    required = schema.get("required", [])
    return {
        "description": _prose(schema.get("description", "")),
        "fields": [_field(name, field, name in required) for name, field in schema["properties"].items()],
    }


def _field(name: str, schema: dict[str, Any], required: bool) -> dict[str, Any]:
    [schema, *_] = [schema | part for part in schema.get("allOf", [{}])]
    values = schema.get("items", schema).get("enum", [])
    limits = [text.format(json.dumps(schema[key]).strip('"')) for key, text in _LIMITS.items() if key in schema]
    return {
        "name": name,
        "required": required,
        "type": ", ".join([_type(schema), *limits]),
        "shape": _name(schema.get("items", schema)),
        "values": [value or '""' for value in values] if len(values) <= FEW else [],
        "description": _prose(schema.get("description", "").partition("* ")[0]),  # the values over again
    }


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(part) for part in schema["anyOf"])
    types = schema.get("type", "object" if "$ref" in schema else "any")
    return " or ".join([types] if isinstance(types, str) else types)


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _prose(text: str) -> SafeString:
    """Set what stands between backticks as code."""
    parts = enumerate(text.split("`"))
    return format_html_join("", "{}", ((format_html("<code>{}</code>", p) if i % 2 else p,) for i, p in parts))
