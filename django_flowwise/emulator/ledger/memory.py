"""What all books of the ledger share: the account, the assumptions, the clock, the lock, the requests received.

Only the books import it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.customers import KeptCustomer
from django_flowwise.emulator.exact_json import read_json
from django_flowwise.emulator.failures import Failure
from django_flowwise.emulator.faults import Switches
from django_flowwise.emulator.orders import KeptOrder
from django_flowwise.emulator.payments import KeptPayment
from django_flowwise.emulator.refunds import KeptRefund

MOST_REQUESTS: Final = 10_000
"""How many requests are remembered, so that an emulator that runs for weeks does not grow."""
MOST_BODY_BYTES: Final = 64 << 20
"""How many bytes of their bodies are."""


@dataclass(frozen=True, kw_only=True)
class ReceivedRequest:
    """One API request as it came in, refused ones included."""

    method: str
    """The verb, in capitals."""
    path: str
    """The path as it was sent: percent-encoded, without the query."""
    query: str
    """The query as it was sent, without its question mark."""
    headers: Mapping[str, str] = field(repr=False)
    """The headers, whose names may be looked up in any case; never the client's secret."""
    body: bytes = field(repr=False)
    """The body as it was sent."""

    @property
    def json(self) -> Any:
        """The body as JSON, with exact numbers.

        Raises:
            NotJSON: the body is not JSON.
        """
        return read_json(self.body)


class Memory:
    """The state itself; a second order, refund or customer of one id stands in the place of the first."""

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        behaviour: Behaviour,
        clock: Callable[[], datetime],
    ) -> None:
        self.client_id = client_id
        self.client_secret = client_secret
        self.behaviour = behaviour
        self._first_behaviour = behaviour
        self.origin = ""
        self.switches = Switches()
        self._clock = clock
        self._lock = threading.RLock()
        self._kept: dict[str, KeptOrder] = {}
        self._by_hash: dict[str, KeptOrder] = {}
        self._payments: dict[str, tuple[KeptOrder, KeptPayment]] = {}
        self._refunds: dict[str, tuple[KeptPayment, KeptRefund]] = {}
        self._customers: dict[str, KeptCustomer] = {}
        self._requests: deque[ReceivedRequest] = deque()
        self._body_bytes = 0
        self._failures: list[Failure] = []

    def record(self, received: ReceivedRequest) -> None:
        """Remember an API request; the oldest are forgotten where there are too many, or their bodies too long."""
        with self._lock:
            self._requests.append(received)
            self._body_bytes += len(received.body)
            while len(self._requests) > MOST_REQUESTS or self._body_bytes > MOST_BODY_BYTES:
                self._body_bytes -= len(self._requests.popleft().body)

    def all_requests(self) -> list[ReceivedRequest]:
        """Return the API requests received so far, oldest first."""
        with self._lock:
            return list(self._requests)

    def note_failure(self, failure: Failure) -> bool:
        """Remember a failure of the emulator itself; False where it is remembered already."""
        with self._lock:
            is_new = all(known.error is not failure.error for known in self._failures)
            self._failures += [failure] if is_new else []
            return is_new

    def all_failures(self) -> list[Failure]:
        """Return the emulator's own failures so far, oldest first."""
        with self._lock:
            return list(self._failures)

    def start_over(self) -> None:
        """Forget all of it, and behave again as at the beginning."""
        self.forget()
        self.behaviour = self._first_behaviour

    def forget(self) -> None:
        """Forget every order, payment, refund, customer, request and failure, and switch every fault off."""
        self.switches.switch_all_off()
        self.switches.cut_pauses_short()
        with self._lock:
            self._kept.clear()
            self._by_hash.clear()
            self._payments.clear()
            self._refunds.clear()
            self._customers.clear()
            self._requests.clear()
            self._body_bytes = 0
            self._failures.clear()
