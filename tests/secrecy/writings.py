"""In which ways a gateway may write what it was sent into its error message."""

from __future__ import annotations

import html
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import quote, urlencode

Sent = dict[str, Any]
Writing = Callable[[Sent], str]


def plainly(sent: Sent) -> str:
    return "; ".join(f"{name}: invalid value {value}" for name, value in sent.items())


WRITINGS: dict[str, Writing] = {
    "as plain text": plainly,
    "as JSON": lambda sent: json.dumps(sent, default=str, ensure_ascii=False),
    "as JSON in ASCII": lambda sent: json.dumps(sent, default=str),
    "as JSON within JSON": lambda sent: json.dumps(json.dumps(sent, default=str)),
    "in capitals": lambda sent: plainly(sent).upper(),
    "as Python": repr,
    "as a form": lambda sent: urlencode({name: str(value) for name, value in sent.items()}),
    "percent-encoded": lambda sent: quote(plainly(sent), safe=""),
    "as HTML": lambda sent: html.escape(plainly(sent)),
    "cut off": lambda sent: "; ".join(f"{name} {str(value)[:40]}… is too long" for name, value in sent.items()),
    "without commas": lambda sent: plainly(sent).replace(",", ""),
    "address first": lambda sent: f"{sent['customer_address'][:14]} is no address",
}
