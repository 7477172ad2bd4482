"""What may be sent: known names alone. What they hold is checked by the services, and bounded by the columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.views.decorators.debug import sensitive_variables
from rest_framework import serializers
from rest_framework.request import Request

from django_flowwise.api.fields import (
    TextField,
    TruthField,
    VerbatimAmountField,
    VerbatimField,
    VerbatimNumberField,
)
from django_flowwise.undisclosed import Undisclosed


class _Body(serializers.Serializer[Any]):
    """Refuse names that nobody knows, rather than leave unsaid what somebody meant to say."""

    @sensitive_variables("data")
    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping) and (unknown := [name for name in data if name not in self.fields]):
            raise serializers.ValidationError({name: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)


class OrderBody(_Body):
    """Say what an order is to be."""

    account = VerbatimField(required=False, help_text="Alias in `FLOWWISE`.")
    reference = VerbatimField(help_text="The shop's own name; one live order has it.")
    order_id = VerbatimField(required=False, allow_null=True, help_text="Default: a new one that nobody else has.")
    order_amount = VerbatimAmountField(help_text="Major units, as text or as an exact number.")
    order_currency = VerbatimField(help_text="ISO 4217.")
    customer_id = VerbatimField(help_text="The shop's own key of its customer.")
    customer_email = VerbatimField(required=False)
    customer_phone = VerbatimField(required=False, help_text="Best with its country code.")
    customer_address = VerbatimField(required=False, help_text="One line.")
    payment_methods = VerbatimField(
        required=False, allow_null=True, help_text="Codes, joined by commas. Default: the account's."
    )
    expiry_time_in_minutes = VerbatimNumberField(
        required=False, allow_null=True, help_text="Default: the account's."
    )
    order_note = VerbatimField(required=False, allow_null=True)
    order_tags = VerbatimField(required=False, allow_null=True, help_text="Names and texts.")
    return_base_url = VerbatimField(
        required=False, allow_null=True, help_text="Where the customer comes back to. Default: our return page."
    )
    submit = TruthField(required=False, help_text="Create it at Flowwise in the same call.")
    supersede = TruthField(required=False, help_text="Give the reference's live order up for this one.")


_KEY = "Give your own key for this refund: asked for again under the same key, it is the same refund."


class RefundBody(_Body):
    """Say what is to be given back."""

    payment_id = TextField(help_text="One of the order's payments.")
    amount = VerbatimAmountField(required=False, allow_null=True, help_text="Default: all that is left.")
    note = TextField(required=False, allow_blank=True, trim_whitespace=False, help_text="The reason.")
    refund_id = TextField(
        trim_whitespace=False,
        error_messages=dict.fromkeys(("required", "null", "blank"), _KEY),
        help_text="Your own key: the same once more is the same refund.",
    )


class EmptyBody(_Body):
    """Say nothing, to an act that takes nothing."""


@sensitive_variables("body")
def read_body(request: Request, kind: type[_Body]) -> Undisclosed:
    """Read what was sent, under known names.

    Raises:
        ValidationError, ParseError, UnsupportedMediaType: nothing was saved.
    """
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return Undisclosed(body.validated_data)
