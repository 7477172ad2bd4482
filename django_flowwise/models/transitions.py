"""The moves of an order from the answer on: paid, expired, withdrawn, corrected.

Made as the moves in claims are. Those that add to a list or to the signals due are made of the whole row alone, so
that nothing that was added meanwhile is lost; those that only record a look, unless somebody has looked since.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Self

from django_flowwise.models.attention import OrderAttention
from django_flowwise.states import (
    CORRECTABLE,
    AttentionReason,
    MoneySignal,
    OrderState,
    sources_of,
)


class OrderTransitions(OrderAttention):
    """Give an order the rest of its moves."""

    class Meta:
        abstract = True

    def mark_expired(
        self,
        answer: Mapping[str, Any],
        *,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Record that Flowwise says the order's time is up, unless somebody has looked since."""
        return self._update(
            state=sources_of(OrderState.EXPIRED),
            order_id=self.order_id,
            checked_at=self.checked_at,
            moment=moment,
            values={
                **answer,
                "state": OrderState.EXPIRED,
                "checked_at": moment,
                "next_check_at": next_check_at,
            },
        )

    def mark_reopened(
        self,
        answer: Mapping[str, Any],
        *,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Record that an order which had expired can be paid again, unless somebody has looked since."""
        return self._update(
            state=OrderState.EXPIRED,
            order_id=self.order_id,
            is_whole=True,
            moment=moment,
            values={
                **answer,
                "state": OrderState.ACTIVE,
                "checked_at": moment,
                "next_check_at": next_check_at,
            },
        )

    def mark_paid(
        self,
        answer: Mapping[str, Any],
        *,
        amount_paid: Decimal,
        reasons: Collection[AttentionReason] = (),
        evidence: str = "",
        live_key: str | None,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Record proven money, with the reasons for which a person must look all the same, and what was seen.

        ``live_key`` is the order's own; for a withdrawn one whose reference nobody took, it takes it again.
        """
        return self._update(
            state=sources_of(OrderState.PAID),
            order_id=self.order_id,
            is_whole=True,
            moment=moment,
            values={
                **answer,
                **self._attention_values(
                    reasons, evidence, moment, MoneySignal.PAID, resolved=[AttentionReason.WORDS_DISAGREE]
                ),
                "state": OrderState.PAID,
                "live_key": live_key,
                "amount_paid": amount_paid,
                "paid_at": moment,
                "checked_at": moment,
                "next_check_at": next_check_at,
            },
        )

    def mark_reversed(
        self,
        answer: Mapping[str, Any],
        *,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Record that every payment of a paid order has gone back."""
        return self._update(
            state=OrderState.PAID,
            is_whole=True,
            moment=moment,
            values={
                **answer,
                **self._attention_values(
                    [AttentionReason.REVERSED], moment.isoformat(), moment, MoneySignal.REVERSED
                ),
                "state": OrderState.REVERSED,
                "amount_paid": Decimal(0),
                "checked_at": moment,
                "next_check_at": next_check_at,
            },
        )

    def mark_withdrawn(
        self,
        *,
        allowed: Collection[OrderState] = sources_of(OrderState.WITHDRAWN),
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Free the reference; what Flowwise may have stays watched."""
        return self._update(
            state=frozenset(allowed),
            attempts=self.attempts,
            moment=moment,
            values={"state": OrderState.WITHDRAWN, "live_key": None, "next_check_at": next_check_at},
        )

    def mark_live(self, live_key: str, *, moment: datetime.datetime) -> bool:
        """Take the reference's one live place, which the order that kept this one out has left."""
        return self._update(state=OrderState.PAID, live_key=None, moment=moment, values={"live_key": live_key})

    def record_successor(self, successor: Self) -> None:
        """Point a withdrawn order at the one that took its place."""
        self._update(state=OrderState.WITHDRAWN, moment=None, values={"superseded_by": successor})

    def mark_corrected(self, changes: Mapping[str, Any], *, moment: datetime.datetime) -> bool:
        """Change what will be sent; with another order_id, all that is known of the old one is void.

        True without a change where there is nothing to change and the row still is what this instance holds.
        """
        values = dict(changes)
        if "order_id" in values:
            values |= {"first_claimed_at": None, "maybe_sent_at": None, "base_url": ""}
        return self._update(
            state=CORRECTABLE,
            order_id=self.order_id,
            attempts=self.attempts,
            is_whole=True,
            moment=moment if values else self.updated_at,
            values=values,
        )

    def mark_answered(
        self,
        answer: Mapping[str, Any],
        *,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Store what Flowwise answered where it moves nothing, unless somebody has looked since."""
        return self._update(
            state=self.state,
            order_id=self.order_id,
            checked_at=self.checked_at,
            moment=moment,
            values={**answer, "checked_at": moment, "next_check_at": next_check_at},
        )

    def mark_looked_at(self, *, next_check_at: datetime.datetime | None, moment: datetime.datetime) -> bool:
        """Take the order for one look; of several at once, one gets it."""
        return self._update(
            checked_at=self.checked_at,
            next_check_at=self.next_check_at,
            moment=moment,
            values={"checked_at": moment, "next_check_at": next_check_at},
        )
