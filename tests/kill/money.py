"""What must hold of payments and refunds once everything has been reconciled, whichever line was the last."""

from __future__ import annotations

import dataclasses
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Self

from django_flowwise.models import Order, Payment, Refund
from django_flowwise.states import COUNTING, ENDED, RefundState, is_held, refund_state_of
from tests.gateway import Gateway
from tests.kill.verdict import Witness, age


@dataclasses.dataclass(frozen=True)
class Asked:
    """What was under way when a process ended, and must not be forgotten."""

    refunds: frozenset[str] = frozenset()
    captures: frozenset[str] = frozenset()
    """The payments of which a capture or void was claimed."""

    @classmethod
    def so_far(cls) -> Self:
        """Read what is committed."""
        return cls(
            frozenset(Refund.objects.values_list("refund_id", flat=True)),
            frozenset(Payment.objects.in_doubt().values_list("payment_id", flat=True)),
        )


def complaints_about_money(gateway: Gateway, witness: Witness, asked: Asked) -> Iterator[str]:
    """Say what does not hold of payments and refunds, here and at the gateway."""
    rows, there = list(Refund.objects.select_related("payment__order")), gateway.refunds()
    known = {row.refund_id for row in rows}
    for refund_id, (_word, _amount, _payment_id, times) in there.items():
        if times > 1:
            yield f"{refund_id} was carried out {times} times"
    for refund_id in there.keys() - known:
        yield f"{refund_id} is at the gateway, and nobody here knows it"
    for refund_id in asked.refunds - known:
        yield f"{refund_id} is forgotten"
    for row in rows:
        word = there.get(row.refund_id, (None,))[0]
        for complaint in complaints_about_refund(row, word, witness.heard_of_refunds()):
            yield f"{row.refund_id} {complaint}"
    yield from complaints_about_sums(rows, gateway)
    for payment in Payment.objects.select_related("order"):
        for complaint in complaints_about_payment(payment, gateway, asked):
            yield f"{payment.payment_id} {complaint}"


def complaints_about_refund(row: Refund, word: str | None, heard: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Say what does not hold for one refund; ``word`` is the gateway's, None where it has no such refund."""
    evidence = [(entry["reason"], entry["evidence"]) for entry in row.payment.order.attention]
    states = [state for refund_id, state in heard if refund_id == row.refund_id]
    if word is not None and row.state != refund_state_of(word):
        yield f"is {row.state} here, and {word} at the gateway"
    if word is None and row.state not in {"DRAFT", "REFUSED"}:
        yield f"is {row.state} here, and not at the gateway"
    if row.state == "DRAFT" and ("refund_unsent", f"{row.refund_id} #{row.attempts}") not in evidence:
        yield "was not sent, and no person is called"
    if row.state == "FAILED" and ("refund_failed", row.refund_id) not in evidence:
        yield "has failed, and no person is called"
    if row.state in ENDED and row.state not in states:
        yield f"is {row.state}, and nobody was told"
    if row.signal_due:
        yield "is still to be told of"
    for state in states:
        if state not in ENDED:
            yield f"was announced while it was {state}"


def complaints_about_sums(rows: Iterable[Refund], gateway: Gateway) -> Iterator[str]:
    """Say where more goes back than was taken, and where an order does not say what went back."""
    gone_back: defaultdict[str, Decimal] = defaultdict(Decimal)
    counting: defaultdict[str, Decimal] = defaultdict(Decimal)
    for word, amount, payment_id, times in gateway.refunds().values():
        if refund_state_of(word) != RefundState.FAILED:
            gone_back[payment_id] += Decimal(amount) * times
    for row in rows:
        if row.state in COUNTING:
            counting[row.payment.payment_id] += row.refund_amount
    for payment_id, (_word, _capture, captured, _times) in gateway.payments().items():
        most = max(gone_back[payment_id], counting[payment_id])
        if most > Decimal(captured):
            yield f"{payment_id} brought {captured}, and {most} goes back"
    for order in Order.objects.all():
        accepted = Refund.objects.filter(payment__order=order, state="ACCEPTED").amount()
        if order.amount_refunded != accepted:
            yield f"{order.order_id} says that {order.amount_refunded} went back, and {accepted} did"


def complaints_about_payment(payment: Payment, gateway: Gateway, asked: Asked) -> Iterator[str]:
    """Say what does not hold for one payment."""
    word, capture_word, captured, times = gateway.payments()[payment.payment_id]
    evidence = [entry["evidence"] for entry in payment.order.attention if entry["reason"] == "capture_in_doubt"]
    here = (payment.status, payment.capture_status, payment.capture_amount)
    if here != (word, capture_word, Decimal(captured)):
        yield f"is {here} here, and {(word, capture_word, captured)} at the gateway"
    if times > 1:
        yield f"was captured or voided {times} times"
    if payment.capture_action:
        yield f"is still being asked for its {payment.capture_action}"
    is_undone = payment.payment_id in asked.captures and is_held(word, capture_word)
    if is_undone and not any(payment.payment_id in seen for seen in evidence):
        yield "was to be captured or voided, is not, and no person is called"


def complaints_about_asked(gateway: Gateway, refunds: Mapping[str, Decimal]) -> Iterator[str]:
    """Say what does not hold once the shop has asked again for what it wanted: each of these refunds, once."""
    there = {refund_id: Decimal(amount) * times for refund_id, (_, amount, _, times) in gateway.refunds().items()}
    if there != refunds:
        yield f"asked again, {there} goes back"


def money_left_behind(gateway: Gateway, witness: Witness) -> str:
    """Describe what a killed process has left of payments and refunds."""
    payments = [
        (
            *(getattr(row, name) for name in ("status", "capture_status", "capture_amount", "capture_action")),
            *(age(getattr(row, name)) for name in ("checked_at", "maybe_sent_at", "claim_expires_at")),
        )
        for row in Payment.objects.all()
    ]
    refunds = [
        (
            *(getattr(row, name) for name in ("refund_id", "refund_amount", "state", "attempts", "error_code")),
            row.signal_due,
            *(age(getattr(row, name)) for name in ("claim_expires_at", "maybe_sent_at", "next_check_at")),
            *(age(getattr(row, name)) for name in ("checked_at", "settled_at")),
        )
        for row in Refund.objects.all()
    ]
    there = sorted(gateway.payments().values()), sorted(gateway.refunds().items())
    return repr((payments, refunds, there, Counter(witness.heard_of_refunds())))


def money_here(gateway: Gateway) -> str:
    """Give what a person needs to see."""
    refunds = [
        f"  here: {row.refund_id} {row.refund_amount} {row.state} attempts={row.attempts} {row.signal_due=}"
        for row in Refund.objects.all()
    ]
    payments = [
        f"  here: {row.payment_id} {row.status}/{row.capture_status} {row.capture_amount} {row.capture_action}"
        for row in Payment.objects.all()
    ]
    return "\n".join([*payments, *refunds, f"  gateway: {gateway.payments()} {gateway.refunds()}"])
