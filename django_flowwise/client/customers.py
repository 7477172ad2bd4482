"""Customers: create and update. Flowwise documents no way to read one. No error names the customer's key."""

from __future__ import annotations

from django_flowwise.client.deadline import Deadline
from django_flowwise.client.exchange import Exchange, or_raise
from django_flowwise.client.operations import CREATE_CUSTOMER, UPDATE_CUSTOMER
from django_flowwise.wire import CustomerRequest, CustomerSnapshot, read_customer


class CustomerOperations(Exchange):
    """Create and update customers."""

    def create_customer(self, request: CustomerRequest, *, deadline: Deadline | None = None) -> CustomerSnapshot:
        """Register a customer. What a repeated customer_id does is not documented; in doubt, update instead.

        Source: Create Customer, POST /customer (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                CREATE_CUSTOMER.on(customer_id=request.customer_id),
                lambda body: read_customer(body, request.customer_id),
                request=request,
                deadline=deadline,
            )
        )

    def update_customer(self, request: CustomerRequest, *, deadline: Deadline | None = None) -> CustomerSnapshot:
        """Send the whole record of a customer. Safe to repeat while nobody else sends another.

        Whether what is left out is cleared or stays as it was is not documented.

        Source: Update Customer, PUT /customer/{customer_id} (read 2026-11-24).
        """
        return or_raise(
            self._exchange(
                UPDATE_CUSTOMER.on(customer_id=request.customer_id),
                lambda body: read_customer(body, request.customer_id),
                request=request,
                deadline=deadline,
            )
        )
