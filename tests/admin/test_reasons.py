"""Why an order needs a person, in words."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.utils import timezone

from django_flowwise.admin.reasons import (
    attention_texts,
    doubt_texts,
    evidence_text,
    in_doubt_since,
    note_texts,
    reason_labels,
)
from django_flowwise.models import Order

AT = "2026-01-01T10:00:00+00:00"
READ = "Jan. 1, 2026, 10 a.m."


@pytest.mark.parametrize(
    ("reason", "evidence", "text"),
    [
        ("cannot_tell", "403", "HTTP 403"),
        ("cannot_tell", "", ""),
        ("belongs_to_another", "customer_id,order_currency", "customer_id, order_currency"),
        ("paid_twice", "2+0 4599", "payments that agree: 2, that differ: 0, received: 4599"),
        ("reversed", AT, READ),
        ("reference_already_paid", "order_7", "order_7"),
        ("other_flowwise", "https://app.flowwise.com/router", "https://app.flowwise.com/router"),
        ("belongs_to_another", "refund_1: payment_id,order_id", "refund_1: payment_id, order_id"),
        (
            "words_disagree",
            "PAID; FAILED/FAILED, SUCCESS",
            "Flowwise says of the order: PAID, of its payments: FAILED/FAILED, SUCCESS",
        ),
        ("paid_late", "EXPIRED; SUCCESS", "Flowwise says of the order: EXPIRED, of its payments: SUCCESS"),
        ("reversed", "PAID; REVERSED", "Flowwise says of the order: PAID, of its payments: REVERSED"),
        ("words_disagree", "pay_1 FAILED", "payment pay_1, taken before, is now FAILED"),
        ("words_disagree", "odd", "odd"),
        ("unknown_word", "ODD; X, Y", "ODD; X, Y"),
        ("refund_failed", "refund_1", "refund_1"),
        ("refund_unsent", "refund_1, refund_2", "refund_1, refund_2"),
        ("capture_in_doubt", "CAPTURE pay_x", "Capture of pay_x"),
        ("capture_in_doubt", "CAPTURE pay_x, VOID pay_y", "Capture of pay_x, Void of pay_y"),
        ("capture_in_doubt", "", ""),
        ("capture_in_doubt", "ODD pay_x", "ODD pay_x"),
        ("odd", "2026-13-01T10:00:00+00:00", "2026-13-01T10:00:00+00:00"),
        ("odd", "2026-01-01T10:00:00", "2026-01-01T10:00:00"),
    ],
)
def test_evidence__is_worded(reason: str, evidence: str, text: str) -> None:
    assert evidence_text(reason, evidence) == text


def test_attention__says_what_was_seen_and_since_when() -> None:
    order = Order(
        attention=[
            {"reason": "cannot_tell", "evidence": "403", "at": AT},
            {"reason": "reversed", "evidence": AT, "at": AT},
            {"reason": "odd", "at": "long ago"},
        ]
    )
    assert attention_texts(order) == [
        f"Flowwise refused to say whether it has the order: HTTP 403 ({READ})",
        f"The payment went back ({READ})",
        "odd (long ago)",
    ]
    assert reason_labels(order) == ("Flowwise refused to say whether it has the order; The payment went back; odd")


def test_notes__say_what_they_settled() -> None:
    notes = [
        {"note": "anna: called", "at": AT, "settled": {"cannot_tell": "403", "paid_late": ""}},
        {"note": "anna: fine", "at": AT, "settled": {}},
        {"note": "anna: older", "at": AT},
    ]
    assert note_texts(Order(settlement_notes=notes)) == [
        (
            f"anna: called ({READ})",
            "Flowwise refused to say whether it has the order: HTTP 403; Paid after it had expired",
        ),
        (f"anna: fine ({READ})", ""),
        (f"anna: older ({READ})", ""),
    ]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ({"state": "UNCONFIRMED"}, ["Flowwise may have the order, but gave no usable answer"]),
        ({"state": "SUBMITTING"}, []),
        (
            {"state": "SUBMITTING", "claim_expires_at": timezone.now() - datetime.timedelta(minutes=1)},
            ["The process that was creating the order ended before it had an answer"],
        ),
        (
            {"state": "REFUSED", "error_code": "credentials"},
            ["Flowwise did not accept the credentials of the account"],
        ),
        ({"state": "REFUSED", "error_code": "address"}, ["Flowwise had nothing at the account's address"]),
        ({"state": "REFUSED", "error_code": "http_400"}, []),
        (
            {"state": "PAID", "base_url": "https://copied.example"},
            ["Made at another base URL than the account's"],
        ),
        (
            {
                "state": "PAID",
                "base_url": "https://copied.example",
                "attention": [{"reason": "other_flowwise", "evidence": "", "at": AT}],
            },
            [f"Made at another base URL than the account's ({READ})"],
        ),
    ],
)
def test_doubts__are_all_named(values: Any, texts: list[str]) -> None:
    assert doubt_texts(Order(**values)) == texts


def test_since__the_oldest_that_was_written_down() -> None:
    moment = datetime.datetime(2026, 1, 1, 10, tzinfo=datetime.UTC)
    later = moment + datetime.timedelta(days=1)
    attention = [{"reason": "cannot_tell", "at": AT}, {"reason": "odd", "at": "x"}]
    assert in_doubt_since(Order(updated_at=later)) == later
    assert in_doubt_since(Order(updated_at=later, attention=attention)) == moment
    assert in_doubt_since(Order(updated_at=later, state="UNCONFIRMED", maybe_sent_at=moment)) == moment
    assert in_doubt_since(Order(updated_at=later, state="UNCONFIRMED")) == later
    assert in_doubt_since(Order(updated_at=later, state="ACTIVE", maybe_sent_at=moment)) == later
