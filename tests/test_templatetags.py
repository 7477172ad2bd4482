"""Money as people read it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.utils import translation

from django_flowwise.templatetags.flowwise import money


@pytest.mark.parametrize(
    ("amount", "currency", "language", "written"),
    [
        ("2299.5", "INR", "en", "INR\xa02,299.50"),
        ("2299.5", "INR", "de", "INR\xa02.299,50"),
        ("7", "JPY", "en", "JPY\xa07"),
        ("1.5", "KWD", "en", "KWD\xa01.500"),
        ("1.5", "???", "en", "??? 1.5"),
    ],
)
def test_money__has_the_currencys_digits(amount: str, currency: str, language: str, written: str) -> None:
    with translation.override(language):
        assert money(Decimal(amount), currency) == written
