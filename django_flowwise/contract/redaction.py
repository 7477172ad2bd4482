"""What of an answer may be shown to others, decided by what is let through and never by what is found.

Names of fields are shown where they are made of known words, kinds of values always, and a value only where the
public pages have a word for a state, or a refusal has its code and its type.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any, Final

from django_flowwise.contract.vocabulary import DOCUMENTED_WORDS, ERROR_WORDS, is_of_known_words

NOT_SHOWN: Final = "(not shown)"
_STATE: Final = re.compile(r"[A-Z]{2,20}(_[A-Z]{2,20}){0,3}")
"""How every word for a state on the public pages is written; a new one tells more than any other line."""
_DEEPEST: Final = 3


class Redaction:
    """Keep what is private to one run, and let through what is not."""

    def __init__(self, secrets: Collection[str]) -> None:
        """Take credentials and everything that is sent; what is answered is private as soon as it is looked at."""
        self._secrets = {text.casefold() for text in secrets if text}
        self._answered: set[str] = set()

    def kinds_of(self, answer: Any) -> dict[str, str]:
        """Give the kind of each member of an answer, by its path."""
        return {path: _kind(value) for path, value in self._members(answer)}

    def words_of(self, answer: Any, operation: str, *, is_refusal: bool) -> dict[str, str]:
        """Give the words for states, or those of an error, by their path; of a list, those of its first member."""
        paths = ERROR_WORDS if is_refusal else DOCUMENTED_WORDS[operation]
        self._answered |= set(_texts_beside({path.rpartition(".")[2] for path in paths}, answer))
        return {
            path: self._shown(value, may_be_new=not is_refusal)
            for path, value in self._members(answer)
            if path in paths and isinstance(value, str)
        }

    def _members(self, value: Any, path: str = "", depth: int = _DEEPEST) -> Iterator[tuple[str, Any]]:
        yield path or ".", value
        if isinstance(value, list) and value and depth:
            yield from self._members(value[0], f"{path}[]", depth - 1)
        if isinstance(value, dict) and depth:
            for name, member in value.items():
                # The vendor's plugin interface writes "order_id " with a blank at its end.
                shown = name if self._shown(name.removesuffix(" "), may_be_new=False) != NOT_SHOWN else NOT_SHOWN
                yield from self._members(member, f"{path}.{shown}".lstrip("."), depth - 1)

    def _shown(self, text: str, *, may_be_new: bool) -> str:
        plain = text.casefold()
        if any(secret in plain for secret in self._secrets):
            return NOT_SHOWN
        if is_of_known_words(text):
            return text
        # A part of a name or of a credential is as private as the whole.
        is_apart = not any(plain in known or known in plain for known in self._secrets | self._answered)
        return text if may_be_new and _STATE.fullmatch(text) and is_apart else NOT_SHOWN


def _texts_beside(word_fields: Collection[str], answer: Any) -> Iterator[str]:
    """Give every text of an answer but its words, names that are not ours included, however deep."""
    left = [answer]
    while left:
        value = left.pop()
        if isinstance(value, list):
            left += value
        elif isinstance(value, dict):
            left += [name for name in value if not is_of_known_words(name.removesuffix(" "))]
            left += [
                member for name, member in value.items() if name not in word_fields or not isinstance(member, str)
            ]
        elif isinstance(value, str) and value:
            yield value.casefold()


def _kind(value: Any) -> str:
    if isinstance(value, list):
        return f"list of {len(value) if len(value) < 3 else 'several'}"
    if isinstance(value, str):
        return "text" if value else "empty text"
    names = {type(None): "null", bool: "boolean", int: "integer", Decimal: "number", dict: "object"}
    return names.get(type(value), NOT_SHOWN)
