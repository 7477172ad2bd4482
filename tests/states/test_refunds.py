"""The moves of a refund against the documented table, and what the vendor's word for it means."""

from __future__ import annotations

import itertools

import pytest

from django_flowwise import states
from django_flowwise.states import REFUND_MOVES, RefundState

# Written out a second time on purpose: a change of a row in the states must be meant.
TABLE = {
    "DRAFT": "SUBMITTING PENDING ACCEPTED FAILED",
    "SUBMITTING": "DRAFT UNCONFIRMED REFUSED PENDING ACCEPTED FAILED",
    "UNCONFIRMED": "DRAFT SUBMITTING PENDING ACCEPTED FAILED",
    "REFUSED": "SUBMITTING PENDING ACCEPTED FAILED",
    "PENDING": "ACCEPTED FAILED",
    "ACCEPTED": "FAILED",
    "FAILED": "",
}
SQUARE = list(itertools.product(RefundState, RefundState))


@pytest.mark.parametrize(("source", "target"), SQUARE, ids=[f"{a}-{b}" for a, b in SQUARE])
def test_moves__are_the_documented_table(source, target):
    is_allowed = target.value in TABLE[source.value].split()

    assert (target in REFUND_MOVES[source]) is is_allowed
    assert (source in states.refund_sources_of(target)) is is_allowed


@pytest.mark.parametrize(
    ("group", "members"),
    [
        (states.COUNTING, "SUBMITTING UNCONFIRMED PENDING ACCEPTED"),
        (states.SENDABLE, "DRAFT UNCONFIRMED REFUSED"),
        (states.UNDER_WAY, "SUBMITTING UNCONFIRMED PENDING"),
        (states.AT_FLOWWISE, "PENDING ACCEPTED FAILED"),
        (states.ENDED, "ACCEPTED FAILED"),
    ],
)
def test_groups__hold_what_the_services_rely_on(group, members):
    assert group == {RefundState(member) for member in members.split()}


@pytest.mark.parametrize(
    ("word", "state", "is_known"),
    [
        ("SUCCESS", "ACCEPTED", True),
        ("PENDING", "PENDING", True),
        ("FAILED", "FAILED", True),
        ("CANCELLED", "FAILED", True),
        ("USER_DROPPED", "FAILED", True),
        ("", "PENDING", True),
        ("success", "PENDING", False),
        ("ONHOLD", "PENDING", False),
    ],
)
def test_word__what_nobody_documented_leaves_it_pending(word, state, is_known):
    assert states.refund_state_of(word) == state
    assert states.is_known_refund(word) is is_known


def test_choices__have_labels_that_a_person_can_read():
    assert all(label and str(label) != value for value, label in RefundState.choices)
