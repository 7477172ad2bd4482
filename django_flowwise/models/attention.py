"""What needs a person, and what a person has settled; and the signals that are still to be delivered.

Made as the moves in claims are. All of them add to a list or to the signals due, so they are guarded by
``updated_at``: nothing that was added meanwhile is lost.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django_flowwise.models.claims import OrderClaims
from django_flowwise.states import AttentionReason, MoneySignal, OrderState, sources_of


class OrderAttention(OrderClaims):
    """Give an order what calls for a person, and what closes the case."""

    class Meta:
        abstract = True

    @property
    def attention_reasons(self) -> list[str]:
        """The open reasons why a person must look, oldest first."""
        return [entry["reason"] for entry in self.attention]

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
