"""What must hold once everything has been reconciled, whichever line was the last."""

from __future__ import annotations

import datetime
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import time_machine
from django.db import connections
from django.utils import timezone

from django_flowwise import services
from django_flowwise.models import Order, Refund
from tests.forks import hang_up
from tests.gateway import Gateway
from tests.kill.scenarios import CONTENT

_LATER = datetime.timedelta(minutes=10)


class Witness:
    """Receive signals about money, and note what another connection then reads, so that it outlives a kill."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_CREAT | os.O_RDWR | os.O_APPEND)
        self._remembered = b""

    def __call__(self, order: Order, **_signal: Any) -> None:
        """Receive order_paid."""
        self._note("order", order.order_id, order)

    def hear_refund(self, refund: Refund, **_signal: Any) -> None:
        """Receive refund_settled."""
        self._note("refund", refund.refund_id, refund)

    def _note(self, what: str, name: str, row: Order | Refund) -> None:
        other = connections["default"].copy()
        with other.cursor() as cursor:
            cursor.execute(f"SELECT state FROM {row._meta.db_table} WHERE id = %s", [row.pk])  # noqa: S608  # ours
            (state,) = cursor.fetchone()
        other.close()
        os.write(self._file, f"{what} {name} {state}\n".encode())

    def forget(self) -> None:
        os.ftruncate(self._file, 0)

    def remember(self) -> None:
        """Note what has been heard until now."""
        self._remembered = os.pread(self._file, 1 << 20, 0)

    def return_to_it(self) -> None:
        """Forget what has been heard since."""
        self.forget()
        os.write(self._file, self._remembered)

    def heard(self) -> list[tuple[str, str]]:
        return self._heard_of("order")

    def heard_of_refunds(self) -> list[tuple[str, str]]:
        return self._heard_of("refund")

    def _heard_of(self, what: str) -> list[tuple[str, str]]:
        lines = os.pread(self._file, 1 << 20, 0).decode().splitlines()
        return [(name, state) for kind, name, state in map(str.split, lines) if kind == what]


def time_passes(gateway: Gateway) -> None:
    """Let all that is under way come to its end, and then more time pass than any claim or doubt lasts."""
    hang_up()
    gateway.settle()
    gateway.mend()
    gateway.pass_time(_LATER.total_seconds())


def later() -> time_machine.travel:
    return time_machine.travel(timezone.now() + _LATER, tick=True)


def reconcile_twice() -> None:
    """Reconcile later, and once more for what the first time has found and not announced."""
    with later():
        services.reconcile()
        services.reconcile()


def complaints(gateway: Gateway, witness: Witness, *, gives_up: bool = False) -> Iterator[str]:
    """Say what does not hold; an order that was given up may be gone from its reference."""
    rows, there, heard = list(Order.objects.order_by("pk")), gateway.orders(), witness.heard()
    for order_id, (_word, times) in there.items():
        if times > 1:
            yield f"{order_id} was made {times} times"
    for order_id in there.keys() - {row.order_id for row in rows}:
        yield f"{order_id} is at the gateway, and nobody here knows it"
    for order_id, state in heard:
        if state != "PAID":
            yield f"{order_id} was announced as paid while it was {state}"
    for row in rows:
        for complaint in complaints_about(row, there.get(row.order_id, (None,))[0], dict(heard)):
            yield f"{row.order_id} {complaint}"
    live = Counter(row.reference for row in rows if row.state != "WITHDRAWN" and row.live_key)
    for reference in {row.reference for row in rows}:
        if live[reference] > 1 or not (live[reference] or gives_up):
            yield f"{reference} has {live[reference]} live orders"


def complaints_about(row: Order, word: str | None, heard: Mapping[str, str]) -> Iterator[str]:
    """Say what does not hold for one order; ``word`` is the gateway's, None where it has no such order."""
    if word is None and row.state not in {"DRAFT", "REFUSED", "WITHDRAWN"}:
        yield f"is {row.state} here, and not at the gateway"
    if word is not None and row.state not in {"ACTIVE", "PAID", "EXPIRED", "WITHDRAWN"}:
        yield f"is {row.state} here, and {word} at the gateway"
    if row.state == "REFUSED" and row.attempts != 1:
        yield "is called refused after a claim without an answer"
    if row.state == "WITHDRAWN" and word is not None and row.next_check_at is None:
        yield "is withdrawn and not watched"
    if word == "PAID" and row.state != "PAID" and "amount_differs" not in row.attention_reasons:
        yield f"is paid at the gateway, and {row.state} here"
    if row.state == "PAID":
        yield from complaints_about_paid(row, heard)


def complaints_about_paid(row: Order, heard: Mapping[str, str]) -> Iterator[str]:
    if row.order_id not in heard:
        yield "is paid, and nobody was told"
    if row.live_key is None:
        for sibling in Order.objects.live().filter(reference=row.reference):
            if "reference_already_paid" not in sibling.attention_reasons:
                yield f"is paid, and its sibling {sibling.order_id} does not say so"


def complaints_at_the_end(gateway: Gateway) -> Iterator[str]:
    """Say what does not hold once the shop has asked again for what it wanted."""
    live = list(Order.objects.live().filter(reference=CONTENT["reference"]))
    if [order.state for order in live] not in (["ACTIVE"], ["PAID"]):
        yield f"asked again, the shop gets {live}"
    if any(order.order_id not in gateway.orders() for order in live):
        yield "asked again, the shop gets an order that the gateway does not have"


def left_behind(gateway: Gateway, witness: Witness) -> str:
    """Describe what a killed process has left, so that the same is seen to be the same: no key, no exact time."""
    rows, there = Order.objects.order_by("pk"), gateway.orders()
    heard = Counter(order_id for order_id, _state in witness.heard())
    described = [
        (
            *(getattr(row, name) for name in _COMPARED),
            *(age(getattr(row, name)) for name in _TIMES),
            row.attention_reasons,
            row.amount_refunded,
            row.superseded_by_id is None,
            row.checkout_url == "",
            there.get(row.order_id),
            heard[row.order_id],
        )
        for row in rows
    ]
    return repr((described, len(there)))


def age(moment: datetime.datetime | None) -> str:
    """Say roughly how long ago that was."""
    if moment is None:
        return "never"
    minutes = (timezone.now() - moment).total_seconds() / 60
    return "future" if minutes < 0 else "recent" if minutes < _RECENT_MINUTES else "old"


_RECENT_MINUTES = 30
_COMPARED = ("reference", "live_key", "order_amount", "base_url", "state", "attempts", "error_code", "signal_due")
_TIMES = (
    "claim_expires_at",
    "first_claimed_at",
    "maybe_sent_at",
    "checked_at",
    "next_check_at",
    "submitted_at",
    "paid_at",
)


def state_of_everything(gateway: Gateway, witness: Witness) -> str:
    """Give what a person needs to see."""
    rows = [
        f"  here: {row.reference} {row.order_id} {row.state} attempts={row.attempts} live={bool(row.live_key)}"
        f" signal_due={row.signal_due} attention={row.attention_reasons}"
        for row in Order.objects.order_by("pk")
    ]
    heard = [*witness.heard(), *witness.heard_of_refunds()]
    return "\n".join([*rows, f"  gateway: {gateway.orders()}", f"  heard: {heard}"])
