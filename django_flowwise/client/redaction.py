"""What of a gateway's prose is not repeated: secrets, and whose data a request had. Pure text, no request."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Collection
from urllib.parse import quote

_HIDDEN = "…"
_SHORTEST_PRIVATE = 4
_WORD = re.compile(rf"\w{{{_SHORTEST_PRIVATE},}}")
_PUBLIC = frozenset(
    ["amount", "currency", "customer", "details", "email", "note", "order", "payment", "phone", "tags"]
)
"""Of the vendor's names for fields: a note that says "order" must not hide which field is wrong."""
_LOCAL_DIGITS = 10
"""Digits of a telephone number without its country code, as a gateway may repeat it."""
_BETWEEN_DIGITS = "[ ().-]{0,2}"
"""What a gateway may write between the digits of a telephone number."""
_ZEROS = rf"(?:0{_BETWEEN_DIGITS}){{0,2}}"
"""What stands before a national number in some countries, and before an international one in others."""
_NUMBER = re.compile(r"\+?[0-9]{7,}")
_NAME = r"[^\s<>()\[\]\"',:;=]{1,128}"
_ANYBODYS = (
    rf"{_NAME}(?:@|%40){_NAME}",
    rf"(?<!\w)\+?[0-9](?:{_BETWEEN_DIGITS}[0-9]){{{_LOCAL_DIGITS - 1},}}(?!\w)",
)
"""What looks like an address, for mail or payments, or like a number of a telephone, an account or a card."""


class Redaction:
    """Take out of a text what is private to a request, in whatever writing, and the account's secrets."""

    def __init__(self, private: Collection[str], secrets: Collection[str]) -> None:
        self._words = _words_of(private)
        self._secrets = [re.escape(secret) for secret in secrets]

    def __repr__(self) -> str:
        """Show nothing of what it hides."""
        return f"<Redaction of {len(self._words)} words>"

    def is_needed_by(self, code: str) -> bool:
        """Tell whether a code tells something private.

        A word without a digit does so only where it is the whole of it, or stands apart: what is known of an order
        may depend on ``already_exists``, and "exists" tells of nobody.
        """
        bounded = [_bounded(word, end=_END if any(map(str.isdigit, word)) else r"\w") for word in self._words]
        return _any_of(self._secrets, bounded).search(code) is not None

    def of(self, text: str, *, is_customer_known: bool) -> str:
        """Give the text without it; where the customer is not known, without what may be anybody's either."""
        anybodys = () if is_customer_known else _ANYBODYS
        return _any_of(self._secrets, [_bounded(word) for word in self._words], anybodys).sub(_HIDDEN, text)


_END = r"[^\W_]"
"""What a word goes on with: an underscore ends it, too."""


def _words_of(private: Collection[str]) -> list[str]:
    """Give what must not be repeated, longest first: whole, and word by word.

    A gateway may cut off, escape or encode what it repeats. A customer's key may be "1" or "c": too short to tell
    anything, and part of every sentence.
    """
    words = {word for text in private for word in (text, *_WORD.findall(text)) if len(word) >= _SHORTEST_PRIVATE}
    words = {word for word in words if word.lower() not in _PUBLIC}
    words |= {text[-_LOCAL_DIGITS:] for text in words if text[0] == "+"}
    words |= {write(word) for word in words if not word.isascii() for write in (quote, _as_json)}
    return sorted(words, key=len, reverse=True)


def _bounded(word: str, *, end: str = _END) -> str:
    """Give the pattern of a word, or of a telephone number in whatever groups."""
    if _NUMBER.fullmatch(word):
        end, spelled = "[0-9]", rf"\+?{_ZEROS}{_BETWEEN_DIGITS.join(word.lstrip('+'))}"
    else:
        spelled = re.escape(word)
    # The last digit of a percent-encoded character is no part of the word.
    return rf"(?:(?<!{end})|(?<=%[0-9a-f]{{2}})){spelled}(?!{end})"


def _any_of(*alternatives: Collection[str]) -> re.Pattern[str]:
    # Without any, what never matches.
    return re.compile("|".join(itertools.chain(*alternatives)) or r"(?!)", re.IGNORECASE)


def _as_json(text: str) -> str:
    return json.dumps(text)[1:-1]
