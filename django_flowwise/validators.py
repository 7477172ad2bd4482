"""What the fields of an order may hold: checks of one value each, with texts for the person who typed it.

Used by the model's fields, so that forms, services and the REST API refuse the same things.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from django_flowwise.addresses import LONGEST_ADDRESS, split_address
from django_flowwise.money import is_currency

DOCUMENTED_PAYMENT_METHODS = ("cc", "dc", "upi", "nb", "wallet")
"""Codes in the documented example; the whole vocabulary is not documented.

Source: Create Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order
(read 2026-11-24).
"""

validate_order_id = RegexValidator(
    r"\A[A-Za-z0-9_-]{1,45}\Z",
    _("Use at most 45 letters, digits, hyphens and underscores."),
    code="invalid_order_id",
)
validate_refund_id = RegexValidator(
    r"\A[A-Za-z0-9_-]{1,40}\Z",
    _("Use at most 40 letters, digits, hyphens and underscores."),
    code="invalid_refund_id",
)
validate_phone = RegexValidator(
    r"\A\+?[0-9(][0-9 ().-]{2,30}\Z",
    _("Enter a telephone number, best with its country code, such as +919876543210."),
    code="invalid_phone",
)
_METHOD = re.compile(r"[A-Za-z0-9_-]{1,32}")


def validate_text(value: str) -> None:
    """Refuse characters that a database or JSON cannot carry: NUL and lone surrogates."""
    if "\x00" in value:
        raise ValidationError(_("NUL characters are not allowed."), code="nul_character")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValidationError(
                _("The text holds half of a character pair (a lone surrogate)."), code="lone_surrogate"
            ) from error


def validate_key(value: str) -> None:
    """Refuse a key of the shop's that nobody could see."""
    if not value.strip():
        raise ValidationError(_("A key must hold a character that can be seen."), code="blank")


def validate_currency(value: str) -> None:
    """Refuse what is not an ISO 4217 code in capitals."""
    if not is_currency(value):
        raise ValidationError(_("Enter the code of a currency in capitals, such as INR."), code="invalid_currency")


def validate_web_address(value: str) -> None:
    """Refuse what is not an absolute http or https address."""
    if split_address(value, schemes=("http", "https")) is None:
        raise ValidationError(
            _("Enter an http or https address of at most %(limit)s characters, without user name or spaces."),
            code="invalid_address",
            params={"limit": LONGEST_ADDRESS},
        )


def validate_order_tags(value: object) -> None:
    """Refuse tags that are not a dictionary of text to text."""
    if not isinstance(value, dict) or not all(
        isinstance(key, str) and key and isinstance(text, str) for key, text in value.items()
    ):
        raise ValidationError(
            _('Tags must be names and texts, such as {"source": "web"}; other types are not documented.'),
            code="invalid_tags",
        )
    for text in (*value.keys(), *value.values()):
        validate_text(text)


def validate_payment_methods(value: str) -> None:
    """Refuse a list with an empty or malformed code; codes that are not documented pass."""
    for code in value.split(","):
        if not code:
            raise ValidationError(
                _("A payment method code is empty; separate codes by single commas."), code="empty_method"
            )
        if not _METHOD.fullmatch(code):
            raise ValidationError(
                _("%(code)s is not a payment method code; codes look like upi."),
                code="invalid_method",
                params={"code": repr(code)},
            )


def join_payment_methods(codes: str | Iterable[str]) -> str:
    """Write codes as the vendor takes them: one text, separated by commas, without spaces.

    Empty text and an empty list leave the choice to Flowwise.

    Raises:
        ValidationError: a code is not text, or empty.
    """
    if codes == "":
        return ""
    # A set has no order of its own, and would be written differently in every process.
    if isinstance(codes, str):
        listed = codes.split(",")
    else:
        listed = sorted(codes) if isinstance(codes, AbstractSet) else [*codes]
    if not all(isinstance(code, str) for code in listed):
        raise ValidationError(_("Payment method codes must be text, such as upi."), code="invalid_method")
    joined = ",".join(code.strip() for code in listed)
    if listed:
        validate_payment_methods(joined)
    return joined


def undocumented_payment_methods(codes: str) -> list[str]:
    """Name the codes that the public pages do not show; Flowwise may refuse them."""
    return [code for code in codes.split(",") if code and code not in DOCUMENTED_PAYMENT_METHODS]
