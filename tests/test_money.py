"""Amounts: what is exact is taken, with the currency's digits; all else is refused and nothing is rounded."""

from __future__ import annotations

import decimal
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from django_flowwise import money
from django_flowwise.exceptions import AmountNotRepresentable
from django_flowwise.money import amount_in, exponent_of, is_currency, is_storable
from tests.factories import make_order

CURRENCIES = st.sampled_from(["INR", "JPY", "KWD", "USD", "CLF"])


class LoudFloat(float):
    def __repr__(self) -> str:
        return f"LoudFloat({float(self)})"


@pytest.mark.parametrize(
    ("currency", "value", "written"),
    [
        ("INR", Decimal("2299.50"), "2299.50"),
        ("INR", Decimal("2299.5"), "2299.50"),
        ("INR", "2299.5", "2299.50"),
        ("INR", 2299.5, "2299.50"),
        ("INR", LoudFloat(2299.5), "2299.50"),
        ("INR", 2299, "2299.00"),
        ("INR", "0.01", "0.01"),
        ("INR", "1E+3", "1000.00"),
        ("INR", Decimal("1.000000"), "1.00"),
        ("INR", "9999999999999.99", "9999999999999.99"),
        ("JPY", 100, "100"),
        ("JPY", "1e2", "100"),
        ("JPY", Decimal("100.0"), "100"),
        ("KWD", "1.234", "1.234"),
        ("KWD", 0.125, "0.125"),
        ("CLF", "0.0001", "0.0001"),
    ],
)
def test_amount_in__exact_with_the_digits_of_the_currency(currency, value, written):
    amount = amount_in(currency, value)

    assert isinstance(amount, Decimal)
    assert str(amount) == written


@pytest.mark.parametrize(
    ("currency", "value", "says"),
    [
        ("INR", 0, "greater than zero"),
        ("INR", "0.00", "greater than zero"),
        ("INR", Decimal("-0.0"), "greater than zero"),
        ("INR", "0e999999", "greater than zero"),
        ("INR", -1, "greater than zero"),
        ("INR", "-0.01", "greater than zero"),
        ("INR", "-1e999999", "greater than zero"),
        ("INR", Decimal("NaN"), "finite"),
        ("INR", Decimal("sNaN"), "finite"),
        ("INR", "-nan", "finite"),
        ("INR", float("nan"), "finite"),
        ("INR", Decimal("Infinity"), "finite"),
        ("INR", "-inf", "finite"),
        ("INR", float("inf"), "finite"),
        ("INR", float("-inf"), "finite"),
        ("INR", True, "not true or false"),
        ("INR", False, "not true or false"),
        ("INR", 0.1, "does not hold its decimal exactly"),
        ("INR", 2299.99, "does not hold its decimal exactly"),
        ("INR", LoudFloat(0.1), "does not hold its decimal exactly"),
        ("INR", 1e308, "does not hold its decimal exactly"),
        ("INR", 1e22, "at most 13 digits"),
        ("INR", "2299.505", "INR amounts have 2 digits"),
        ("INR", "0.001", "INR amounts have 2 digits"),
        ("INR", "1e-999999", "INR amounts have 2 digits"),
        ("INR", "1e-999999999999", "INR amounts have 2 digits"),
        ("INR", "1.000000000000000000000000000001", "INR amounts have 2 digits"),
        ("INR", "9999999999999.999", "INR amounts have 2 digits"),
        ("JPY", "100.5", "JPY amounts have 0 digits"),
        ("JPY", 0.5, "JPY amounts have 0 digits"),
        ("KWD", "1.2345", "KWD amounts have 3 digits"),
        ("INR", "1000000000000000", "at most 13 digits"),
        ("INR", 10**15, "at most 13 digits"),
        ("INR", "1e999999", "at most 13 digits"),
        ("INR", "1e999999999999999999", "at most 13 digits"),
        ("INR", 10**1000, "too long"),
        ("INR", Decimal("1." + "0" * 60), "too long"),
        ("INR", "1" * 41, "too long"),
        ("INR", "9" * 1_000_000, "too long"),
        ("INR", "1e99999999999999999999999", "must be a decimal number"),
        ("INR", "", "must be a decimal number"),
        ("INR", "2,299.50", "must be a decimal number"),
        ("INR", "1_000", "must be a decimal number"),
        ("INR", "५", "must be a decimal number"),
        ("JPY", 10**15, "at most 15 digits"),
        ("INR", "₹5", "must be a decimal number"),
        ("INR", "5\x00", "must be a decimal number"),
        ("INR", "\ud800", "must be a decimal number"),
        ("INR", None, "must be a Decimal, an int, text"),
        ("INR", b"5", "must be a Decimal, an int, text"),
        ("INR", 5j, "must be a Decimal, an int, text"),
        ("INR", [5], "must be a Decimal, an int, text"),
        ("INR", (0, (5,), 0), "must be a Decimal, an int, text"),
        ("inr", 5, "'inr' is not the code"),
        ("INR ", 5, "'INR ' is not the code"),
        ("", 5, "'' is not the code"),
        ("XXX", 5, "'XXX' is not the code"),
        ("XAU", 5, "'XAU' is not the code"),
        ("ZZZ", 5, "'ZZZ' is not the code"),
        (None, 5, "None is not the code"),
    ],
    ids=lambda value: ascii(str(value))[:40],
)
def test_amount_in__refuses(currency, value, says):
    with pytest.raises(AmountNotRepresentable, match=says) as caught:
        amount_in(currency, value)
    assert len(str(caught.value)) < 120


@given(st.decimals() | st.floats() | st.text() | st.integers() | st.none() | st.booleans(), CURRENCIES)
def test_amount_in__anything_is_either_exact_or_refused(value, currency):
    try:
        amount = amount_in(currency, value)
    except AmountNotRepresentable:
        return
    assert amount == (Decimal(value) if isinstance(value, str) else value)
    assert amount > 0
    assert -amount.as_tuple().exponent == exponent_of(currency)
    assert len(amount.as_tuple().digits) <= money.MAX_DIGITS


@given(CURRENCIES, st.integers(min_value=1, max_value=10**15 - 1))
def test_amount_in__every_whole_number_of_the_smallest_unit_is_taken(currency, units):
    amount = Decimal(units).scaleb(-exponent_of(currency))

    assert amount_in(currency, amount) == amount_in(currency, str(amount)) == amount


def test_amount_in__does_not_depend_on_the_callers_context():
    with decimal.localcontext() as context:
        context.prec = 3
        context.traps[decimal.Inexact] = True
        context.traps[decimal.Rounded] = True

        assert str(amount_in("INR", "123456.7")) == "123456.70"
        with pytest.raises(AmountNotRepresentable, match="2 digits"):
            amount_in("INR", "123456.789")


@pytest.mark.parametrize(("currency", "exponent"), [("INR", 2), ("JPY", 0), ("KWD", 3), ("CLF", 4)])
def test_exponent_of__iso_4217(currency, exponent):
    assert exponent_of(currency) == exponent


def test_exponent_of__no_currency_needs_more_digits_than_the_column_has():
    assert max(money._exponents().values()) == money.DECIMAL_PLACES


def test_exponent_of__unknown():
    with pytest.raises(AmountNotRepresentable, match="ISO 4217"):
        exponent_of("inr")


@pytest.mark.parametrize("code", ["INR", "USD", "JPY"])
def test_is_currency__code_in_capitals(code):
    assert is_currency(code)


@pytest.mark.parametrize("code", ["inr", "Inr", "", "XXX", "XAU", "XTS", "RS", "INRX", None, 356, ["INR"], {}])
def test_is_currency__anything_else(code):
    assert not is_currency(code)


@pytest.mark.parametrize(
    "text", ["0", "0.0000", "2299.5", "0.0001", "1E+3", "99999999999.9999", "999999999999999", "1.00000000"]
)
def test_is_storable__fits_the_column_digit_for_digit(text):
    assert is_storable(Decimal(text))


@pytest.mark.parametrize(
    "text",
    [
        "-0.01",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "0.00001",
        "1E-999999",
        "1E+15",
        "999999999999.9999",
        "1E+999999",
        # One digit more than decimal's usual precision, which would round it away.
        "1.00000000000000000000000000000001",
        "2299.500000000000000000000000000000000000000000000001",
    ],
)
def test_is_storable__does_not(text):
    assert not is_storable(Decimal(text))


@given(st.decimals())
def test_is_storable__what_is_storable_survives_the_column(amount):
    if is_storable(amount):
        assert Decimal(f"{amount:.4f}") == amount


def test_amount_in__whatever_the_callers_context_traps():
    with decimal.localcontext(decimal.Context(prec=3, traps=[decimal.FloatOperation, decimal.Inexact])):
        assert amount_in("INR", 2299.5) == Decimal("2299.50")
        with pytest.raises(AmountNotRepresentable, match="does not hold"):
            amount_in("INR", 0.1)


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["9999999999999.99", "0.01", "2299.50"])
def test_amount__comes_back_from_the_database_as_it_was(text):
    order = make_order(order_amount=Decimal(text))
    order.refresh_from_db()
    assert str(amount_in("INR", order.order_amount)) == text
