"""The ledger's customers.

Only the ledger imports it.
"""

from __future__ import annotations

from typing import Any

from django_flowwise.emulator.customers import new_customer
from django_flowwise.emulator.ledger.memory import Memory
from django_flowwise.emulator.refusals import customer_already_exists, customer_not_found, invalid_field


class CustomerBook(Memory):
    """Customers, by customer_id."""

    def create_customer(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Keep a checked Create Customer body as a new customer, and return the customer.

        Raises:
            Refusal: the customer_id is taken, and Behaviour makes that an error.
        """
        with self._lock:
            choice = self.behaviour.repeated_customer_id
            known = self._customers.get(sent["customer_id"])
            if known and choice == "same":
                return known.answer(self.behaviour)
            if known and choice != "second":
                raise customer_already_exists(int(choice))
            kept = self._customers[sent["customer_id"]] = new_customer(sent, self._clock())
            return kept.answer(self.behaviour)

    def update_customer(self, customer_id: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Take a checked Update Customer body over into the customer, and return the customer.

        Raises:
            Refusal: no such customer, or the body names another.
        """
        with self._lock:
            if customer_id not in self._customers:
                raise customer_not_found(self.behaviour.unknown_customer_status)
            if sent["customer_id"] != customer_id and self.behaviour.refuses_other_customer_id:
                reason = "must be the one in the address"
                raise invalid_field(self.behaviour.invalid_request_status, "customer_id", reason)
            kept = self._customers[customer_id]
            kept.update(sent, behaviour=self.behaviour, moment=self._clock())
            return kept.answer(self.behaviour)

    def all_customers(self) -> dict[str, dict[str, Any]]:
        """Return a copy of every customer in its documented shape, oldest first."""
        with self._lock:
            return {customer_id: kept.answer(self.behaviour) for customer_id, kept in self._customers.items()}
