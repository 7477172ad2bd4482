"""A local Flowwise in a process of its own, which outlives whoever is killed; commanded by lines of JSON.

``python -m tests.gateway`` is that process; ``Gateway`` is the hand on it. Its clock can be moved along with a
test's. It takes a repeated order_id for a second order, a repeated refund_id for a second refund, and gives
back more than was taken, so that nothing but the package keeps from doing any of it.
"""

from __future__ import annotations

import copy
import dataclasses
import datetime
import json
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
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


TRUSTING = Behaviour(repeated_order_id="second", repeated_refund_id="second", refuses_over_refund=False)


class Served:
    """What may be asked of the emulator; takes and gives JSON."""

    def __init__(self) -> None:
        self._ahead = datetime.timedelta()
        self._arrived: list[str] = []
        self._emulator = Emulator(behaviour=TRUSTING, clock=self._now)
        self._emulator.start()
        ledger: Any = self._emulator._ledger
        ledger.create = self._counting(ledger.create, lambda sent: sent["order_id"])
        ledger.refund_payment = self._counting(ledger.refund_payment, lambda _payment_id, sent: sent["refund_id"])
        ledger.authorize = self._counting(ledger.authorize, lambda _order_id, payment_id, _sent: payment_id)
        self.pay, self.expire, self.fail = self._emulator.pay, self._emulator.expire, self._emulator.fail
        self.authorise, self.settle_refund = self._emulator.authorise, self._emulator.settle_refund
        self.fail_next, self.fail_all, self.mend = (
            self._emulator.fail_next,
            self._emulator.fail_all,
            self._emulator.mend,
        )

    def account(self) -> dict[str, Any]:
        return self._emulator.account

    def reset(self) -> None:
        self._emulator.reset()
        self._arrived.clear()
        self._ahead = datetime.timedelta()

    def remember(self) -> None:
        """Note how things are, behaviour and faults that are switched on included."""
        ledger = self._emulator._ledger
        self._remembered = copy.deepcopy(
            (self._books(), ledger.switches.in_force(), self._arrived, ledger.behaviour)
        )

    def return_to_it(self) -> None:
        """Make things as they were when remembered, whatever has happened since; the clock too."""
        self.reset()
        ledger = self._emulator._ledger
        books, switches, arrived, ledger.behaviour = copy.deepcopy(self._remembered)
        for book, remembered in zip(self._books(), books, strict=True):
            book.update(remembered)
        ledger.switches._on.extend(switches)
        self._arrived.extend(arrived)

    def _books(self) -> tuple[dict[str, Any], ...]:
        ledger = self._emulator._ledger
        return ledger._kept, ledger._by_hash, ledger._payments, ledger._refunds

    def behave(self, **assumed: Any) -> None:
        """Assume this from now on, until all is reset."""
        self._emulator.behaviour = dataclasses.replace(self._emulator.behaviour, **assumed)

    def pass_time(self, seconds: float) -> None:
        self._ahead += datetime.timedelta(seconds=seconds)

    def orders(self) -> dict[str, tuple[str, int]]:
        """Give the vendor's word for each order, and how often Create Order was carried out for it."""
        made = Counter(self._arrived)
        return {key: (order["order_status"], made[key]) for key, order in self._emulator.orders.items()}

    def payments(self) -> dict[str, tuple[str, str, str, int]]:
        """Give each payment's two words, what was captured, and how often a capture or void arrived."""
        arrived = Counter(self._arrived)
        return {
            payment["payment_id"]: (
                payment["status"],
                payment["capture_status"],
                str(payment["capture_amount"]),
                arrived[payment["payment_id"]],
            )
            for payments in self._emulator.payments.values()
            for payment in payments
        }

    def refunds(self) -> dict[str, tuple[str, str, str, int]]:
        """Give each refund's word, amount and payment, and how often it was carried out."""
        made = Counter(self._arrived)
        return {
            key: (refund["refund_status"], str(refund["refund_amount"]), refund["payment_id"], made[key])
            for key, refund in self._emulator.refunds.items()
        }

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

    def _counting(self, carry_out: Callable[..., Any], name: Callable[..., str]) -> Callable[..., Any]:
        """Count what arrives, by the id that it is for, and carry it out."""

        def counting(*arguments: Any) -> Any:
            self._arrived.append(name(*arguments))
            return carry_out(*arguments)

        return counting

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
