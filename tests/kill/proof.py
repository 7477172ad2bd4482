"""The loop: prepare, kill, reconcile in a fresh process, judge."""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterable, Iterator
from functools import partial
from pathlib import Path

from django.conf import settings
from django.db import transaction

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order
from django_flowwise.signals import order_paid
from tests.forks import ENDED, KILLED, Fork, hang_up
from tests.gateway import Gateway
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
        order_paid.connect(self._witness)
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
        scenario = (SCENARIOS | BROKEN)[name]
        self._undisturbed(name, scenario)
        order = self._prepared(scenario)
        rows = list(Order.objects.order_by("pk"))
        self._gateway.remember()
        recovered: set[str] = set()
        for number in numbers:  # pragma: no branch  # there is no last one
            self._return_to(rows)
            hang_up()
            ending, place = Fork(partial(run_until_line, number, folders, partial(scenario.run, order))).wait()
            if ending == ENDED:
                break
            where = f"{name}, killed at line {number}, {place}"
            self._complain(where, [] if ending == KILLED else ["the call itself has failed"])
            self.tried += 1
            time_passes(self._gateway)
            left = left_behind(self._gateway, self._witness)
            if left not in recovered:
                self._recovers(where, scenario)
                recovered.add(left)
                self.states += 1

    def _undisturbed(self, name: str, scenario: Scenario) -> None:
        """Do it in this process first: it must hold too, and what is made only once is made before the forks."""
        order = self._prepared(scenario)
        with contextlib.suppress(FlowwiseError):
            scenario.run(order)
        time_passes(self._gateway)
        reconcile_twice()
        self._judge(f"{name}, undisturbed", scenario)

    def _prepared(self, scenario: Scenario) -> Order:
        Order.objects.all()._raw_delete("default")
        self._gateway.reset()
        order = scenario.prepare(self._gateway)
        self._witness.forget()
        return order

    def _return_to(self, rows: list[Order]) -> None:
        with transaction.atomic():
            Order.objects.all()._raw_delete("default")
            Order.objects.bulk_create(rows)
        self._gateway.return_to_it()
        self._witness.forget()

    def _recovers(self, where: str, scenario: Scenario) -> None:
        hang_up()
        ending, _report = Fork(lambda _report: reconcile_twice()).wait()
        self._complain(where, [] if ending == ENDED else ["reconcile has failed"])
        self._judge(where, scenario)

    def _judge(self, where: str, scenario: Scenario) -> None:
        self._complain(where, complaints(self._gateway, self._witness, gives_up=scenario.gives_up))
        with later():
            services.place_order(**{**CONTENT, **scenario.changes}, supersede=True)
        self._complain(where, complaints(self._gateway, self._witness, gives_up=scenario.gives_up))
        self._complain(where, complaints_at_the_end(self._gateway))

    def _complain(self, where: str, found: Iterable[str]) -> None:
        sentences = list(found)
        if sentences:
            state = state_of_everything(self._gateway, self._witness)
            raise Violation("\n".join([where, *(f"- {sentence}" for sentence in sentences), state]))
