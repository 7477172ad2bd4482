"""What a customer types at checkout."""

from __future__ import annotations

from django import forms

from django_flowwise.validators import validate_phone, validate_text
from example_project.shop.models import ShopOrder


class CheckoutForm(forms.ModelForm):  # type: ignore[type-arg]  # not generic when the code runs
    """Ask who pays and where it goes; what passes here is accepted by django-flowwise too.

    The key was given to the page that shows the form, so that sending it twice is one order; the total is what the
    page shows.
    """

    key = forms.UUIDField(widget=forms.HiddenInput)
    total = forms.DecimalField(widget=forms.HiddenInput)

    class Meta:
        model = ShopOrder
        fields = ("name", "email", "phone", "address")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "name"}),
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "phone": forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
            "address": forms.Textarea(attrs={"autocomplete": "street-address", "rows": 3}),
        }
        help_texts = {"phone": "With its country code, such as +919876543210."}

    def clean_name(self) -> str:
        """Refuse what no database holds: JSON can say what no form can."""
        name: str = self.cleaned_data["name"]
        validate_text(name)
        return name

    def clean_phone(self) -> str:
        """Refuse what is not a telephone number."""
        phone: str = self.cleaned_data["phone"]
        validate_phone(phone)
        return phone

    def clean_address(self) -> str:
        """Write the address on one line, as Flowwise takes it."""
        address = ", ".join(line.strip() for line in self.cleaned_data["address"].splitlines() if line.strip())
        validate_text(address)
        return address
