"""Fields of the API: amounts with their currency's digits, moments with their offset, input that is handed on."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.urls import NoReverseMatch
from rest_framework import ISO_8601, serializers
from rest_framework.fields import empty

from django_flowwise.api.endpoint import address_of
from django_flowwise.exceptions import AmountNotRepresentable
from django_flowwise.models.fields import LARGEST_NUMBER
from django_flowwise.money import DECIMAL_PLACES, MAX_DIGITS, exponent_of


def amount_text(amount: Decimal | int, currency: str) -> str:
    """Write an amount in major units digit for digit, with at least the currency's digits after the point."""
    try:
        digits = exponent_of(currency)
    except AmountNotRepresentable:
        digits = 0
    plain = Decimal(amount).normalize()
    return f"{plain:.{max(digits, -int(plain.as_tuple().exponent))}f}"


class AmountField(serializers.DecimalField):
    """Show an amount as text; ``currency`` names the column that holds its currency."""

    def __init__(self, currency: str, **kwargs: Any) -> None:
        self._currency = currency
        super().__init__(max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, read_only=True, **kwargs)

    def get_attribute(self, instance: Any) -> Any:
        """Find the amount, and write it."""
        amount = super().get_attribute(instance)
        return None if amount is None else amount_text(amount, getattr(instance, self._currency))

    def to_representation(self, value: Any) -> Any:
        """Give the text."""
        return value


class MomentField(serializers.DateTimeField):
    """Show a moment in ISO 8601 and UTC, whatever the project's own format."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format=ISO_8601, default_timezone=datetime.UTC, **kwargs)


class AddressField(serializers.URLField):
    """Show an address of the API about the order; None where there is none."""

    def __init__(self, name: str, **kwargs: Any) -> None:
        self._name = name
        super().__init__(source="*", read_only=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        """Give the address."""
        return address_of(self.context["request"], self._name, key=value.key)


class SuccessorField(AddressField):
    """Show the address of the order that took this one's place."""

    def to_representation(self, value: Any) -> Any:
        """Give the address."""
        return super().to_representation(value.superseded_by) if value.superseded_by else None


class CheckoutField(serializers.URLField):
    """Show the address of our own page that leads the customer to the checkout; None where it is not included."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(source="*", read_only=True, allow_null=True, **kwargs)

    def to_representation(self, value: Any) -> Any:
        """Give the address."""
        try:
            return self.context["request"].build_absolute_uri(value.get_absolute_url())
        except NoReverseMatch:
            return None


class VerbatimField(serializers.Field[Any, Any, Any, Any]):
    """Hand on what came: the services check it, and say the same of it wherever it comes from."""

    def run_validation(self, data: Any = empty) -> Any:
        """Refuse nothing but that nothing came."""
        return super().run_validation(data) if data is empty else data


class VerbatimAmountField(VerbatimField):
    """Take an amount as text or as an exact number."""


class VerbatimNumberField(VerbatimField):
    """Take a whole number, however JSON writes it: 60.0 is one."""

    def run_validation(self, data: Any = empty) -> Any:
        """Give 60.0 as 60; leave what is no whole number, or is out of all bounds, to the services."""
        # Compared alone: arithmetic with 1e1000000 overflows.
        if isinstance(data, Decimal) and -LARGEST_NUMBER <= data <= LARGEST_NUMBER and data == int(data):
            return int(data)
        return super().run_validation(data)


class TextField(serializers.CharField):
    """Take text and nothing that could be made into text."""

    default_error_messages = {"invalid": "Pass text."}

    def to_internal_value(self, data: Any) -> Any:
        """Refuse numbers."""
        if not isinstance(data, str):
            self.fail("invalid")
        return data


class TruthField(serializers.BooleanField):
    """Take true or false and no other word for it."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse other words."""
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return data
