"""The states of an order, the moves between them, and what the vendor's word for an order means to us."""

from __future__ import annotations

import enum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class OrderState(TextChoices):
    """Say what we believe about an order."""

    DRAFT = "DRAFT", _("Draft")
    SUBMITTING = "SUBMITTING", _("Being created")
    UNCONFIRMED = "UNCONFIRMED", _("Unconfirmed")
    REFUSED = "REFUSED", _("Refused")
    ACTIVE = "ACTIVE", _("Active")
    PAID = "PAID", _("Paid")
    REVERSED = "REVERSED", _("Reversed")
    EXPIRED = "EXPIRED", _("Expired")
    WITHDRAWN = "WITHDRAWN", _("Withdrawn")


class AttentionReason(TextChoices):
    """Say why a person must look at an order."""

    AMOUNT_DIFFERS = "amount_differs", _("A payment differs from the order in amount or currency")
    PAID_TWICE = "paid_twice", _("Paid more than once")
    PAID_LATE = "paid_late", _("Paid after it had expired")
    PAID_AFTER_WITHDRAWAL = "paid_after_withdrawal", _("Paid after it had been withdrawn")
    REFERENCE_ALREADY_PAID = "reference_already_paid", _("An earlier order of this reference was paid")
    REVERSED = "reversed", _("The payment went back")
    BELONGS_TO_ANOTHER = "belongs_to_another", _("Flowwise has a different order under this order_id")
    CANNOT_TELL = "cannot_tell", _("Flowwise refused to say whether it has the order")
    OTHER_FLOWWISE = "other_flowwise", _("Made at another base URL than the account's")
    WORDS_DISAGREE = (
        "words_disagree",
        _("What Flowwise says of the order and of its payments does not agree"),
    )
    UNKNOWN_WORD = "unknown_word", _("Flowwise uses a word that nobody has documented")
    UNSETTLED = "unsettled", _("A payment is still under way though the order's time has long been up")
    REFUND_UNSENT = "refund_unsent", _("A refund was asked for, and Flowwise does not have it")
    REFUND_FAILED = "refund_failed", _("A refund failed")
    CAPTURE_IN_DOUBT = "capture_in_doubt", _("A capture or void was asked for, and Flowwise does not show it")


HOLDING = frozenset(
    {
        AttentionReason.REFERENCE_ALREADY_PAID,
        AttentionReason.BELONGS_TO_ANOTHER,
        AttentionReason.OTHER_FLOWWISE,
        AttentionReason.WORDS_DISAGREE,
    }
)
"""While one of these is open, no customer is sent to pay."""
REPEATABLE = frozenset(
    {AttentionReason.REFUND_UNSENT, AttentionReason.REFUND_FAILED, AttentionReason.CAPTURE_IN_DOUBT}
)
"""Of these, one may be open for each refund or payment; of the others, one for the order."""


class MoneySignal(enum.IntFlag):
    """Name, bit by bit, the signals about money that are still to be delivered (``Order.signal_due``)."""

    PAID = 1
    REVERSED = 2
    NEEDS_ATTENTION = 4
    REFUND_SETTLED = 8


S = OrderState

MOVES: dict[OrderState, frozenset[OrderState]] = {
    S.DRAFT: frozenset({S.SUBMITTING, S.WITHDRAWN}),
    S.SUBMITTING: frozenset({S.ACTIVE, S.REFUSED, S.UNCONFIRMED, S.DRAFT}),
    S.UNCONFIRMED: frozenset({S.SUBMITTING, S.ACTIVE, S.DRAFT, S.PAID, S.EXPIRED, S.WITHDRAWN}),
    S.REFUSED: frozenset({S.SUBMITTING, S.WITHDRAWN, S.ACTIVE}),
    S.ACTIVE: frozenset({S.PAID, S.EXPIRED, S.WITHDRAWN}),
    S.PAID: frozenset({S.REVERSED}),
    S.REVERSED: frozenset({S.PAID}),
    S.EXPIRED: frozenset({S.PAID, S.WITHDRAWN, S.ACTIVE}),
    S.WITHDRAWN: frozenset({S.PAID}),
}
"""From each state, the states that it may leave to."""

SUBMITTABLE = frozenset({S.DRAFT, S.UNCONFIRMED, S.REFUSED})
"""Where submit_order may start; a claim that has expired counts as UNCONFIRMED."""
CORRECTABLE = frozenset({S.DRAFT, S.REFUSED})
"""Where what will be sent may still be changed."""
IN_DOUBT = frozenset({S.SUBMITTING, S.UNCONFIRMED})
"""Where Flowwise may have the order, though we hold no usable answer."""
SUPERSEDABLE = frozenset({S.DRAFT, S.REFUSED, S.EXPIRED, S.ACTIVE})
"""Where another order may take the place of this one."""
CLOSED = frozenset({S.PAID, S.REVERSED, S.EXPIRED, S.WITHDRAWN})
"""Where the matter is over, once no look is ahead."""
PAYABLE = frozenset({S.ACTIVE, S.EXPIRED, S.WITHDRAWN})
"""Where money may still arrive at Flowwise."""


def sources_of(target: OrderState) -> frozenset[OrderState]:
    """Give the states from which an order may move to this one."""
    return frozenset(state for state, targets in MOVES.items() if target in targets)


class OrderWord(enum.Enum):
    """Say what the vendor's word for an order tells us."""

    ACTIVE = "ACTIVE"
    """The customer can pay."""
    PAID = "PAID"
    """To be proven by a payment."""
    EXPIRED = "EXPIRED"
    """Its time is up, though money may still arrive."""
    UNKNOWN = ""
    """No word, or one that nobody has documented: neither success nor failure, so look again."""


def order_word(order_status: str) -> OrderWord:
    """Read ``order_status``.

    Source: the documented example shows ACTIVE alone, and no list is documented; PAID and EXPIRED are in the
    vendor's public plugin interface (cashfree/flowwise-native 4c50471, PayConstants; read 2026-11-24).
    """
    try:
        return OrderWord(order_status)
    except ValueError:
        return OrderWord.UNKNOWN
