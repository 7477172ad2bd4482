"""Payment: one attempt to pay an order, as Flowwise tells of it; and what was asked to become of held money."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_flowwise.models.guards import GuardedRow
from django_flowwise.models.orders import Order
from django_flowwise.money import DECIMAL_PLACES, MAX_DIGITS
from django_flowwise.states import is_held, is_successful


class CaptureAction(models.TextChoices):
    """Say what was asked to become of held money.

    Source: Authorize Payment, action (read 2026-11-24).
    """

    CAPTURE = "CAPTURE", _("Capture")
    VOID = "VOID", _("Void")


def payment_key_of(account: str, payment_id: str) -> str:
    """Give the value that one payment of an account has: exact and alike under every collation."""
    return hashlib.sha256(f"{account}\0{payment_id}".encode(errors="surrogatepass")).hexdigest()


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Narrow payments down."""

    def in_doubt(self) -> Self:
        """Keep those of which a capture or void was asked for, and Flowwise has not shown what became of it."""
        return self.exclude(capture_action="")

    def due(self, moment: datetime.datetime) -> Self:
        """Keep those in doubt that nobody is at."""
        return self.filter(claim_expires_at__lt=moment)


class Payment(GuardedRow):
    """One attempt to pay an order. Flowwise's words and amounts, kept in step by refresh_order."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey(Order, models.PROTECT, related_name="payments", verbose_name=_("order"))
    account = models.CharField(_("account"), max_length=64, editable=False)
    payment_id = models.CharField(_("payment ID"), max_length=255, editable=False)
    payment_key = models.CharField(max_length=64, unique=True, editable=False)
    status = models.CharField(_("status at Flowwise"), max_length=64, blank=True, editable=False)
    payment_amount = models.DecimalField(
        _("amount"), max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True, editable=False
    )
    payment_currency = models.CharField(_("currency"), max_length=64, blank=True, editable=False)
    payment_method = models.CharField(_("payment method"), max_length=255, blank=True, editable=False)
    capture_status = models.CharField(_("capture status"), max_length=64, blank=True, editable=False)
    capture_amount = models.DecimalField(
        _("captured"), max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES, null=True, editable=False
    )
    gateway_details = models.JSONField(_("gateway details"), default=dict, blank=True, editable=False)
    payment_time = models.DateTimeField(_("paid at"), null=True, editable=False)
    checked_at = models.DateTimeField(_("last looked at"), default=timezone.now, editable=False)

    capture_action = models.CharField(
        _("asked for"), max_length=8, blank=True, choices=CaptureAction.choices, editable=False
    )
    maybe_sent_at = models.DateTimeField(null=True, editable=False)
    claim_expires_at = models.DateTimeField(null=True, editable=False)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["id"]
        indexes = [models.Index(fields=["claim_expires_at"], name="flowwise_payment_claim")]

    def __str__(self) -> str:
        return self.payment_id

    def __repr__(self) -> str:
        return f"<Payment {self.pk} {self.payment_id} {self.status}>"

    def save(self, **kwargs: Any) -> None:
        """Save as Django does; the key that holds one payment once in its account follows from its names."""
        self.account = self.account or self.order.account
        self.payment_key = payment_key_of(self.account, self.payment_id)
        super().save(**kwargs)

    @property
    def is_successful(self) -> bool:
        """Whether the money was taken."""
        return is_successful(self.status, self.capture_status)

    @property
    def is_held(self) -> bool:
        """Whether the money waits for a capture or a void."""
        return is_held(self.status, self.capture_status)

    @property
    def amount_captured(self) -> Decimal:
        """What was taken of the customer's money, in ``payment_currency`` and major units."""
        if not self.is_successful:
            return Decimal(0)
        is_told = self.capture_amount is not None
        return (self.capture_amount if is_told else self.payment_amount) or Decimal(0)

    def mark_seen(self, answer: Mapping[str, Any], *, asked_at: datetime.datetime) -> bool:
        """Record what Flowwise says of it, unless a look that began later has told already."""
        return self._update(
            {"checked_at__lte": asked_at}, moment=asked_at, values={**answer, "checked_at": asked_at}
        )

    def mark_capturing(
        self, action: CaptureAction, *, moment: datetime.datetime, claim_expires_at: datetime.datetime
    ) -> bool:
        """Claim the payment for one capture or void, as long as it is held and nothing else was asked for."""
        return self._update(
            capture_action="",
            status=self.status,
            capture_status=self.capture_status,
            moment=moment,
            values={
                "capture_action": action,
                "maybe_sent_at": moment,
                "claim_expires_at": claim_expires_at,
            },
        )

    def mark_capture_unknown(self, *, moment: datetime.datetime) -> bool:
        """Give the claim back without knowing what became of it; a look decides."""
        return self._update(
            capture_action=self.capture_action,
            claim_expires_at=self.claim_expires_at,
            moment=moment,
            values={"maybe_sent_at": moment, "claim_expires_at": moment},
        )

    def mark_capture_waiting(self, *, claim_expires_at: datetime.datetime, moment: datetime.datetime) -> bool:
        """Put the next look off where a look has not shown what became of it."""
        return self._update(
            capture_action=self.capture_action,
            claim_expires_at=self.claim_expires_at,
            moment=moment,
            values={"claim_expires_at": claim_expires_at},
        )

    def mark_capture_over(self, *, moment: datetime.datetime) -> bool:
        """Give the claim back: what became of it is known."""
        return self._update(
            capture_action=self.capture_action,
            maybe_sent_at=self.maybe_sent_at,
            moment=moment,
            values={"capture_action": "", "maybe_sent_at": None, "claim_expires_at": None},
        )
