"""Filters for pages that show orders: ``{% load flowwise %}``."""

from __future__ import annotations

from decimal import Decimal

from django import template
from django.utils.formats import number_format

from django_flowwise.exceptions import AmountNotRepresentable
from django_flowwise.money import exponent_of

register = template.Library()


@register.filter
def money(amount: Decimal, currency: str) -> str:
    """Write an amount in major units as people here read it, with the currency's digits and its code."""
    try:
        digits = exponent_of(currency)
    except AmountNotRepresentable:
        return f"{currency} {amount}"
    return f"{currency}\N{NO-BREAK SPACE}{number_format(amount, decimal_pos=digits, force_grouping=True)}"
