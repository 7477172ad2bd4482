"""Every move of a refund: from which states it may be made, what it sets, and what holds it back."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from django_flowwise.models import Payment, Refund, new_refund_id
from django_flowwise.states import REFUND_MOVES, RefundState
from tests.factories import make_order

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)
LATER = NOW + datetime.timedelta(hours=1)

Move = Callable[[Refund], bool]


def make_refund(**values: Any) -> Refund:
    payment = values.pop("payment", None) or Payment.objects.create(order=make_order(), payment_id=new_refund_id())
    usual = {"account": payment.account, "refund_amount": Decimal(5), "refund_currency": "INR"}
    return Refund.objects.create(payment=payment, **{**usual, **values})


def answer(target: str) -> Move:
    return lambda refund: refund.mark_answered(
        RefundState(target), {"refund_status": "x"}, asked_at=NOW, next_check_at=LATER, moment=NOW
    )


MARKS: list[tuple[Move, str, set[str]]] = [
    (
        lambda refund: refund.mark_submitting(moment=NOW, claim_expires_at=LATER),
        "SUBMITTING",
        {"DRAFT", "UNCONFIRMED", "REFUSED"},
    ),
    (
        lambda refund: refund.mark_unsent(
            origin=RefundState.DRAFT, maybe_sent_at=None, next_check_at=LATER, moment=NOW
        ),
        "DRAFT",
        {"SUBMITTING"},
    ),
    (lambda refund: refund.mark_refused(code="no", message="x" * 2000, moment=NOW), "REFUSED", {"SUBMITTING"}),
    (
        lambda refund: refund.mark_unconfirmed(
            code="", message="", maybe_sent_at=NOW, next_check_at=LATER, moment=NOW
        ),
        "UNCONFIRMED",
        {"SUBMITTING"},
    ),
    (lambda refund: refund.mark_draft(moment=NOW), "DRAFT", {"DRAFT", "SUBMITTING", "UNCONFIRMED"}),
    (answer("PENDING"), "PENDING", {"DRAFT", "SUBMITTING", "UNCONFIRMED", "REFUSED", "PENDING"}),
    (answer("ACCEPTED"), "ACCEPTED", set(RefundState.values) - {"FAILED"}),
    (answer("FAILED"), "FAILED", set(RefundState.values)),
]


@pytest.mark.parametrize("state", RefundState.values)
@pytest.mark.parametrize(("move", "target", "sources"), MARKS)
def test_square__a_move_is_made_from_its_sources_alone(
    state: str, move: Move, target: str, sources: set[str]
) -> None:
    refund = make_refund(state=state)
    assert move(refund) is (state in sources)
    expected = target if state in sources else state
    assert (Refund.objects.get().state, refund.state) == (expected, expected)
    if state in sources and state != target:
        assert target in REFUND_MOVES[RefundState(state)]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"refund_amount": 0}, "flowwise_refund_amount_positive"),
        ({"state": "LOST"}, "flowwise_refund_state_known"),
    ],
)
def test_constraints__hold_back_what_may_never_be(values: dict[str, Any], constraint: str) -> None:
    make_refund()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Refund.objects.update(**values)


def test_id__is_unique_in_its_account() -> None:
    make_refund(refund_id="return-1")
    make_refund(refund_id="return-1", account="second")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_refund(refund_id="return-1")


def test_id__is_made_within_what_flowwise_may_take() -> None:
    made = {new_refund_id() for _ in range(20)}
    assert len(made) == 20
    assert all(re.fullmatch(r"refund_[0-9a-f]{32}", refund_id) for refund_id in made)


def test_payment__is_kept_as_long_as_it_has_refunds() -> None:
    with pytest.raises(ProtectedError):
        make_refund().payment.delete()


def test_texts__name_the_refund_alone() -> None:
    refund = make_refund(refund_id="return-1", refund_note="Priya's dress")
    assert (str(refund), repr(refund)) == ("return-1", f"<Refund {refund.pk} return-1 DRAFT>")


def test_claim__takes_over_one_that_has_expired() -> None:
    refund = make_refund(state="SUBMITTING", attempts=1, claim_expires_at=NOW)
    assert not refund.mark_submitting(moment=NOW, claim_expires_at=LATER)
    assert refund.mark_submitting(moment=LATER, claim_expires_at=LATER)
    assert (refund.attempts, refund.maybe_sent_at) == (2, LATER)


def test_claim__is_lost_to_a_newer_one() -> None:
    refund = make_refund(state="SUBMITTING", attempts=1)
    Refund.objects.update(attempts=2)
    refund_of_old = Refund.objects.get()
    refund_of_old.attempts = 1
    assert not refund_of_old.mark_refused(code="", message="", moment=NOW)
    assert refund_of_old.attempts == 2
    assert refund.pk == refund_of_old.pk


@pytest.mark.parametrize(
    ("state", "target", "is_told"),
    [
        ("SUBMITTING", "ACCEPTED", True),
        ("SUBMITTING", "PENDING", False),
        ("PENDING", "FAILED", True),
        ("ACCEPTED", "ACCEPTED", False),
        ("ACCEPTED", "FAILED", True),
    ],
)
def test_answer__tells_the_shop_where_it_has_now_ended(state: str, target: str, is_told: bool) -> None:
    refund = make_refund(state=state, error_code="no_answer", settled_at=LATER if state == "ACCEPTED" else None)
    assert answer(target)(refund)
    stored = Refund.objects.get()
    assert (stored.signal_due, stored.error_code, stored.next_check_at) == (is_told, "", LATER)
    assert (stored.settled_at is not None) is (target != "PENDING")


def test_answer__not_by_an_older_look() -> None:
    refund = make_refund(state="PENDING", checked_at=LATER)
    assert not answer("FAILED")(refund)
    Refund.objects.update(checked_at=NOW)
    assert not answer("FAILED")(refund)
    assert answer("FAILED")(refund)


def test_delivered__not_where_it_has_changed_since() -> None:
    refund = make_refund(signal_due=True, checked_at=NOW)
    stale = Refund.objects.get()
    assert refund.mark_looked_at(next_check_at=LATER, moment=LATER)
    assert (refund.checked_at, refund.next_check_at) == (NOW, LATER)
    assert not stale.mark_delivered()
    assert stale.mark_delivered()
    assert not Refund.objects.get().signal_due


def test_querysets__are_adjectives() -> None:
    payment = make_refund(state="PENDING", next_check_at=NOW).payment
    make_refund(payment=payment, state="FAILED")
    make_refund(payment=payment, state="ACCEPTED", refund_amount=Decimal("0.30"))
    lapsed = make_refund(payment=payment, state="SUBMITTING", claim_expires_at=NOW, refund_amount=Decimal("0.10"))
    assert payment.refunds.counting().amount() == Decimal("5.40")
    assert payment.refunds.under_way().count() == 2
    assert payment.refunds.due(NOW).count() == 1
    assert payment.refunds.due(LATER).count() == 2
    assert lapsed.is_under_way
    assert not Refund.objects.get(state="FAILED").is_under_way
