"""The moves of an order from the answer on: paid, expired, withdrawn, corrected, and what needs a person.

Made as the moves in claims are. Those that add to a list or to the signals due are guarded by ``updated_at``, so
that nothing that was added meanwhile is lost.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any, Self

from django_flowwise.models.claims import OrderClaims
from django_flowwise.states import (
    CORRECTABLE,
    AttentionReason,
    MoneySignal,
    OrderState,
    sources_of,
)


class OrderTransitions(OrderClaims):
    """Give an order the rest of its moves."""

    class Meta:
        abstract = True

    @property
    def attention_reasons(self) -> list[str]:
        """The open reasons why a person must look, oldest first."""
        return [entry["reason"] for entry in self.attention]

    def mark_expired(
        self,
        answer: Mapping[str, Any],
        *,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Record that Flowwise says the order's time is up."""
        return self._update(
            state=sources_of(OrderState.EXPIRED),
            order_id=self.order_id,
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
            updated_at=self.updated_at,
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
            updated_at=self.updated_at,
            moment=moment,
            values={
                **answer,
                **self._attention_values(reasons, evidence, moment, MoneySignal.PAID),
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
            updated_at=self.updated_at,
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
        self._update(state=OrderState.WITHDRAWN, moment=self.updated_at, values={"superseded_by": successor})

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
            updated_at=self.updated_at,
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
        """Store what Flowwise answered where it moves nothing."""
        return self._update(
            state=self.state,
            order_id=self.order_id,
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

    def mark_attention(
        self, reasons: Collection[AttentionReason], *, evidence: str = "", moment: datetime.datetime
    ) -> bool:
        """Add the reasons that are not there yet; True too where there is nothing to add.

        What a person has settled is not added again, unless by other evidence.
        """
        values = self._attention_values(reasons, evidence, moment)
        if not values:
            return True
        return self._update(updated_at=self.updated_at, moment=moment, values=values)

    def mark_settled(
        self,
        *,
        note: str,
        accept_as_paid: bool,
        live_key: str | None,
        next_check_at: datetime.datetime | None,
        moment: datetime.datetime,
    ) -> bool:
        """Close what needed attention, with a person's note; or move to PAID on that person's word.

        ``live_key`` counts only for the move, as in ``mark_paid``.
        """
        settled = {entry["reason"]: entry.get("evidence", "") for entry in self.attention}
        values: dict[str, Any] = {
            "attention": [],
            "settlement_notes": [
                *self.settlement_notes,
                {"note": note, "at": moment.isoformat(), "settled": settled},
            ],
        }
        sources = frozenset(OrderState)
        if accept_as_paid:
            sources = sources_of(OrderState.PAID)
            values |= {
                "state": OrderState.PAID,
                "live_key": live_key,
                "amount_paid": self.order_amount,
                "paid_at": moment,
                "next_check_at": next_check_at,
                **self._attention_values((), "", moment, MoneySignal.PAID),
            }
        return self._update(state=sources, updated_at=self.updated_at, moment=moment, values=values)

    def mark_delivered(self, signals: MoneySignal) -> bool:
        """Note that every receiver has taken these signals, unless the order has changed since."""
        return self._update(
            updated_at=self.updated_at,
            signal_due=self.signal_due,
            moment=self.updated_at,
            values={"signal_due": self.signal_due & ~signals.value},
        )

    def _attention_values(
        self,
        reasons: Collection[AttentionReason],
        evidence: str,
        moment: datetime.datetime,
        *signals: MoneySignal,
    ) -> dict[str, Any]:
        """Give the values that add what is not there yet; the caller guards them by ``updated_at``."""
        known = set(self.attention_reasons)
        for note in self.settlement_notes:
            known |= {reason for reason, seen in note["settled"].items() if seen == evidence}
        added = [
            {"reason": reason.value, "evidence": evidence, "at": moment.isoformat()}
            for reason in reasons
            if reason not in known
        ]
        due = self.signal_due
        for signal in (*signals, *([MoneySignal.NEEDS_ATTENTION] if added else [])):
            due |= signal
        values: dict[str, Any] = {"signal_due": due} if due != self.signal_due else {}
        return {**values, "attention": [*self.attention, *added]} if added else values
