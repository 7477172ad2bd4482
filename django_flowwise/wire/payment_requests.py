"""What we ask for about payments and refunds. No card's data passes here: it is refused as it is given."""

from __future__ import annotations

import copy
import re
import unicodedata
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from django_flowwise.wire.json_objects import storable_object
from django_flowwise.wire.requests import Request

PAYMENT_METHODS = frozenset({"upi", "netbanking", "wallet"})
"""The documented methods but for ``card``. Not the words of an order's payment_methods.

Source: Create Payment, payment_method (read 2026-11-24).
"""
MERCHANT_INITIATED = "MERCHANT_INITIATED"
"""Source: Create Refund by Payment ID, refund_type (read 2026-11-24)."""
_KEY_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W_a-zA-Z]+")
_CARD_WORDS = frozenset({"pan", "cc", "csc"})
"""Speak of a card where they stand alone; ``company`` and ``account`` do not."""
_CARD_PARTS = re.compile(
    r"card|cvv|cvc|cvn|securitycode|exp(iry|iration|ires)?(mm|yy|mon|year|date)|^exp(iry|iration)?$|^pan(no|num)"
    r"|^(cc|dc)(no|num)|primaryaccount|track[12]|valid(thru|until|to)$"
)
"""Speak of a card wherever they stand in a key without its separators."""


_NO_CARDS = (
    "A card's data is not sent from here: whoever takes it has the duties of PCI DSS to bear."
    " Send the customer to the hosted checkout instead, at the order's checkout_url."
)


class CardDataRefused(ValueError):
    """It is known that a payment was to be made with a card's own data: nothing was sent or kept."""


class CreatePaymentRequest(Request, frozen=True):
    """Ask for a payment of an order without its checkout page.

    What the details hold for each method is not documented; they are copied, and sent as they are given.

    Raises:
        CardDataRefused: the method is a card, or a key of the details, however deep, speaks of one, or a value is
            a card's number.
        ValueError: it is another method, or the details are no JSON object of moderate size.

    Source: Create Payment, body parameters (read 2026-11-24).
    """

    payment_method: str
    """``upi``, ``netbanking`` or ``wallet``."""
    payment_method_details: dict[str, Any]
    return_base_url: str | UnsetType = UNSET

    def __post_init__(self) -> None:
        """Refuse what must not be sent, and keep the details apart from the caller's."""
        if "card" in self.payment_method.casefold():
            raise CardDataRefused(_NO_CARDS)
        if self.payment_method not in PAYMENT_METHODS:
            raise ValueError(f"The payment_method is none of {', '.join(sorted(PAYMENT_METHODS))}.")
        storable_object(self.payment_method_details)
        if any(map(_speaks_of_cards, _keys_of(self.payment_method_details))):
            raise CardDataRefused(_NO_CARDS)
        if any(map(_is_card_number, _texts_of(self.payment_method_details))):
            raise CardDataRefused(_NO_CARDS)
        apart = copy.deepcopy(self.payment_method_details)
        msgspec.structs.force_setattr(self, "payment_method_details", apart)

    def __repr__(self) -> str:
        """Name the class alone: reprs end up in error reports."""
        return "<CreatePaymentRequest>"

    def private_texts(self) -> tuple[str, ...]:
        """Give what must not be repeated in an error: every text and number of the details."""
        return tuple(text for text in _texts_of(self.payment_method_details) if text)


class AuthorizePaymentRequest(Request, frozen=True):
    """Ask to capture an authorised payment, or to void it.

    Raises:
        ValueError: the action is neither of the two.

    Source: Authorize Payment, body parameters, all required (read 2026-11-24).
    """

    action: str
    """``CAPTURE`` or ``VOID``."""
    capture_amount: Decimal
    """Major units. Documented as required, VOID not excepted."""

    def __post_init__(self) -> None:
        """Refuse an action that is not documented."""
        if self.action not in {"CAPTURE", "VOID"}:
            raise ValueError("The action is CAPTURE or VOID.")


class RefundRequest(Request, frozen=True):
    """Ask for money to go back, all of it or a part.

    Source: Create Refund by Payment ID, body parameters; by Order ID takes the same (read 2026-11-24).
    """

    refund_id: str
    """Unique, and chosen by us: the only handle for a refund whose answer was lost."""
    refund_amount: Decimal
    """Major units."""
    refund_type: str = MERCHANT_INITIATED
    """Sent always, since it is required."""
    refund_note: str | UnsetType = UNSET

    def __repr__(self) -> str:
        """Leave the note out: reprs end up in error reports."""
        return f"<RefundRequest {self.refund_id}>"

    def private_texts(self) -> tuple[str, ...]:
        """Give what must not be repeated in an error: what was noted freely."""
        return (self.refund_note,) if self.refund_note else ()


def _speaks_of_cards(key: str) -> bool:
    plain = unicodedata.normalize("NFKC", key)
    words = [word.casefold() for word in _KEY_WORD.findall(plain)]
    return not _CARD_WORDS.isdisjoint(words) or bool(_CARD_PARTS.search("".join(words)))


def _is_card_number(text: str) -> bool:
    """Tell whether this is a card's number: 13 to 19 digits, whose check digit is right (ISO/IEC 7812-1)."""
    plain = re.sub(r"[ .-]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{13,19}", plain):
        return False
    doubled = [sum(divmod(2 * int(digit), 10)) for digit in plain[-2::-2]]
    return (sum(doubled) + sum(map(int, plain[-1::-2]))) % 10 == 0


def _keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from value
    for child in _children_of(value):
        yield from _keys_of(child)


def _texts_of(value: Any) -> Iterator[str]:
    for child in _children_of(value):
        yield from _texts_of(child)
    if isinstance(value, (str, int, float, Decimal)) and not isinstance(value, bool):
        yield str(value)


def _children_of(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, (list, tuple)) else ()
