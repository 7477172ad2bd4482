"""The ledger's orders: how they begin, are found, and expire.

Only the ledger imports it.
"""

from __future__ import annotations

from copy import deepcopy
from datetime import timedelta
from typing import Any

from django_flowwise.emulator.ledger.memory import Memory
from django_flowwise.emulator.orders import KeptOrder, OrderClosed, new_order
from django_flowwise.emulator.refusals import customer_not_found, order_already_exists, order_not_found


class OrderBook(Memory):
    """Orders, by order_id and by order_hash."""

    def create(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Keep a checked Create Order body as a new order and return the order.

        Raises:
            Refusal: the order_id is taken, or the customer unknown, and Behaviour makes that an error.
        """
        with self._lock:
            choice = self.behaviour.repeated_order_id
            known = self._look(sent["order_id"]) if sent["order_id"] in self._kept else None
            if known and choice == "same":
                return deepcopy(known.answer)
            if known and choice != "second":
                raise order_already_exists(int(choice))
            customer_id = sent["customer_details"].get("customer_id")
            wanted = self.behaviour.order_customer_must_exist and customer_id is not None
            if wanted and customer_id not in self._customers:
                raise customer_not_found(self.behaviour.unknown_customer_status)
            kept = new_order(sent, behaviour=self.behaviour, moment=self._clock(), origin=self.origin)
            self._kept[sent["order_id"]] = self._by_hash[kept.answer["order_hash"]] = kept
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

    def _look(self, order_id: str) -> KeptOrder:
        return self._as_of_now(self._kept[order_id])

    def _as_of_now(self, kept: KeptOrder) -> KeptOrder:
        grace = timedelta(seconds=self.behaviour.active_outlives_expiry_seconds)
        if kept.status == "ACTIVE" and self._clock() >= kept.expires_at + grace:
            kept.answer["order_status"] = "EXPIRED"
        return kept

    def _wanted_order(self, order_id: str) -> KeptOrder:
        """Find the order, or refuse the operation that names it."""
        if order_id not in self._kept:
            raise order_not_found(self.behaviour.unknown_order_status)
        return self._look(order_id)
