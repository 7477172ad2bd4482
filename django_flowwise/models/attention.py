"""What needs a person, and what a person has settled; and the signals that are still to be delivered.

Made as the moves in claims are. What adds to a list or to the signals due is made of the whole row alone, or while
the row is held: nothing that was added meanwhile is lost.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.db import router
from django.db.models import F

from django_flowwise.models.claims import OrderClaims
from django_flowwise.states import REPEATABLE, AttentionReason, MoneySignal, OrderState, sources_of

_BETWEEN = ", "
"""Between what was seen of several refunds or payments that were settled together."""


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
        return self._update(is_whole=True, moment=moment, values=values)

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
        settled: dict[str, str] = {}
        for entry in self.attention:
            seen = entry.get("evidence", "")
            before = settled.get(entry["reason"])
            settled[entry["reason"]] = seen if before is None else f"{before}{_BETWEEN}{seen}"
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
        return self._update(state=sources, is_whole=True, moment=moment, values=values)

    def hold(self) -> None:
        """Keep the row for the rest of the transaction; whoever comes next to hold or move it waits.

        An UPDATE that changes nothing, since SQLite has no other lock that waits.
        """
        orders = type(self)._base_manager.using(router.db_for_write(type(self)))
        orders.filter(pk=self.pk).update(updated_at=F("updated_at"))

    def mark_refunded(
        self, amount_refunded: Decimal, *, is_settled: bool, failed_refund_id: str = "", moment: datetime.datetime
    ) -> bool:
        """Record what has been accepted for refund; a refund that has just ended is told to the shop.

        A person is called for one that has failed. Within the transaction that holds the order still.
        """
        reasons = [AttentionReason.REFUND_FAILED] if failed_refund_id else []
        due = [MoneySignal.REFUND_SETTLED] if is_settled else []
        values = self._attention_values(reasons, failed_refund_id, moment, *due)
        return self._update(moment=moment, values={"amount_refunded": amount_refunded, **values})

    def mark_delivered(self, signals: MoneySignal, *, state: str, attention: list[dict[str, str]]) -> bool:
        """Note that every receiver has taken these signals, unless what they told of has changed since.

        ``state`` and ``attention`` are those that the receivers saw. Of refunds they tell what stands in other
        rows: any change of this one counts.
        """
        return self._update(
            {"attention": attention},
            is_whole=MoneySignal.REFUND_SETTLED in signals,
            state=state,
            signal_due=self.signal_due,
            moment=None,
            values={"signal_due": self.signal_due & ~signals.value},
        )

    def _attention_values(
        self,
        reasons: Collection[AttentionReason],
        evidence: str,
        moment: datetime.datetime,
        *signals: MoneySignal,
        resolved: Collection[AttentionReason] = (),
    ) -> dict[str, Any]:
        """Give the values that add what is not there yet, and drop what is resolved.

        The caller makes its move of the whole row alone, or while it is held.
        """
        known = {
            entry["reason"]
            for entry in self.attention
            if entry["reason"] not in REPEATABLE or entry.get("evidence", "") == evidence
        }
        for note in self.settlement_notes:
            known |= {
                reason for reason, seen in note["settled"].items() if evidence in {seen, *seen.split(_BETWEEN)}
            }
        added = [
            {"reason": reason.value, "evidence": evidence, "at": moment.isoformat()}
            for reason in reasons
            if reason not in known
        ]
        due = self.signal_due
        for signal in (*signals, *([MoneySignal.NEEDS_ATTENTION] if added else [])):
            due |= signal
        values: dict[str, Any] = {"signal_due": due} if due != self.signal_due else {}
        kept = [entry for entry in self.attention if entry["reason"] not in resolved]
        is_changed = added or len(kept) < len(self.attention)
        return {**values, "attention": [*kept, *added]} if is_changed else values
