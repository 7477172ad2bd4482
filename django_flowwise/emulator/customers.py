"""One customer as the emulator keeps it, and its documented shape.

Only the ledger changes what lives here. Sources: Create Customer,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/customers/create-a-customer, and Update
Customer, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/customers/update-a-customer (both
read 2026-11-24).
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.orders import PROJECT_ID
from django_flowwise.emulator.times import written_time

PERSONAL_FIELDS: Final = ("name", "email", "phone", "address")
"""The optional fields, in the sequence of the documented answer."""


@dataclass(kw_only=True)
class KeptCustomer:
    """A customer at the emulator."""

    sent: dict[str, Any] = field(repr=False)
    """What is known of the customer, under the names of the request."""
    record_id: str
    """The record's own id."""
    added_at: datetime
    """When it was created, aware."""
    updated_at: datetime
    """When it was last updated, aware."""

    def update(self, sent: Mapping[str, Any], *, behaviour: Behaviour, moment: datetime) -> None:
        """Take over a checked body; the customer_id stays."""
        before = {} if behaviour.update_clears_omitted_fields else self.sent
        self.sent = before | dict(sent) | {"customer_id": self.sent["customer_id"]}
        self.updated_at = moment

    def answer(self, behaviour: Behaviour) -> dict[str, Any]:
        """Give the customer in its documented shape."""
        answer = {
            "id": self.record_id,
            "added_on": written_time(self.added_at),
            "updated_on": written_time(self.updated_at),
            "customer_id": self.sent["customer_id"],
            "project_id": PROJECT_ID,
            "scope": self.sent["scope"],
            "status": "ACTIVE",
            **{name: self.sent.get(name) for name in PERSONAL_FIELDS},
        }
        if behaviour.absent_fields == "left_out":
            answer = {name: value for name, value in answer.items() if value is not None}
        return answer


def new_customer(sent: Mapping[str, Any], moment: datetime) -> KeptCustomer:
    """Make an ACTIVE customer of a checked body."""
    record_id = f"cust_rec_{secrets.token_hex(8)}"
    return KeptCustomer(sent=dict(sent), record_id=record_id, added_at=moment, updated_at=moment)
