"""The columns of an order: what we ask for, what Flowwise answered, and what we keep for ourselves.

Names that cross the wire are the vendor's own. Imported by the order's module alone.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from django.core.validators import EmailValidator, MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from django_flowwise import validators
from django_flowwise.addresses import LONGEST_ADDRESS
from django_flowwise.models.claimed import ClaimedRow
from django_flowwise.money import DECIMAL_PLACES, MAX_DIGITS
from django_flowwise.states import OrderState

SENT_FIELDS = (
    "order_id",
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
)
"""What Create Order is made from."""
FORGOTTEN: dict[str, Any] = {
    "customer_id": "",
    "customer_email": "",
    "customer_phone": "",
    "customer_address": "",
    "order_note": "",
    "order_tags": {},
}
"""What an order holds of its customer once that one is forgotten."""
LARGEST_NUMBER = 2_147_483_647
"""What an integer column of every database holds."""


def live_key_of(account: str, reference: str) -> str:
    """Give the value that at most one live order of an account and reference has.

    A digest, so that it is exact and alike under every collation of every database.
    """
    return hashlib.sha256(f"{account}\0{reference}".encode(errors="surrogatepass")).hexdigest()


def new_order_id() -> str:
    """Make an order_id that nobody else has: at most 45 letters, digits and underscores."""
    return f"order_{uuid.uuid4().hex}"


class OrderFields(ClaimedRow):
    """Hold the columns of an order."""

    id = models.BigAutoField(primary_key=True)
    key = models.UUIDField(_("key"), default=uuid.uuid4, unique=True, editable=False)
    account = models.CharField(_("account"), max_length=64, default="default")
    base_url = models.CharField(max_length=LONGEST_ADDRESS, blank=True, default="", editable=False)
    reference = models.CharField(
        _("reference"), max_length=255, validators=[validators.validate_text, validators.validate_key]
    )
    live_key = models.CharField(max_length=64, null=True, unique=True, editable=False)  # noqa: DJ001  # NULLs are not alike
    superseded_by = models.ForeignKey(
        "django_flowwise.Order", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )

    order_id = models.CharField(
        _("order ID"), max_length=45, default=new_order_id, validators=[validators.validate_order_id]
    )
    order_amount = models.DecimalField(_("amount"), max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    order_currency = models.CharField(
        _("currency"), max_length=3, default="INR", validators=[validators.validate_currency]
    )
    customer_id = models.CharField(
        _("customer ID"), max_length=255, validators=[validators.validate_text, validators.validate_key]
    )
    customer_email = models.CharField(
        _("e-mail"), max_length=254, blank=True, validators=[EmailValidator(), validators.validate_text]
    )
    customer_phone = models.CharField(
        _("telephone"), max_length=32, blank=True, validators=[validators.validate_phone]
    )
    customer_address = models.CharField(
        _("address"), max_length=1000, blank=True, validators=[validators.validate_text]
    )
    payment_methods = models.CharField(
        _("payment methods"), max_length=255, blank=True, validators=[validators.validate_payment_methods]
    )
    expiry_time_in_minutes = models.PositiveIntegerField(
        _("expires after (minutes)"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(LARGEST_NUMBER)],
    )
    order_note = models.CharField(_("note"), max_length=1000, blank=True, validators=[validators.validate_text])
    order_tags = models.JSONField(_("tags"), default=dict, blank=True, validators=[validators.validate_order_tags])
    return_base_url = models.CharField(
        _("return address"),
        max_length=LONGEST_ADDRESS,
        blank=True,
        validators=[validators.validate_web_address],
        help_text=_("Where the customer comes back to; empty means this shop's own return page."),
    )

    project_id = models.CharField(_("project ID"), max_length=255, blank=True, editable=False)
    order_status = models.CharField(_("status at Flowwise"), max_length=64, blank=True, editable=False)
    checkout_url = models.CharField(_("checkout link"), max_length=LONGEST_ADDRESS, blank=True, editable=False)
    order_hash = models.TextField(_("order hash"), blank=True, editable=False)
    order_expiry_time = models.DateTimeField(_("expires"), null=True, editable=False)
    added_on = models.DateTimeField(_("added at Flowwise"), null=True, editable=False)

    state = models.CharField(
        _("state"),
        max_length=max(map(len, OrderState.values)),
        choices=OrderState.choices,
        default=OrderState.DRAFT,
        editable=False,
    )
    attention = models.JSONField(_("needs attention"), default=list, blank=True, editable=False)
    settlement_notes = models.JSONField(_("settlement notes"), default=list, blank=True, editable=False)
    first_claimed_at = models.DateTimeField(null=True, editable=False)
    amount_paid = models.DecimalField(
        _("paid"), max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, default=0, editable=False
    )
    amount_refunded = models.DecimalField(
        _("refunded"), max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, default=0, editable=False
    )
    signal_due = models.PositiveSmallIntegerField(default=0, editable=False)
    submitted_at = models.DateTimeField(_("at Flowwise since"), null=True, editable=False)
    paid_at = models.DateTimeField(_("paid at"), null=True, editable=False)

    class Meta(ClaimedRow.Meta):
        abstract = True
