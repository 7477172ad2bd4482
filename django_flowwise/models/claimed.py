"""A row of which a request is made: claimed before the request leaves, and recorded whatever comes of it."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from django_flowwise.models.guards import GuardedRow
from django_flowwise.states import OrderState, RefundState

LONGEST_ERROR = 1000


class ClaimedRow(GuardedRow):
    """Give a model its claim: ``attempts`` is the claim's number, and bad news may only be told by its holder."""

    states: ClassVar[type[OrderState | RefundState]]
    """The model's own states, among them SUBMITTING, REFUSED and UNCONFIRMED."""
    sendable: ClassVar[Collection[str]]
    """Where a claim may start; one that has expired may be taken over."""

    error_code = models.CharField(_("error code"), max_length=64, blank=True, editable=False)
    error_message = models.CharField(_("error"), max_length=LONGEST_ERROR, blank=True, editable=False)
    attempts = models.PositiveIntegerField(_("attempts"), default=0, editable=False)
    claim_expires_at = models.DateTimeField(null=True, editable=False)
    maybe_sent_at = models.DateTimeField(null=True, editable=False)
    checked_at = models.DateTimeField(_("last looked at"), null=True, editable=False)
    next_check_at = models.DateTimeField(_("next look"), null=True, editable=False, db_index=True)

    state: Any

    class Meta(GuardedRow.Meta):
        abstract = True

    def mark_unconfirmed(
        self,
        *,
        code: str,
        message: str,
        maybe_sent_at: datetime.datetime | None,
        next_check_at: datetime.datetime,
        moment: datetime.datetime,
    ) -> bool:
        """End a claim without an answer."""
        return self._end_claim(
            self.states.UNCONFIRMED,
            moment,
            maybe_sent_at=maybe_sent_at,
            next_check_at=next_check_at,
            error_code=code,
            error_message=message[:LONGEST_ERROR],
        )

    def _claim(
        self,
        *,
        moment: datetime.datetime,
        claim_expires_at: datetime.datetime,
        values: Mapping[str, Any],
        lookups: Mapping[str, Any] | None = None,
        **held: Any,
    ) -> bool:
        """Claim the row for one attempt, as long as it holds what it should and nobody else is at it."""
        guards = dict(lookups or {})
        if self.state == self.states.SUBMITTING:
            guards["claim_expires_at__lt"] = moment
        elif self.state not in self.sendable:
            guards["state__in"] = ()
        return self._update(
            guards,
            state=self.state,
            attempts=self.attempts,
            **held,
            moment=moment,
            values={
                "state": self.states.SUBMITTING,
                "attempts": self.attempts + 1,
                "maybe_sent_at": moment,
                "claim_expires_at": claim_expires_at,
                **values,
            },
        )

    def _refuse(self, code: str, message: str, moment: datetime.datetime, **values: Any) -> bool:
        """End a claim with Flowwise's no; nothing is in doubt any more."""
        return self._end_claim(
            self.states.REFUSED,
            moment,
            maybe_sent_at=None,
            error_code=code,
            error_message=message[:LONGEST_ERROR],
            **values,
        )

    def _end_claim(self, target: str, moment: datetime.datetime, **values: Any) -> bool:
        return self._update(
            state=self.states.SUBMITTING,
            attempts=self.attempts,
            moment=moment,
            values={"state": target, "claim_expires_at": None, **values},
        )
