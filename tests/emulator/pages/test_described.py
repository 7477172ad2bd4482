"""How the pages word what they show."""

from __future__ import annotations

from decimal import Decimal

import pytest

from django_flowwise.emulator.pages.described import written_amount


@pytest.mark.parametrize(
    ("amount", "written"),
    [
        ("2299.5", "2,299.50"),
        ("100", "100"),
        ("100.00", "100"),
        ("1234567.125", "1,234,567.125"),
        ("0.10", "0.10"),
    ],
)
def test_written_amount__for_people(amount: str, written: str) -> None:
    assert written_amount(Decimal(amount)) == written
