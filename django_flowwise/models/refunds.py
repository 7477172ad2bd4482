"""Refund: money on its way back, under a refund_id that was committed before anybody was asked for it."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from django_flowwise import validators
from django_flowwise.models.claimed import ClaimedRow
from django_flowwise.models.payments import Payment
from django_flowwise.money import DECIMAL_PLACES, MAX_DIGITS
from django_flowwise.states import (
    COUNTING,
    ENDED,
    SENDABLE,
    UNDER_WAY,
    RefundState,
    refund_sources_of,
)
from django_flowwise.wire import MERCHANT_INITIATED


def new_refund_id() -> str:
    """Make a refund_id that nobody else has: 39 letters, digits and underscores."""
    return f"refund_{uuid.uuid4().hex}"


def is_minted(refund_id: str) -> bool:
    """Tell whether a refund_id is of those that are made here, rather than a key of the shop's."""
    return re.fullmatch(r"refund_[0-9a-f]{32}", refund_id) is not None


class RefundQuerySet(models.QuerySet["Refund"]):
    """Narrow refunds down by what we believe about them."""

    def counting(self) -> Self:
        """Keep those whose money may go, or has gone, back."""
        return self.filter(state__in=COUNTING)

    def under_way(self) -> Self:
        """Keep those whose end is still to come."""
        return self.filter(state__in=UNDER_WAY)

    def due(self, moment: datetime.datetime) -> Self:
        """Keep those whose time to be looked at has come, claims that were left behind included."""
        return self.filter(
            Q(state=RefundState.SUBMITTING, claim_expires_at__lt=moment) | Q(next_check_at__lte=moment)
        )

    def amount(self) -> Decimal:
        """Add the amounts up exactly, which no database does alike."""
        return sum(self.values_list("refund_amount", flat=True), Decimal(0))


class Refund(ClaimedRow):
    """One refund of one payment."""

    states = RefundState
    sendable = SENDABLE

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name=_("payment"))
    account = models.CharField(_("account"), max_length=64, editable=False)
    refund_id = models.CharField(
        _("refund ID"), max_length=40, default=new_refund_id, validators=[validators.validate_refund_id]
    )
    refund_amount = models.DecimalField(_("amount"), max_digits=MAX_DIGITS, decimal_places=DECIMAL_PLACES)
    refund_currency = models.CharField(_("currency"), max_length=3, validators=[validators.validate_currency])
    refund_type = models.CharField(_("type"), max_length=64, default=MERCHANT_INITIATED, editable=False)
    refund_note = models.CharField(_("reason"), max_length=255, blank=True, validators=[validators.validate_text])
    refund_status = models.CharField(_("status at Flowwise"), max_length=64, blank=True, editable=False)
    gateway_details = models.JSONField(_("gateway details"), default=dict, blank=True, editable=False)

    state = models.CharField(
        _("state"),
        max_length=max(map(len, RefundState.values)),
        choices=RefundState.choices,
        default=RefundState.DRAFT,
        editable=False,
    )
    signal_due = models.BooleanField(default=False, editable=False)
    settled_at = models.DateTimeField(_("settled"), null=True, editable=False)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["id"]
        indexes = [models.Index(fields=["state", "claim_expires_at"], name="flowwise_refund_state")]
        constraints = [
            models.UniqueConstraint(fields=["account", "refund_id"], name="flowwise_refund_id_unique"),
            models.CheckConstraint(condition=Q(refund_amount__gt=0), name="flowwise_refund_amount_positive"),
            models.CheckConstraint(condition=Q(state__in=RefundState.values), name="flowwise_refund_state_known"),
        ]

    def __str__(self) -> str:
        return self.refund_id

    def __repr__(self) -> str:
        return f"<Refund {self.pk} {self.refund_id} {self.state}>"

    @property
    def is_under_way(self) -> bool:
        """Whether its end is still to come."""
        return self.state in UNDER_WAY

    def mark_submitting(self, *, moment: datetime.datetime, claim_expires_at: datetime.datetime) -> bool:
        """Claim the refund for one attempt; ``attempts`` is then the claim's number."""
        return self._claim(moment=moment, claim_expires_at=claim_expires_at, values={"next_check_at": None})

    def mark_unsent(
        self,
        *,
        origin: RefundState,
        maybe_sent_at: datetime.datetime | None,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Return a claim, since it is proven that nothing left; looked at then, should nobody ask again."""
        return self._end_claim(origin, moment, maybe_sent_at=maybe_sent_at, next_check_at=next_check_at)

    def mark_refused(self, *, code: str, message: str, moment: datetime.datetime) -> bool:
        """End a claim with Flowwise's no."""
        return self._refuse(code, message, moment, next_check_at=None)

    def mark_draft(self, *, moment: datetime.datetime) -> bool:
        """Record that Flowwise does not have the refund, as far as that can be believed."""
        return self._update(
            state=self.state if self.state in {RefundState.DRAFT, *refund_sources_of(RefundState.DRAFT)} else (),
            attempts=self.attempts,
            moment=moment,
            values={
                "state": RefundState.DRAFT,
                "claim_expires_at": None,
                "maybe_sent_at": None,
                "checked_at": moment,
                "next_check_at": None,
            },
        )

    def mark_answered(
        self,
        target: RefundState,
        answer: Mapping[str, Any],
        *,
        asked_at: datetime.datetime,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Record what Flowwise says of it, unless a look that began later has told already.

        Good news, so whoever brings it may tell it; where it has now ended, the shop is to be told.
        """
        values: dict[str, Any] = {
            **answer,
            "state": target,
            "claim_expires_at": None,
            "error_code": "",
            "error_message": "",
            "checked_at": asked_at,
            "next_check_at": next_check_at,
        }
        if target != self.state and target in ENDED:
            values |= {"signal_due": True, "settled_at": self.settled_at or moment}
        is_outdated = self.checked_at is not None and self.checked_at > asked_at
        sources = refund_sources_of(target) | {target}
        return self._update(
            state=self.state if self.state in sources and not is_outdated else (),
            checked_at=self.checked_at,
            moment=moment,
            values=values,
        )

    def mark_looked_at(self, *, next_check_at: datetime.datetime | None, moment: datetime.datetime) -> bool:
        """Put the next look off where this one brought nothing; ``checked_at`` is for answers alone."""
        return self._update(
            state=self.state,
            attempts=self.attempts,
            moment=moment,
            values={"next_check_at": next_check_at},
        )

    def mark_delivered(self) -> bool:
        """Note that every receiver has taken what became of it, unless it has changed since."""
        return self._update(is_whole=True, moment=None, values={"signal_due": False})


def amount_left(payment: Payment, refunds: Iterable[Refund] | None = None) -> Decimal:
    """Say what may still be refunded of a payment, in its currency and major units.

    What was captured, less every refund that has not failed; zero for a payment that is not successful. Without
    ``refunds``, by those that have been read with the payment.
    """
    known = payment.refunds.all() if refunds is None else refunds
    gone = sum((refund.refund_amount for refund in known if refund.state in COUNTING), Decimal(0))
    return max(payment.amount_captured - gone, Decimal(0))
