"""What an answer says instead of what it should: another status, another body, other fields.

Knows the documented fields by name and nothing of sockets. Each takes the true answer and gives the false one;
what replaces the answer altogether does not look at it.
"""

from __future__ import annotations

import functools
import json
import zlib
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from django.http import HttpResponse

from django_flowwise.emulator.answers import JSON_CONTENT, json_answer
from django_flowwise.emulator.exact_json import read_json
from django_flowwise.emulator.faults.deliveries import HUGE_BYTES

Alteration = Callable[[HttpResponse], HttpResponse]

ELSEWHERE: Final = "elsewhere.example"
"""A host that is nobody's (RFC 2606)."""

IDS: Final = frozenset({"order_id", "order_id ", "payment_id", "refund_id", "customer_id"})
"""Names under which an answer says what it is about."""


def unaltered(answer: HttpResponse) -> HttpResponse:
    """Leave it as it is."""
    return answer


def status(
    code: int, *, retry_after: str = "", code_word: str = "api_error", kind: str = "internal_error"
) -> Alteration:
    """Answer with an error in JSON."""
    return _replacement(
        json.dumps({"message": "The emulator was told to say so.", "code": code_word, "type": kind}).encode(),
        code=code,
        headers={"Retry-After": retry_after} if retry_after else {},
    )


def html_error(code: int) -> Alteration:
    """Answer with the page of a proxy that stands in between."""
    page = b"<html><head><title>Bad Gateway</title></head><body><h1>Bad Gateway</h1></body></html>"
    return _replacement(page, code=code, content_type="text/html")


def redirect(code: int) -> Alteration:
    """Send the client to another host."""
    return _replacement(b"", code=code, headers={"Location": f"https://{ELSEWHERE}/router/orders"})


def text(body: bytes) -> Alteration:
    """Answer with these bytes, and call them JSON."""
    return _replacement(body)


def gzip_bomb(_answer: HttpResponse) -> HttpResponse:
    """Answer with a few hundred kilobytes that unpack to 400 MiB."""
    return _replacement(_bomb(), headers={"Content-Encoding": "gzip"})(_answer)


def announced_huge(answer: HttpResponse) -> HttpResponse:
    """Announce the 400 MiB that the delivery brings."""
    answer.headers["Content-Length"] = str(len(answer.content) + HUGE_BYTES)
    return answer


def other_shape(answer: HttpResponse) -> HttpResponse:
    """Answer a list where an object is documented, and an object where a list is."""
    if answer.status_code >= 300:
        return answer
    given = read_json(answer.content)
    return _rewritten(answer, {"items": given} if isinstance(given, list) else [given])


def fields(change: Callable[[str, Any], Any]) -> Alteration:
    """Change each field of the answer's object, or of each object in its list; None leaves a field out."""

    def alter(answer: HttpResponse) -> HttpResponse:
        if answer.status_code >= 300:
            return answer
        given = read_json(answer.content)
        if isinstance(given, list):
            return _rewritten(answer, [_changed(entry, change) for entry in given])
        return _rewritten(answer, _changed(given, change))

    return alter


def values(**replaced: Any) -> Alteration:
    """Give these fields these values, where the answer has them."""
    return fields(lambda name, value: replaced.get(name.strip(), value))


def checkout_url(rewrite: Callable[[str], str]) -> Alteration:
    """Rewrite the address that a customer is to be sent to: checkout_url, or redirect_url where there is one."""

    def change(name: str, value: Any) -> Any:
        is_address = name in {"checkout_url", "redirect_url"} and isinstance(value, str)
        return rewrite(value) if is_address else value

    return fields(change)


def without(*names: str) -> Alteration:
    """Leave these fields out."""
    return fields(lambda name, value: None if name in names else value)


def ids_alone(name: str, value: Any) -> Any:
    """Leave out everything but the ids."""
    return value if name in IDS else None


def wrong_type(name: str, value: Any) -> Any:
    """Turn text into a number and everything else into text, but for the order_id."""
    if name == "order_id":
        return value
    return 7 if isinstance(value, str) else str(value)


def with_nul(name: str, value: Any) -> Any:
    """Put a NUL character into every text but the order_id."""
    return f"{value}\0" if isinstance(value, str) and name != "order_id" else value


def _changed(entry: Any, change: Callable[[str, Any], Any]) -> dict[str, Any]:
    changed = {name: change(name, value) for name, value in entry.items()}
    return {name: value for name, value in changed.items() if value is not None}


def _rewritten(answer: HttpResponse, body: object) -> HttpResponse:
    return json_answer(body, answer.status_code)


def _replacement(
    body: bytes,
    *,
    code: int = 200,
    content_type: str = JSON_CONTENT,
    headers: Mapping[str, str] = MappingProxyType({}),
) -> Alteration:
    return lambda _answer: HttpResponse(body, status=code, content_type=content_type, headers=dict(headers))


@functools.cache
def _bomb() -> bytes:
    packer = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    megabyte = b" " * (1 << 20)
    packed = [packer.compress(megabyte) for _ in range(HUGE_BYTES >> 20)]
    return b"".join((*packed, packer.flush()))
