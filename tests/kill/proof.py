"""The loop: prepare, kill, reconcile in a fresh process, judge."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.signals import order_paid, refund_settled
from tests.forks import ENDED, KILLED, Fork, hang_up
from tests.gateway import Gateway
from tests.kill.money import Asked, complaints_about_asked, complaints_about_money, money_here, money_left_behind
from tests.kill.money_scenarios import MONEY, MONEY_BROKEN
from tests.kill.scenarios import BROKEN, CONTENT, SCENARIOS, Scenario
from tests.kill.tracer import LIBRARIES, PACKAGE, run_until_line
from tests.kill.verdict import (
    Witness,
    complaints,
    complaints_at_the_end,
    later,
    left_behind,
    reconcile_twice,
    state_of_everything,
    time_passes,
)

ALL: dict[str, Scenario] = SCENARIOS | MONEY
IN_LIBRARIES = "submit-draft"


class Violation(Exception):
    """What was promised does not hold; the text says after which line."""


class Proof:
    """Kill one process after another, on one database and with one gateway."""

    def __init__(self, gateway: Gateway, path: Path) -> None:
        self.tried = 0
        self.states = 0
        self.violations: list[Violation] = []
        self._gateway = gateway
        self._witness = Witness(path)
        self._asked = Asked()
        order_paid.connect(self._witness)
        refund_settled.connect(self._witness.hear_refund)
        settings.FLOWWISE = {"default": gateway.account()}

    def of_package(self, name: str, *, first: int, every: int) -> None:
        """Kill at the lines of this package."""
        self._until_violated(name, PACKAGE, itertools.count(first, every))

    def of_libraries(self, *, first: int, every: int) -> None:
        """Kill at the lines of the libraries under submit."""
        self._until_violated(IN_LIBRARIES, LIBRARIES, itertools.count(first, every))

    def _until_violated(self, name: str, folders: tuple[str, ...], numbers: Iterator[int]) -> None:
        try:
            self._all(name, folders, numbers)
        except Violation as violation:
            self.violations.append(violation)

    def _all(self, name: str, folders: tuple[str, ...], numbers: Iterator[int]) -> None:
        scenario = (ALL | BROKEN | MONEY_BROKEN)[name]
        self._undisturbed(name, scenario)
        order = self._prepared(scenario)
        rows = [list(model._base_manager.order_by("pk")) for model in (Order, Payment, Refund)]
        self._gateway.remember()
        self._witness.remember()
        recovered: set[str] = set()
        for number in numbers:  # pragma: no branch  # there is no last one
            kill = partial(run_until_line, number, folders, partial(scenario.run, order))
            ending, place = self._killed(rows, kill)
            if ending == ENDED:
                break
            where = f"{name}, killed at line {number}, {place}"
            self._complain(where, [] if ending == KILLED else ["the call itself has failed"])
            self.tried += 1
            left = left_behind(self._gateway, self._witness) + money_left_behind(self._gateway, self._witness)
            if left not in recovered:
                self._recovers(where, scenario)
                recovered.add(left)
                self.states += 1
                if scenario.again is not None:
                    self._killed(rows, kill)
                    self._ask_again(scenario)
                    self._recovers(f"{where}, and asked again before reconcile", scenario)

    def _killed(self, rows: list[list[Any]], kill: Callable[[int], None]) -> tuple[int, str]:
        """Begin from these rows, let it be killed, and let time pass; give how it ended, and where."""
        self._return_to(rows)
        hang_up()
        ended = Fork(kill).wait()
        time_passes(self._gateway)
        return ended

    def _undisturbed(self, name: str, scenario: Scenario) -> None:
        """Do it in this process first: it must hold too, and what is made only once is made before the forks."""
        order = self._prepared(scenario)
        with contextlib.suppress(FlowwiseError):
            scenario.run(order)
        time_passes(self._gateway)
        self._asked = Asked.so_far()
        reconcile_twice()
        self._judge(f"{name}, undisturbed", scenario)

    def _prepared(self, scenario: Scenario) -> Order:
        forget_rows()
        self._gateway.reset()
        self._witness.forget()
        return scenario.prepare(self._gateway)

    def _return_to(self, rows: list[list[Any]]) -> None:
        with transaction.atomic():
            forget_rows()
            for model, its_rows in zip((Order, Payment, Refund), rows, strict=True):
                model._base_manager.bulk_create(its_rows)
        self._gateway.return_to_it()
        self._witness.return_to_it()

    def _recovers(self, where: str, scenario: Scenario) -> None:
        self._asked = Asked.so_far()
        hang_up()
        ending, _report = Fork(lambda _report: reconcile_twice()).wait()
        self._complain(where, [] if ending == ENDED else ["reconcile has failed"])
        self._judge(where, scenario)

    def _judge(self, where: str, scenario: Scenario) -> None:
        self._complain_of_all(where, scenario)
        with later():
            services.place_order(**{**CONTENT, **scenario.changes}, supersede=True)
        self._ask_again(scenario)
        self._asked = Asked()
        self._complain_of_all(where, scenario)
        self._complain(where, complaints_at_the_end(self._gateway))
        self._complain(where, complaints_about_asked(self._gateway, scenario.refunds))

    def _ask_again(self, scenario: Scenario) -> None:
        if scenario.again is not None:
            with later(), contextlib.suppress(FlowwiseError):
                scenario.again(Order.objects.earliest("pk"))

    def _complain_of_all(self, where: str, scenario: Scenario) -> None:
        self._complain(where, complaints(self._gateway, self._witness, gives_up=scenario.gives_up))
        self._complain(where, complaints_about_money(self._gateway, self._witness, self._asked))

    def _complain(self, where: str, found: Iterable[str]) -> None:
        sentences = list(found)
        if sentences:
            state = state_of_everything(self._gateway, self._witness)
            lines = [where, *(f"- {sentence}" for sentence in sentences), state, money_here(self._gateway)]
            raise Violation("\n".join(lines))


def forget_rows() -> None:
    """Empty the tables, those first that hold on to others."""
    for model in (Refund, Payment, Order):
        model._base_manager.all()._raw_delete("default")
