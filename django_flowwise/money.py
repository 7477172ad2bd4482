"""Amounts: exact decimals in major units, and the number of digits that each ISO 4217 currency has.

Refuses, never rounds. May import nothing of the package but its errors.
"""

from __future__ import annotations

import functools
from decimal import Context, Decimal, InvalidOperation

from iso4217 import Currency

from django_flowwise.exceptions import AmountNotRepresentable

MAX_DIGITS = 19
"""Digits of an amount, both sides of the point, that the database column holds."""
DECIMAL_PLACES = 4
"""Digits after the point that the column holds: the most that any ISO 4217 currency has."""
_LONGEST_TEXT = 40
_EXACT = Context(prec=_LONGEST_TEXT)
"""Ours, since the caller's thread may have a context that rounds earlier or traps more."""


@functools.cache
def _exponents() -> dict[str, int]:
    return {currency.code: currency.exponent for currency in Currency if isinstance(currency.exponent, int)}


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
            f"{currency!r} is not the code of an ISO 4217 currency, such as INR."
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
        raise AmountNotRepresentable("The amount must be a finite number.")
    if number <= 0:
        raise AmountNotRepresentable("The amount must be greater than zero.")
    if number.adjusted() >= MAX_DIGITS - DECIMAL_PLACES:
        raise AmountNotRepresentable(
            f"The amount may have at most {MAX_DIGITS - DECIMAL_PLACES} digits before the point."
        )
    amount = number.quantize(Decimal(1).scaleb(-exponent), context=_EXACT)
    if number != amount:
        raise AmountNotRepresentable(
            f"{currency} amounts have {exponent} digits after the point; this one has more. Round it yourself."
        )
    return amount


def is_storable(amount: Decimal) -> bool:
    """Tell whether an amount from outside, zero included, fits the column digit for digit."""
    if not amount.is_finite() or amount < 0 or amount.adjusted() >= MAX_DIGITS - DECIMAL_PLACES:
        return False
    return amount == amount.quantize(Decimal(1).scaleb(-DECIMAL_PLACES), context=_EXACT)


def _exact_decimal(value: object) -> Decimal:
    if isinstance(value, bool):
        raise AmountNotRepresentable("The amount must be a number, not true or false.")
    if isinstance(value, float):
        # Not repr(), which subclasses of float have in other words.
        number = Decimal(float.__repr__(value))
        if number.is_finite() and number != Decimal(value):
            raise AmountNotRepresentable(
                "The amount is a float that does not hold its decimal exactly; pass Decimal or text instead."
            )
        return number
    if isinstance(value, str) and len(value) > _LONGEST_TEXT:
        raise AmountNotRepresentable("The amount is too long to be one.")
    if isinstance(value, (Decimal, int, str)):
        try:
            number = Decimal(value)
        except (InvalidOperation, ValueError):
            raise AmountNotRepresentable("The amount must be a decimal number, such as 2299.50.") from None
        return _plain(number)
    raise AmountNotRepresentable("The amount must be a Decimal, an int, text, or an exact float.")


def _plain(number: Decimal) -> Decimal:
    if number.is_finite() and len(number.as_tuple().digits) > _LONGEST_TEXT:
        raise AmountNotRepresentable("The amount is too long to be one.")
    return number
