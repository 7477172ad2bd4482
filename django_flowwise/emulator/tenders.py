"""What a payer brings to a payment, as a test or a form says it.

The object `Emulator`, the ledger and the pages import it.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, Self

from django_flowwise.emulator.behaviour.limits import MOST_AMOUNT, MOST_DECIMALS

PAYMENT_ENDS: Final = ("SUCCESS", "FAILED", "USER_DROPPED", "INIT_FAILED", "CANCELLED")
"""How a PENDING payment can end."""
REFUND_ENDS: Final = ("SUCCESS", "FAILED", "CANCELLED", "USER_DROPPED")
"""How a PENDING refund can end."""


@dataclass(frozen=True, kw_only=True)
class Tender:
    """A method with an amount (major units) and a currency; None where they are those of the order."""

    method: str
    amount: Decimal | None = None
    currency: str | None = None

    @classmethod
    def of(cls, *, method: str, amount: Decimal | int | str | None = None, currency: str | None = None) -> Self:
        """Take what a test or a form says.

        Raises:
            ValueError: the amount is no number above 0, or the method or the currency no word.
        """
        for name, word in {"method": method, "currency": "-" if currency is None else currency}.items():
            if not word.isprintable() or word != word.strip() or not word:
                raise ValueError(f"A {name} is a word without line breaks, not {word!r}.")
        return cls(method=method, amount=None if amount is None else _amount(amount), currency=currency)


def known_end(word: str, ends: tuple[str, ...]) -> str:
    """Give the word back.

    Raises:
        ValueError: nothing ends so; the text says how it can.
    """
    if word not in ends:
        raise ValueError(f"It can end as one of {', '.join(ends)}, not as {word!r}.")
    return word


def _amount(written: Decimal | int | str) -> Decimal:
    try:
        number = Decimal("NaN") if isinstance(written, bool | float) else Decimal(written)
    except InvalidOperation:
        number = Decimal("NaN")
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int) or exponent < -MOST_DECIMALS or not 0 < number <= MOST_AMOUNT:
        raise ValueError(f"An amount is a number above 0 in major units, such as 2299.50, not {written!r}.")
    return number
