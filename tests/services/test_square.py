"""The square of the documentation, replayed row by row: what Flowwise says, and what the order then is."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from django_flowwise import services, signals
from django_flowwise.client import FlowwiseClient
from django_flowwise.models import Order
from django_flowwise.states import AttentionReason, OrderWord
from django_flowwise.wire import PaymentSnapshot
from tests.services.conftest import recorded

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[2] / "docs/reference/settlement.md"
NONE = "—"
HEADS = {"payments", "order's word", "from"}
PAYMENT = re.compile(
    r"(?P<status>[A-Z_]*)(?:/(?P<capture_status>[A-Z_]+))?"
    r"(?: (?P<payment_amount>[\d.]+) (?P<payment_currency>[A-Z]{3}))?(?:, (?P<capture_amount>[\d.]+) captured)?"
)
LIVES = {
    "ACTIVE": [],
    "EXPIRED": [("EXPIRED", "none")],
    "WITHDRAWN": [],
    "PAID": [("PAID", "taken")],
    "REVERSED": [("PAID", "taken"), ("PAID", "reversed")],
}
"""What Flowwise said of an order, before a row begins."""


def rows_under(heading: str) -> list[list[str]]:
    section = PAGE.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split("|") for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.replace("`", "").strip() for cell in row] for row in rows]
    return [row for row in cells if row[0] not in {*HEADS, "---"}]


def snapshots_of(cell: str) -> tuple[PaymentSnapshot, ...]:
    """Read the payments that a cell lists."""
    listed = [] if cell == NONE else [PAYMENT.fullmatch(text.strip()) for text in cell.split(";")]
    said = [found.groupdict() for found in listed if found]
    assert len(said) == len(listed), cell
    return tuple(
        PaymentSnapshot(
            payment_id=f"pay_{number}",
            **{
                name: Decimal(text) if name.endswith("_amount") else text for name, text in payment.items() if text
            },
        )
        for number, payment in enumerate(said)
    )


LISTS = {name: snapshots_of(cell) for name, cell in rows_under("The payments")}
FROM_ACTIVE = [["ACTIVE", *row] for row in rows_under("From ACTIVE")]
FROM_ELSEWHERE = rows_under("From other states")


@pytest.fixture
def answer(active: Order, monkeypatch: pytest.MonkeyPatch, change_answer: Any) -> Callable[[str, str], None]:
    """Let Flowwise say this word of the order, and list these payments."""

    def arrange(word: str, payments: str) -> None:
        change_answer("get_order", order_status=None if word == NONE else word)
        monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: LISTS[payments])

    return arrange


def test_square__has_a_row_for_every_pair() -> None:
    words = {NONE, "BREWING", *(word.value for word in OrderWord if word is not OrderWord.UNKNOWN)}
    pairs = [(word, payments) for _, word, payments, *_ in FROM_ACTIVE]
    assert sorted(pairs) == sorted(itertools.product(words, LISTS))
    begun = {(before, word) for before, word, *_ in FROM_ELSEWHERE}
    assert begun == set(itertools.product(LIVES.keys() - {"ACTIVE"}, words))


@pytest.mark.parametrize("row", FROM_ACTIVE + FROM_ELSEWHERE, ids=" ".join)
def test_square__each_row_is_what_refreshing_makes_of_it(
    active: Order, answer: Callable[[str, str], None], row: list[str]
) -> None:
    before, word, payments, state, reasons, amount = row
    if before == "WITHDRAWN":
        services.withdraw_order(active)
    for said in LIVES[before]:
        answer(*said)
        services.refresh_order(active)
    assert active.state == before

    answer(word, payments)
    with recorded(signals.order_paid) as told:
        services.refresh_order(active)
    stored = Order.objects.get(pk=active.pk)
    assert stored.state == state.strip("*")
    found = sorted(stored.attention_reasons, key=AttentionReason.values.index)
    assert found == ([] if reasons == NONE else reasons.split(", "))
    assert stored.amount_paid == Decimal(amount)
    assert told.states == (["PAID"] if state.startswith("*") else [])
