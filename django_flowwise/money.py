"""Amounts: exact decimals in major units, and the number of digits that each ISO 4217 currency has.

Refuses, never rounds. May import nothing of the package but its errors.
"""

from __future__ import annotations

import functools
import re
from decimal import Context, Decimal, InvalidOperation

from django.utils.translation import gettext as _
from iso4217 import Currency

from django_flowwise.exceptions import AmountNotRepresentable

MAX_DIGITS = 19
"""Digits of the database column, both sides of the point."""
DECIMAL_PLACES = 4
"""Digits after the point that the column holds: the most that any ISO 4217 currency has."""
SIGNIFICANT_DIGITS = 15
"""Digits of an amount that every database gives back as they were: SQLite keeps decimals as floats."""
_NUMBER = re.compile(
    r"\s*[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*|\s*[+-]?(nan|inf(inity)?)\s*", re.IGNORECASE
)
"""What Decimal reads, without its underscores and the digits of other scripts."""
_LONGEST_TEXT = 40
_EXACT = Context(prec=_LONGEST_TEXT)
"""Ours, since the caller's thread may have a context that rounds earlier or traps more."""


@functools.cache
def _exponents() -> dict[str, int]:
    return {currency.code: currency.exponent for currency in Currency if isinstance(currency.exponent, int)}


def currencies_by_digits() -> dict[int, list[str]]:
    """Give the codes of the currencies that have this many digits after the point."""
    found: dict[int, list[str]] = {}
    for code, digits in sorted(_exponents().items()):
        found.setdefault(digits, []).append(code)
    return found


def is_currency(code: object) -> bool:
    """Tell whether this is the three-letter code, in capitals, of a currency that has amounts."""
    return isinstance(code, str) and code in _exponents()


def exponent_of(currency: str) -> int:
    """Give the number of digits after the point, as 2 for INR, 0 for JPY and 3 for KWD.

    Raises:
        AmountNotRepresentable: there is no such currency.
    """
    try:
        return _exponents()[currency]
    except KeyError:
        raise AmountNotRepresentable(
            _("%(currency)s is not the code of an ISO 4217 currency, such as INR.") % {"currency": repr(currency)}
        ) from None


def amount_in(currency: str, value: object) -> Decimal:
    """Turn a positive number into an exact amount in major units, with the currency's digits.

    Takes Decimal, int, text, and a float whose shortest writing is the number that it holds exactly (2299.5).

    Raises:
        AmountNotRepresentable: the text says why and what to pass instead.
    """
    exponent = exponent_of(currency)
    number = _exact_decimal(value)
    if not number.is_finite():
        raise AmountNotRepresentable(_("The amount must be a finite number."))
    if number <= 0:
        raise AmountNotRepresentable(_("The amount must be greater than zero."))
    if number.adjusted() >= SIGNIFICANT_DIGITS - exponent:
        raise AmountNotRepresentable(
            _("The amount may have at most %(digits)s digits before the point.")
            % {"digits": SIGNIFICANT_DIGITS - exponent}
        )
    amount = number.quantize(Decimal(1).scaleb(-exponent), context=_EXACT)
    if number != amount:
        raise AmountNotRepresentable(
            _("%(currency)s amounts have %(digits)s digits after the point; this one has more. Round it yourself.")
            % {"currency": currency, "digits": exponent}
        )
    return amount


def is_storable(amount: Decimal) -> bool:
    """Tell whether an amount from outside, zero included, fits the column digit for digit."""
    if not amount.is_finite() or amount < 0 or len(amount.as_tuple().digits) > _LONGEST_TEXT:
        return False
    plain = amount.normalize(_EXACT).as_tuple()
    places = -int(plain.exponent)
    # What is written with an exponent has that many more digits once it stands in the column.
    digits = len(plain.digits) + max(-places, 0)
    return places <= DECIMAL_PLACES and digits <= SIGNIFICANT_DIGITS


def _exact_decimal(value: object) -> Decimal:
    if isinstance(value, bool):
        raise AmountNotRepresentable(_("The amount must be a number, not true or false."))
    if isinstance(value, float):
        return _decimal_of_float(value)
    if not isinstance(value, (Decimal, int, str)):
        raise AmountNotRepresentable(_("The amount must be a Decimal, an int, text, or an exact float."))
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise AmountNotRepresentable(_("The amount is too long to be one."))
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        raise AmountNotRepresentable(_("The amount must be a decimal number, such as 2299.50."))
    try:
        number = Decimal(value)
    except (InvalidOperation, ValueError):
        raise AmountNotRepresentable(_("The amount must be a decimal number, such as 2299.50.")) from None
    if number.is_finite() and len(number.as_tuple().digits) > _LONGEST_TEXT:
        raise AmountNotRepresentable(_("The amount is too long to be one."))
    return number


def _decimal_of_float(value: float) -> Decimal:
    # Not repr(), which subclasses of float have in other words.
    number = Decimal(float.__repr__(value))
    # Not "!=", which a caller's context may trap between a Decimal and a float.
    if number.is_finite() and number.as_integer_ratio() != value.as_integer_ratio():
        raise AmountNotRepresentable(
            _("The amount is a float that does not hold its decimal exactly; pass Decimal or text instead.")
        )
    return number
