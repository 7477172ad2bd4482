"""The square of moves against the documented table, and what each of the vendor's words means."""

from __future__ import annotations

import itertools

import pytest

from django_flowwise import states
from django_flowwise.states import MOVES, OrderState, OrderWord

# Written out a second time on purpose: a change of a row in the states must be meant.
TABLE = {
    "DRAFT": "SUBMITTING WITHDRAWN",
    "SUBMITTING": "ACTIVE REFUSED UNCONFIRMED DRAFT",
    "UNCONFIRMED": "SUBMITTING ACTIVE DRAFT PAID EXPIRED WITHDRAWN",
    "REFUSED": "SUBMITTING WITHDRAWN ACTIVE",
    "ACTIVE": "PAID EXPIRED WITHDRAWN",
    "PAID": "REVERSED",
    "REVERSED": "PAID",
    "EXPIRED": "PAID WITHDRAWN ACTIVE",
    "WITHDRAWN": "PAID",
}
SQUARE = list(itertools.product(OrderState, OrderState))


@pytest.mark.parametrize(("source", "target"), SQUARE, ids=[f"{a}-{b}" for a, b in SQUARE])
def test_moves__are_the_documented_table(source, target):
    is_allowed = target.value in TABLE[source.value].split()

    assert (target in MOVES[source]) is is_allowed
    assert (source in states.sources_of(target)) is is_allowed


def test_moves__every_state_has_its_row():
    assert set(MOVES) == set(OrderState)


def test_moves__a_claim_can_return_to_wherever_one_may_start():
    assert MOVES[OrderState.SUBMITTING] >= states.SUBMITTABLE


@pytest.mark.parametrize(
    ("group", "members"),
    [
        (states.SUBMITTABLE, "DRAFT UNCONFIRMED REFUSED"),
        (states.CORRECTABLE, "DRAFT REFUSED"),
        (states.IN_DOUBT, "SUBMITTING UNCONFIRMED"),
        (states.SUPERSEDABLE, "DRAFT REFUSED EXPIRED ACTIVE"),
        (states.PAYABLE, "ACTIVE EXPIRED WITHDRAWN"),
    ],
)
def test_groups__hold_what_the_services_rely_on(group, members):
    assert group == {OrderState(member) for member in members.split()}


def test_groups__whatever_may_be_submitted_or_superseded_may_make_that_move():
    assert states.sources_of(OrderState.SUBMITTING) == states.SUBMITTABLE
    assert states.sources_of(OrderState.WITHDRAWN) >= states.SUPERSEDABLE
    assert states.sources_of(OrderState.PAID) >= states.PAYABLE


@pytest.mark.parametrize(
    ("word", "meaning"),
    [
        ("ACTIVE", OrderWord.ACTIVE),
        ("PAID", OrderWord.PAID),
        ("EXPIRED", OrderWord.EXPIRED),
        ("", OrderWord.UNKNOWN),
        ("active", OrderWord.UNKNOWN),
        ("PAID ", OrderWord.UNKNOWN),
        ("TERMINATED", OrderWord.UNKNOWN),
        ("UNKNOWN", OrderWord.UNKNOWN),
        ("SUCCESS", OrderWord.UNKNOWN),
    ],
)
def test_order_word__what_nobody_documented_is_neither_success_nor_failure(word, meaning):
    assert states.order_word(word) is meaning


def test_money_signal__each_has_a_bit_of_its_own_in_one_small_column():
    flags = list(states.MoneySignal)

    assert sum(flags) == 0b1111
    assert [flag.value.bit_count() for flag in flags] == [1, 1, 1, 1]


def test_choices__have_labels_that_a_person_can_read():
    assert all(
        label and str(label) not in {value, ""}
        for value, label in [*OrderState.choices, *states.AttentionReason.choices]
    )
