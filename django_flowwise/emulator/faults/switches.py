"""Which faults are switched on, for which operation, and for how many calls.

Any thread may switch and take; only the emulator makes one.
"""

from __future__ import annotations

import difflib
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from django_flowwise.emulator.faults.fault import Fault
from django_flowwise.emulator.faults.table import FAULTS

OPERATIONS: Final = (
    "create_order",
    "get_order",
    "create_payment",
    "get_payment",
    "list_payments",
    "authorize_payment",
    "refund_payment",
    "refund_order",
    "get_refund",
    "create_customer",
    "update_customer",
)
"""The operations that a fault may be kept to."""

BEYOND_SECONDS: Final = 100_000
"""No wait lasts so long: more than a day."""


class UnknownFault(ValueError):
    """There is no such fault or operation; the text names the nearest."""


@dataclass(frozen=True, kw_only=True)
class Switch:
    """One fault that is switched on."""

    fault: Fault
    operation: str = ""
    """The one operation that it strikes; empty for every one."""
    calls_left: int | None = None
    """How many calls it will strike; None for all."""
    seconds: float = 0
    """How long its waits last."""

    def strikes(self, operation: str) -> bool:
        """Tell whether a call of that operation is struck."""
        return self.operation in {"", operation}


class Switches:
    """The faults that are switched on, oldest first, and the pauses that end with the emulator."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._on: list[Switch] = []
        self._cut_short = threading.Event()

    def switch_on(self, name: str, *, operation: str, calls: int | None, seconds: float | None) -> None:
        """Switch a fault on.

        Raises:
            UnknownFault: there is no fault, or no operation, of that name.
            ValueError: that many calls, or seconds, cannot be.
        """
        fault = FAULTS[_known(name, FAULTS, "fault")]
        if operation:
            _known(operation, OPERATIONS, "operation")
        wait = fault.seconds if seconds is None else seconds
        # A count that begins below 1 would never come down to its end.
        if calls is not None and (type(calls) is not int or calls < 1):
            raise ValueError(f"calls is a whole number above 0, not {calls!r}.")
        if not 0 <= wait < BEYOND_SECONDS:
            raise ValueError(f"seconds is a number from 0 to below {BEYOND_SECONDS}, not {wait!r}.")
        with self._lock:
            self._on.append(Switch(fault=fault, operation=operation, calls_left=calls, seconds=wait))

    def switch_all_off(self) -> None:
        """Switch every fault off."""
        with self._lock:
            self._on.clear()

    def take(self, operation: str) -> Switch | None:
        """Give the oldest switch that strikes a call of that operation, one call of it used up."""
        with self._lock:
            for number, switch in enumerate(self._on):
                if switch.strikes(operation):
                    if switch.calls_left is not None:
                        left = switch.calls_left - 1
                        self._on[number : number + 1] = [replace(switch, calls_left=left)] if left else []
                    return switch
        return None

    def in_force(self) -> list[Switch]:
        """Give a copy of what is switched on, oldest first."""
        with self._lock:
            return list(self._on)

    def pause(self, seconds: float) -> bool:
        """Wait; False, at once, where pauses are cut short meanwhile."""
        return not self._cut_short.wait(seconds)

    def cut_pauses_short(self) -> None:
        """End every pause that lasts, without what would have come after it."""
        self._cut_short.set()
        self._cut_short = threading.Event()


def _known(name: str, names: Iterable[str], kind: str) -> str:
    listed = list(names)
    if name not in listed:
        nearest = difflib.get_close_matches(name, listed, n=1, cutoff=0)[0]
        raise UnknownFault(f"There is no {kind} {name!r}; did you mean {nearest!r}? All: {', '.join(listed)}.")
    return name
