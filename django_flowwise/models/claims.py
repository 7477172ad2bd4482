"""The moves of an order on its way to Flowwise."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django_flowwise.models.fields import SENT_FIELDS, OrderFields
from django_flowwise.states import SUBMITTABLE, OrderState, sources_of

_COMPARED = tuple(name for name in SENT_FIELDS if name != "order_tags")


class OrderClaims(OrderFields):
    """Give an order its moves from the draft to the answer."""

    states = OrderState
    sendable = SUBMITTABLE

    class Meta:
        abstract = True

    def mark_submitting(
        self, *, base_url: str, moment: datetime.datetime, claim_expires_at: datetime.datetime
    ) -> bool:
        """Claim the order for one attempt; ``attempts`` is then the claim's number.

        Only as long as the row still is what this instance holds of what will be sent, and the order was made at
        no other base URL.
        """
        return self._claim(
            moment=moment,
            claim_expires_at=claim_expires_at,
            values={"base_url": base_url, "first_claimed_at": self.first_claimed_at or moment},
            lookups={"order_tags": self.order_tags},
            base_url=("", base_url),
            **{name: getattr(self, name) for name in _COMPARED},
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
        return self._refuse(code, message, moment, base_url=base_url)

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
