"""What the vendor's two words for a payment tell us."""

from __future__ import annotations

import pytest

from django_flowwise import states
from django_flowwise.states.payments import may_bring_money


@pytest.mark.parametrize(
    ("status", "capture_status", "is_successful"),
    [
        ("SUCCESS", "", True),
        ("SUCCESS", "SUCCESS", True),
        ("SUCCESS", "CAPTURED", True),
        ("SUCCESS", "AUTHORISED", False),
        ("SUCCESS", "VOIDED", False),
        ("SUCCESS", "CAPTURE_FAILED", False),
        ("SUCCESS", "captured", False),
        ("SUCCESS", "FAILED", False),
        ("PENDING", "SUCCESS", False),
        ("FAILED", "SUCCESS", False),
        ("REVERSED", "SUCCESS", False),
        ("success", "SUCCESS", False),
        ("", "", False),
    ],
)
def test_is_successful__needs_both_words(status, capture_status, is_successful):
    assert states.is_successful(status, capture_status) is is_successful


@pytest.mark.parametrize("status", ["FAILED", "USER_DROPPED", "INIT_FAILED", "REVERSED"])
def test_may_bring_money__not_where_a_payment_has_ended_without(status):
    assert not may_bring_money(status)


@pytest.mark.parametrize("status", ["SUCCESS", "PENDING", "INITIATED", "REDIRECTED", "", "failed", "NEVER_SEEN"])
def test_may_bring_money__every_other_word(status):
    assert may_bring_money(status)


@pytest.mark.parametrize(
    ("words", "is_reversed"),
    [
        (["REVERSED/SUCCESS"], True),
        (["REVERSED/", "FAILED/"], True),
        (["REVERSED/", "PENDING/CREATED"], True),
        (["REVERSED/", "NEVER_SEEN/"], True),
        (["REVERSED/", "SUCCESS/AUTHORISED"], True),
        (["REVERSED/", "SUCCESS/"], False),
        (["FAILED/"], False),
        ([], False),
    ],
)
def test_is_reversed__once_no_money_is_there_any_more(words, is_reversed):
    assert states.is_reversed([tuple(both.split("/")) for both in words]) is is_reversed


@pytest.mark.parametrize(
    ("status", "capture_status", "is_held"),
    [
        ("SUCCESS", "AUTHORISED", True),
        ("PENDING", "AUTHORISED", True),
        ("SUCCESS", "CAPTURE_FAILED", True),
        ("SUCCESS", "VOID_FAILED", True),
        ("SUCCESS", "CREATED", False),
        ("SUCCESS", "CAPTURE_REQUESTED", False),
        ("SUCCESS", "CAPTURED", False),
        ("SUCCESS", "VOIDED", False),
        ("SUCCESS", "", False),
        ("SUCCESS", "NEVER_SEEN", False),
        ("FAILED", "AUTHORISED", False),
        ("REVERSED", "AUTHORISED", False),
    ],
)
def test_is_held__waits_for_a_capture_or_a_void(status, capture_status, is_held):
    assert states.is_held(status, capture_status) is is_held


@pytest.mark.parametrize(
    ("status", "capture_status", "is_reserved"),
    [
        ("SUCCESS", "AUTHORISED", True),
        ("PENDING", "VOID_FAILED", True),
        ("SUCCESS", "CAPTURE_REQUESTED", True),
        ("SUCCESS", "VOID_REQUESTED", True),
        ("FAILED", "VOID_REQUESTED", False),
        ("REVERSED", "AUTHORISED", False),
        ("SUCCESS", "CAPTURED", False),
        ("SUCCESS", "", False),
    ],
)
def test_is_reserved__set_aside_and_neither_taken_nor_let_go(status, capture_status, is_reserved):
    assert states.is_reserved(status, capture_status) is is_reserved


@pytest.mark.parametrize(
    ("capture_status", "is_requested"),
    [
        ("CAPTURE_REQUESTED", True),
        ("VOID_REQUESTED", True),
        ("AUTHORISED", False),
        ("CAPTURED", False),
        ("", False),
    ],
)
def test_is_requested__has_arrived_and_is_not_over(capture_status, is_requested):
    assert states.is_requested(capture_status) is is_requested


@pytest.mark.parametrize(
    "status", ["SUCCESS", "INITIATED", "REDIRECTED", "PENDING", "FAILED", "USER_DROPPED", "INIT_FAILED"]
)
@pytest.mark.parametrize(
    "capture", ["SUCCESS", "CAPTURED", "CREATED", "AUTHORISED", "CAPTURE_REQUESTED", "VOIDED", "FAILED"]
)
def test_is_known__the_public_vocabularies(status, capture):
    assert states.is_known_payment(status, capture)
    assert states.is_known_payment(status, "")
    assert states.is_known_payment("", capture)


@pytest.mark.parametrize(
    "words",
    [("BREWING", ""), ("SUCCESS_CONFLICT", ""), ("success", ""), ("UNREADABLE", ""), ("SUCCESS", "BREWING")],
)
def test_is_known__nothing_else(words):
    assert not states.is_known_payment(*words)


@pytest.mark.parametrize("status", ["REVERSED", "REFUNDED", "CANCELLED", "NOT_ATTEMPTED", "VOID", "CREATED"])
def test_is_known__what_older_deployments_say(status):
    assert states.is_known_payment(status, "")


@pytest.mark.parametrize(
    ("status", "capture_status", "is_under_way"),
    [
        ("PENDING", "CREATED", True),
        ("INITIATED", "", True),
        ("SUCCESS", "AUTHORISED", True),
        ("SUCCESS", "CAPTURE_REQUESTED", True),
        ("SUCCESS", "SUCCESS", True),
        ("NEVER_SEEN", "", True),
        ("SUCCESS", "VOID_REQUESTED", True),
        ("SUCCESS", "VOIDED", False),
        ("FAILED", "FAILED", False),
        ("USER_DROPPED", "", False),
        ("REVERSED", "SUCCESS", False),
        ("REFUNDED", "SUCCESS", False),
        ("NOT_ATTEMPTED", "", False),
    ],
)
def test_is_under_way__until_it_has_ended_without_money(status, capture_status, is_under_way):
    assert states.is_under_way(status, capture_status) is is_under_way


@pytest.mark.parametrize(
    ("status", "capture_status", "is_secured"),
    [
        ("SUCCESS", "CAPTURED", True),
        ("SUCCESS", "", True),
        ("SUCCESS", "AUTHORISED", True),
        ("SUCCESS", "CAPTURE_REQUESTED", True),
        ("PENDING", "VOID_FAILED", True),
        ("PENDING", "", False),
        ("PENDING", "CREATED", False),
        ("SUCCESS", "VOID_REQUESTED", True),
        ("SUCCESS", "CREATED", True),
        ("SUCCESS", "NEVER_SEEN", True),
        ("NEVER_SEEN", "CAPTURED", True),
        ("NEVER_SEEN", "", False),
        ("SUCCESS", "FAILED", False),
        ("SUCCESS", "VOIDED", False),
        ("FAILED", "AUTHORISED", False),
        ("CANCELLED", "AUTHORISED", False),
    ],
)
def test_is_secured__once_the_customer_has_done_all_of_it(status, capture_status, is_secured):
    assert states.is_secured(status, capture_status) is is_secured
