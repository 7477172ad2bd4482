"""A local Flowwise in a process of its own, which outlives whoever is killed; commanded by lines of JSON.

``python -m tests.gateway`` is that process; ``Gateway`` is the hand on it. Its clock can be moved along with a
test's. It takes a repeated order_id for a second order, so that nothing but the package keeps from making two.
"""

from __future__ import annotations

import copy
import datetime
import json
import socket
import subprocess
import sys
from collections import Counter
from typing import Any, Self

from django.conf import settings

from django_flowwise.emulator import Behaviour, Emulator


class Gateway:
    """Call the methods of ``Served`` in another process."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.gateway"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert self._process.stdin
        assert self._process.stdout
        self._commands, self._answers = self._process.stdin, self._process.stdout

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        with self._process:
            self._commands.close()

    def __getattr__(self, name: str) -> Any:
        def call(*arguments: Any, **keywords: Any) -> Any:
            self._commands.write(json.dumps([name, arguments, keywords]) + "\n")
            self._commands.flush()
            return json.loads(self._answers.readline())

        return call


class Served:
    """What may be asked of the emulator; takes and gives JSON."""

    def __init__(self) -> None:
        self._ahead = datetime.timedelta()
        self._accepted: list[str] = []
        self._emulator = Emulator(behaviour=Behaviour(repeated_order_id="second"), clock=self._now)
        self._emulator.start()
        self._keep = self._emulator._ledger.create
        self._emulator._ledger.create = self._count_and_keep  # type: ignore[method-assign]
        self.pay, self.expire = self._emulator.pay, self._emulator.expire
        self.fail_next, self.fail_all, self.mend = (
            self._emulator.fail_next,
            self._emulator.fail_all,
            self._emulator.mend,
        )

    def account(self) -> dict[str, Any]:
        return self._emulator.account

    def reset(self) -> None:
        self._emulator.reset()
        self._accepted.clear()
        self._ahead = datetime.timedelta()

    def remember(self) -> None:
        """Note how things are, faults that are switched on included."""
        ledger = self._emulator._ledger
        self._remembered = copy.deepcopy((ledger._kept, ledger.switches.in_force(), self._accepted))

    def return_to_it(self) -> None:
        """Make things as they were when remembered, whatever has happened since; the clock too."""
        self.reset()
        ledger = self._emulator._ledger
        kept, switches, accepted = copy.deepcopy(self._remembered)
        ledger._kept.update(kept)
        ledger.switches._on.extend(switches)
        self._accepted.extend(accepted)

    def pass_time(self, seconds: float) -> None:
        self._ahead += datetime.timedelta(seconds=seconds)

    def orders(self) -> dict[str, tuple[str, int]]:
        """Give the vendor's word for each order, and how often Create Order was carried out for it."""
        made = Counter(self._accepted)
        return {key: (order["order_status"], made[key]) for key, order in self._emulator.orders.items()}

    def requests(self) -> dict[str, int]:
        """Count the requests received, refused ones included, by verb and path."""
        return Counter(f"{request.method} {request.path}" for request in self._emulator.requests)

    def settle(self) -> None:
        """Wait until every connection has come to its end, those included that are still to be accepted."""
        server = self._emulator._server
        assert server
        with socket.create_connection(server.server_address[:2]) as last_in_line:
            last_in_line.sendall(b"?\r\n")
            last_in_line.recv(1)
        with server._changed:
            assert server._changed.wait_for(lambda: not server._open, timeout=10)

    def _count_and_keep(self, sent: dict[str, Any]) -> dict[str, Any]:
        kept = self._keep(sent)
        self._accepted.append(sent["order_id"])
        return kept

    def _now(self) -> datetime.datetime:
        return datetime.datetime.now(datetime.UTC) + self._ahead


def serve() -> None:
    settings.configure()
    served = Served()
    for line in sys.stdin:
        name, arguments, keywords = json.loads(line)
        answer = getattr(served, name)(*arguments, **keywords)
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
