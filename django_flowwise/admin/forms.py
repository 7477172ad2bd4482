"""What staff type: an order's content, checked by the rules of the model and worded for people."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from django_flowwise.admin.generics import OrderModelForm
from django_flowwise.conf import DEFAULT_ALIAS, account_aliases, get_account
from django_flowwise.exceptions import AmountNotRepresentable, FlowwiseConfigurationError
from django_flowwise.models import Order, live_key_of
from django_flowwise.money import amount_in, is_currency
from django_flowwise.states import OrderState, sources_of
from django_flowwise.validators import DOCUMENTED_PAYMENT_METHODS, join_payment_methods, validate_order_tags

METHOD_LABELS = {
    "cc": _("Credit card"),
    "dc": _("Debit card"),
    "upi": _("UPI"),
    "nb": _("Net banking"),
    "wallet": _("Wallet"),
}


class PaymentMethodsWidget(forms.MultiWidget):
    """Show the documented codes as check boxes, and a line for others."""

    template_name = "admin/django_flowwise/widgets/payment_methods.html"

    def __init__(self) -> None:
        choices = [(code, METHOD_LABELS[code]) for code in DOCUMENTED_PAYMENT_METHODS]
        super().__init__(
            {
                "documented": forms.CheckboxSelectMultiple(choices=choices),
                "others": forms.TextInput(
                    attrs={"aria-label": _("Other codes, separated by commas"), "placeholder": _("Other codes")}
                ),
            }
        )

    def decompress(self, value: str | None) -> list[Any]:
        """Take the stored text apart."""
        codes = (value or "").split(",") if value else []
        documented = [code for code in codes if code in DOCUMENTED_PAYMENT_METHODS]
        return [documented, ",".join(code for code in codes if code not in documented)]


class PaymentMethodsField(forms.MultiValueField):
    """Give the chosen codes as the vendor takes them."""

    widget = PaymentMethodsWidget

    def __init__(self, **kwargs: Any) -> None:
        choices = [(code, METHOD_LABELS[code]) for code in DOCUMENTED_PAYMENT_METHODS]
        super().__init__(
            fields=(
                forms.MultipleChoiceField(choices=choices, required=False),
                forms.CharField(required=False),
            ),
            require_all_fields=False,
            **kwargs,
        )

    def compress(self, values: list[Any]) -> str:
        """Join both parts."""
        documented, others = values or [[], ""]
        return join_payment_methods([*documented, *(others.split(",") if others else [])])


class TagsField(forms.CharField):
    """Read one ``name=text`` on each line."""

    widget = forms.Textarea

    def prepare_value(self, value: Any) -> Any:
        """Write a dictionary as lines."""
        if isinstance(value, dict):
            return "\n".join(f"{name}={text}" for name, text in value.items())
        return value

    def to_python(self, value: Any) -> Any:
        """Read lines as a dictionary."""
        tags: dict[str, str] = {}
        for line in (super().to_python(value) or "").splitlines():
            name, sign, text = line.partition("=")
            if not sign or not name.strip():
                raise ValidationError(_("Write each tag on a line of its own, as name=text."), code="invalid_tags")
            if name.strip() in tags:
                raise ValidationError(
                    _("%(name)s stands there twice; a tag has one text."),
                    params={"name": name.strip()},
                    code="repeated_tag",
                )
            tags[name.strip()] = text.strip()
        validate_order_tags(tags)
        return tags

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare dictionaries, not lines."""
        try:
            return bool((initial or {}) != self.to_python(data))
        except ValidationError:
            return True


class AmountField(forms.CharField):
    """Keep the amount as it was typed: what of it is a number in its currency, the form decides.

    Django's own DecimalField takes 1_000 and the digits of other scripts, which Flowwise's services refuse.
    """

    widget = forms.TextInput(attrs={"inputmode": "decimal", "class": "vTextField"})

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare numbers, not their digits."""
        try:
            return initial is None or Decimal(initial) != Decimal(data or "")
        except InvalidOperation:
            return True


class OrderForm(OrderModelForm):
    """Ask for an order's content; the account cannot change once the order is there."""

    order_amount = AmountField(label=_("Amount"))
    payment_methods = PaymentMethodsField(
        label=_("Payment methods"), required=False, help_text=_("None chosen leaves the choice to Flowwise.")
    )
    order_tags = TagsField(
        label=_("Tags"), required=False, strip=False, help_text=_("One name=text on each line.")
    )

    class Meta:
        model = Order
        fields = (
            "account",
            "reference",
            "order_amount",
            "order_currency",
            "customer_id",
            "customer_email",
            "customer_phone",
            "customer_address",
            "payment_methods",
            "expiry_time_in_minutes",
            "order_note",
            "order_tags",
            "return_base_url",
            "order_id",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance._state.adding and "account" in self.fields:
            self.fields["account"] = forms.ChoiceField(
                label=_("Account"), choices=[(alias, alias) for alias in _aliases()]
            )
            self._propose_defaults()
        if not self.instance._state.adding:
            amount = amount_in(self.instance.order_currency, self.instance.order_amount)
            self.initial["order_amount"] = amount

    def _propose_defaults(self) -> None:
        try:
            account = get_account(DEFAULT_ALIAS)
        except FlowwiseConfigurationError:
            return
        self.initial.setdefault("payment_methods", account.payment_methods)
        self.initial.setdefault("expiry_time_in_minutes", account.expiry_minutes)

    def clean(self) -> dict[str, Any]:
        """Read the amount in its currency; refuse a reference that has a live order, and name that order."""
        cleaned = super().clean() or {}
        self._read_amount(cleaned)
        if self.instance._state.adding and {"account", "reference"} <= cleaned.keys():
            key = live_key_of(cleaned["account"], cleaned["reference"])
            live = Order.objects.filter(live_key=key).first()
            if live is not None:
                self.add_error(
                    "reference",
                    ValidationError(
                        _("This reference has a live order, %(order_id)s (%(state)s). Correct or withdraw it."),
                        params={"order_id": live.order_id, "state": OrderState(live.state).label},
                        code="reference_in_use",
                    ),
                )
        return cleaned

    def _read_amount(self, cleaned: dict[str, Any]) -> None:
        if "order_amount" not in cleaned or not is_currency(cleaned.get("order_currency")):
            return  # either field's own error says what to do
        try:
            cleaned["order_amount"] = amount_in(cleaned["order_currency"], cleaned["order_amount"])
        except AmountNotRepresentable as error:
            self.add_error("order_amount", ValidationError(str(error), code="invalid_amount"))


def _aliases() -> tuple[str, ...]:
    try:
        return account_aliases()
    except FlowwiseConfigurationError:
        return ()


class SettleForm(forms.Form):
    """Ask a named person what was found and decided."""

    note = forms.CharField(
        label=_("What was found and decided"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000
    )
    accept_as_paid = forms.BooleanField(
        label=_("Take the order for paid"),
        required=False,
        help_text=_("The shop is told that it is paid, on your word and without Flowwise's proof."),
    )

    seen = forms.CharField(widget=forms.HiddenInput, required=False)
    """When the order that the page shows was changed last: nobody settles what has come since."""

    def __init__(self, order: Order, typed: Any = None) -> None:
        self._is = order.updated_at.isoformat()
        super().__init__(typed, label_suffix="", initial={"seen": self._is})
        if order.state not in sources_of(OrderState.PAID):
            del self.fields["accept_as_paid"]

    def clean_seen(self) -> str:
        """Refuse what was decided about the order as it was before."""
        if self.cleaned_data["seen"] not in {"", self._is}:
            self.data = {name: self.data.get(name) for name in self.data} | {"seen": self._is}
            raise ValidationError(
                _("The order has changed since this page was opened. Read it again, then settle it."),
                code="changed",
            )
        return self._is
