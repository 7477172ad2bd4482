"""The states of a refund, the moves between them, and what the vendor's word for a refund means to us."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class RefundState(TextChoices):
    """Say what we believe about a refund."""

    DRAFT = "DRAFT", _("Not sent")
    SUBMITTING = "SUBMITTING", _("Being sent")
    UNCONFIRMED = "UNCONFIRMED", _("Unconfirmed")
    REFUSED = "REFUSED", _("Refused")
    PENDING = "PENDING", _("Pending")
    ACCEPTED = "ACCEPTED", _("Accepted")
    FAILED = "FAILED", _("Failed")


R = RefundState

REFUND_MOVES: dict[RefundState, frozenset[RefundState]] = {
    R.DRAFT: frozenset({R.SUBMITTING, R.PENDING, R.ACCEPTED, R.FAILED}),
    R.SUBMITTING: frozenset({R.DRAFT, R.UNCONFIRMED, R.REFUSED, R.PENDING, R.ACCEPTED, R.FAILED}),
    R.UNCONFIRMED: frozenset({R.DRAFT, R.SUBMITTING, R.PENDING, R.ACCEPTED, R.FAILED}),
    R.REFUSED: frozenset({R.SUBMITTING, R.PENDING, R.ACCEPTED, R.FAILED}),
    R.PENDING: frozenset({R.ACCEPTED, R.FAILED}),
    R.ACCEPTED: frozenset({R.FAILED}),
    R.FAILED: frozenset(),
}
"""From each state, the states that it may leave to."""

COUNTING = frozenset({R.SUBMITTING, R.UNCONFIRMED, R.PENDING, R.ACCEPTED})
"""Where the money may go, or has gone, back: what another refund can no longer have."""
SENDABLE = frozenset({R.DRAFT, R.UNCONFIRMED, R.REFUSED})
"""Where a refund may be sent; a claim that has expired counts as UNCONFIRMED."""
UNDER_WAY = frozenset({R.SUBMITTING, R.UNCONFIRMED, R.PENDING})
"""Where the end of a refund is still to come."""
AT_FLOWWISE = frozenset({R.PENDING, R.ACCEPTED, R.FAILED})
"""Where Flowwise has said that it has the refund."""
ENDED = frozenset({R.ACCEPTED, R.FAILED})
"""Where the shop is told."""

_WORDS = {
    "SUCCESS": R.ACCEPTED,
    "PENDING": R.PENDING,
    "FAILED": R.FAILED,
    "CANCELLED": R.FAILED,
    "USER_DROPPED": R.FAILED,
}


def refund_sources_of(target: RefundState) -> frozenset[RefundState]:
    """Give the states from which a refund may move to this one."""
    return frozenset(state for state, targets in REFUND_MOVES.items() if target in targets)


def refund_state_of(refund_status: str) -> RefundState:
    """Read ``refund_status``; a word that nobody has documented leaves the refund pending.

    SUCCESS means accepted, not credited: it stands beside a message that the money arrives days later.

    Source: SUCCESS in the example of Create Refund by Payment ID, with its refund_message; the other words are in
    the vendor's public plugin interface (cashfree/flowwise-native 4c50471, PayConstants; both read 2026-11-24).
    """
    return _WORDS.get(refund_status, R.PENDING)


def is_known_refund(refund_status: str) -> bool:
    """Tell whether the word is in the vocabulary that is public; an absent word says nothing."""
    return not refund_status or refund_status in _WORDS
