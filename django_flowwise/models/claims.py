"""The moves of an order on its way to Flowwise, and the guarded UPDATE that every move is made of.

Each ``mark_*`` is one guarded UPDATE that sets every field of its move. It answers False where the row no longer
allows the move; the instance then holds what the row says. The caller opens the transaction, gives the time, and
sends the signals.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db import router

from django_flowwise.models.fields import LONGEST_ERROR, SENT_FIELDS, OrderFields
from django_flowwise.models.guards import RowHolds
from django_flowwise.states import SUBMITTABLE, OrderState, sources_of

_COMPARED = tuple(name for name in SENT_FIELDS if name != "order_tags")


class OrderClaims(OrderFields):
    """Give an order its moves from the draft to the answer."""

    class Meta:
        abstract = True

    def mark_submitting(
        self, *, base_url: str, moment: datetime.datetime, claim_expires_at: datetime.datetime
    ) -> bool:
        """Claim the order for one attempt; ``attempts`` is then the claim's number.

        Only as long as the row still is what this instance holds of what will be sent, and the order was made at
        no other base URL.
        """
        lookups: dict[str, Any] = {"order_tags": self.order_tags}
        if self.state == OrderState.SUBMITTING:
            lookups["claim_expires_at__lt"] = moment
        elif self.state not in SUBMITTABLE:
            lookups["state__in"] = ()
        return self._update(
            lookups,
            state=self.state,
            attempts=self.attempts,
            base_url=("", base_url),
            **{name: getattr(self, name) for name in _COMPARED},
            moment=moment,
            values={
                "state": OrderState.SUBMITTING,
                "attempts": self.attempts + 1,
                "base_url": base_url,
                "first_claimed_at": self.first_claimed_at or moment,
                "maybe_sent_at": moment,
                "claim_expires_at": claim_expires_at,
            },
        )

    def mark_unsent(
        self,
        *,
        origin: OrderState,
        maybe_sent_at: datetime.datetime | None,
        base_url: str,
        moment: datetime.datetime,
    ) -> bool:
        """Return a claim, since it is proven that nothing left; ``base_url`` is the one from before the claim."""
        return self._end_claim(origin, moment, maybe_sent_at=maybe_sent_at, base_url=base_url)

    def mark_refused(self, *, code: str, message: str, base_url: str, moment: datetime.datetime) -> bool:
        """End a claim with Flowwise's no; nothing is in doubt any more."""
        return self._end_claim(
            OrderState.REFUSED,
            moment,
            maybe_sent_at=None,
            base_url=base_url,
            error_code=code,
            error_message=message[:LONGEST_ERROR],
        )

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
            OrderState.UNCONFIRMED,
            moment,
            maybe_sent_at=maybe_sent_at,
            next_check_at=next_check_at,
            error_code=code,
            error_message=message[:LONGEST_ERROR],
        )

    def _end_claim(self, target: OrderState, moment: datetime.datetime, **values: Any) -> bool:
        # Bad news may only be told by the holder of the latest claim.
        return self._update(
            state=OrderState.SUBMITTING,
            attempts=self.attempts,
            moment=moment,
            values={"state": target, "claim_expires_at": None, **values},
        )

    def mark_active(
        self,
        answer: Mapping[str, Any],
        *,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Record that Flowwise has the order. Good news, so whoever brings it may tell it."""
        return self._update(
            state=sources_of(OrderState.ACTIVE) - {OrderState.EXPIRED},
            order_id=self.order_id,
            moment=moment,
            values={
                **answer,
                "state": OrderState.ACTIVE,
                "claim_expires_at": None,
                "error_code": "",
                "error_message": "",
                "submitted_at": self.submitted_at or moment,
                "next_check_at": next_check_at,
            },
        )

    def mark_draft(self, *, moment: datetime.datetime) -> bool:
        """Record that Flowwise does not have the order, as far as that can be believed."""
        return self._update(
            state=OrderState.UNCONFIRMED,
            attempts=self.attempts,
            order_id=self.order_id,
            moment=moment,
            values={
                "state": OrderState.DRAFT,
                "maybe_sent_at": None,
                "checked_at": moment,
                "next_check_at": None,
            },
        )

    def _update(
        self,
        lookups: Mapping[str, Any] | None = None,
        *,
        moment: datetime.datetime,
        values: Mapping[str, Any],
        **held: Any,
    ) -> bool:
        """Write the values where the row holds what it should; else read the row into this instance."""
        database = router.db_for_write(type(self))
        rows = (
            type(self)
            ._base_manager.using(database)
            .filter(RowHolds(type(self), {"id": self.pk, **held}), **(lookups or {}))
            .update(updated_at=moment, **values)
        )
        if rows == 0:
            self.refresh_from_db(using=database)
            return False
        self.updated_at = moment
        for name, value in values.items():
            setattr(self, name, value)
        return True
