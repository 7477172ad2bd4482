"""Everything the emulator remembers, in memory, behind one lock; with it, the faults that are switched on.

Operations and pages reach it through the application; nothing else may change an order or a payment.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.exact_json import read_json
from django_flowwise.emulator.faults import Switches
from django_flowwise.emulator.orders import KeptOrder, OrderClosed, new_order, new_payment
from django_flowwise.emulator.refusals import order_already_exists


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


class Ledger:
    """The emulator's account, its orders and payments, and the requests it received."""

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
        self.origin = ""
        self.switches = Switches()
        self._clock = clock
        self._lock = threading.RLock()
        self._kept: dict[str, KeptOrder] = {}
        self._requests: list[ReceivedRequest] = []

    def create(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Keep a checked Create Order body as a new order and return the order.

        Raises:
            Refusal: the order_id is taken, and Behaviour makes that an error.
        """
        with self._lock:
            choice = self.behaviour.repeated_order_id
            known = self._look(sent["order_id"]) if sent["order_id"] in self._kept else None
            if known and choice == "same":
                return deepcopy(known.answer)
            if known and choice != "second":
                raise order_already_exists(int(choice))
            kept = new_order(sent, behaviour=self.behaviour, moment=self._clock(), origin=self.origin)
            self._kept[sent["order_id"]] = kept
            return deepcopy(kept.answer)

    def find(self, order_id: str) -> KeptOrder:
        """Return a copy of the order as it is now.

        Raises:
            KeyError: nobody created it.
        """
        with self._lock:
            return deepcopy(self._look(order_id))

    def all_orders(self) -> dict[str, KeptOrder]:
        """Return a copy of every order as it is now, oldest first."""
        with self._lock:
            return {order_id: self.find(order_id) for order_id in self._kept}

    def pay(
        self,
        order_id: str,
        *,
        amount: Decimal | int | str | None,
        currency: str | None,
        method: str,
    ) -> dict[str, Any]:
        """Pay the order: a SUCCESS payment, and the order is PAID, whatever the amount.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: it cannot be paid any more.
        """
        with self._lock:
            kept = self._payable(order_id)
            payment = self._add_payment(kept, "SUCCESS", method=method, amount=amount, currency=currency)
            kept.answer["order_status"] = "PAID"
            return payment

    def fail(
        self,
        order_id: str,
        *,
        amount: Decimal | int | str | None,
        currency: str | None,
        method: str,
    ) -> dict[str, Any]:
        """Try to pay the order in vain: a FAILED payment; the order stays as it is.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: no payment can be tried any more.
        """
        with self._lock:
            kept = self._payable(order_id)
            return self._add_payment(kept, "FAILED", method=method, amount=amount, currency=currency)

    def drop(self, order_id: str, *, method: str) -> dict[str, Any] | None:
        """Leave the checkout page: a USER_DROPPED payment, where Behaviour and the order's state let one be.

        Raises:
            KeyError: nobody created the order.
        """
        with self._lock:
            kept = self._look(order_id)
            if not (self.behaviour.leaving_records_payment and kept.is_payable(self.behaviour)):
                return None
            return self._add_payment(kept, "USER_DROPPED", method=method, amount=None, currency=None)

    def expire(self, order_id: str) -> None:
        """Let the order expire now; an EXPIRED one stays as it is.

        Raises:
            KeyError: nobody created the order.
            OrderClosed: it is PAID.
        """
        with self._lock:
            kept = self._look(order_id)
            if kept.status == "PAID":
                raise OrderClosed(order_id, kept.status)
            if kept.status != "EXPIRED":
                kept.expire(self._clock())

    def record(self, received: ReceivedRequest) -> None:
        """Remember an API request."""
        with self._lock:
            self._requests.append(received)

    def all_requests(self) -> list[ReceivedRequest]:
        """Return the API requests received so far, oldest first."""
        with self._lock:
            return list(self._requests)

    def forget(self) -> None:
        """Forget every order, payment and request, and switch every fault off."""
        self.switches.switch_all_off()
        self.switches.cut_pauses_short()
        with self._lock:
            self._kept.clear()
            self._requests.clear()

    def _look(self, order_id: str) -> KeptOrder:
        kept = self._kept[order_id]
        grace = timedelta(seconds=self.behaviour.active_outlives_expiry_seconds)
        if kept.status == "ACTIVE" and self._clock() >= kept.expires_at + grace:
            kept.answer["order_status"] = "EXPIRED"
        return kept

    def _payable(self, order_id: str) -> KeptOrder:
        kept = self._look(order_id)
        if not kept.is_payable(self.behaviour):
            raise OrderClosed(order_id, kept.status)
        return kept

    def _add_payment(
        self,
        kept: KeptOrder,
        status: str,
        *,
        method: str,
        amount: Decimal | int | str | None,
        currency: str | None,
    ) -> dict[str, Any]:
        payment = new_payment(
            kept, status, behaviour=self.behaviour, method=method, amount=amount, currency=currency
        )
        kept.payments.append(payment)
        return deepcopy(payment)
