"""What staff type about money: how much of a payment, and why."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from django_flowwise.admin.forms import AmountField
from django_flowwise.exceptions import AmountNotRepresentable
from django_flowwise.models import Payment, Refund, amount_left, new_refund_id
from django_flowwise.money import amount_in
from django_flowwise.validators import validate_refund_id, validate_text

CONFIRMED = "confirmed"
"""Name of the hidden field with which the second of two pages is sent."""


class AmountForm(forms.Form):
    """Ask how much of a payment; the amount is typed, and read, in the payment's currency."""

    amount = AmountField(label=_("Amount"))

    def __init__(self, payment: Payment, proposed: Decimal, typed: Any = None) -> None:
        self.payment = payment
        self.most = proposed
        initial = {"amount": _typed_as(payment.payment_currency, proposed)}
        super().__init__(typed, label_suffix="", initial=initial)
        self.fields["amount"].label_suffix = f" ({payment.payment_currency})"

    def clean_amount(self) -> Decimal:
        """Read the amount exactly, or say why it is none."""
        try:
            return amount_in(self.payment.payment_currency, self.cleaned_data["amount"])
        except AmountNotRepresentable as error:
            raise ValidationError(str(error), code="invalid_amount") from error

    def refuse_more(self, amount: Decimal, message: Any, code: str) -> None:
        """Refuse an amount above what there is; who sends the second page is refused by the services."""
        if amount > self.most and CONFIRMED not in self.data:
            most = f"{self.most.normalize():f}"
            params = {"left": most, "authorised": most, "currency": self.payment.payment_currency}
            self.add_error("amount", ValidationError(message, params=params, code=code))


class RefundForm(AmountForm):
    """Ask how much is to go back, and why; the refund_id is minted when the page is first shown."""

    note = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=Refund._meta.get_field("refund_note").max_length,
        validators=[validate_text],
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("Flowwise gets it. Leave out what tells of a person."),
    )
    refund_id = forms.CharField(
        widget=forms.HiddenInput,
        initial=new_refund_id,
        validators=[validate_refund_id],
        error_messages={"required": _("This page is not whole. Go back, and open it again.")},
    )

    def __init__(self, payment: Payment, typed: Any = None) -> None:
        super().__init__(payment, amount_left(payment), typed)

    def clean(self) -> dict[str, Any]:
        """Compare with what is left."""
        cleaned = super().clean() or {}
        if "amount" in cleaned:
            message = _("Of this payment, %(left)s %(currency)s can still be refunded.")
            self.refuse_more(cleaned["amount"], message, "above_refundable")
        return cleaned


class CaptureForm(AmountForm):
    """Ask how much of what was authorised is to be taken."""

    def __init__(self, payment: Payment, typed: Any = None) -> None:
        super().__init__(payment, payment.payment_amount or Decimal(0), typed)
        self.fields["amount"].help_text = _(
            "Whether less than was authorised can be captured is for Flowwise to say. An order is paid once all of"
            " its amount is captured."
        )

    def clean(self) -> dict[str, Any]:
        """Compare with what was authorised."""
        cleaned = super().clean() or {}
        if "amount" in cleaned:
            message = _("%(authorised)s %(currency)s were authorised; no more can be captured.")
            self.refuse_more(cleaned["amount"], message, "above_authorised")
        return cleaned


def _typed_as(currency: str, amount: Decimal) -> str:
    try:
        return str(amount_in(currency, amount))
    except AmountNotRepresentable:
        return f"{amount.normalize():f}"  # Flowwise's word for the currency is none that has digits
