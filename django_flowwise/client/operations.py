"""The table of operations: verb and path of each, in one place, since a wrong verb moves money.

Source: the method and path at the head of each operation's page under
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (read 2026-11-24).
"""

from __future__ import annotations

import dataclasses
import re
import string
from typing import Literal
from urllib.parse import quote

from django_flowwise.exceptions import RequestNotSent

_SEPARATOR = re.compile(r"[/\\]")


@dataclasses.dataclass(frozen=True, slots=True)
class Operation:
    """Name one operation and say where it is."""

    name: str
    """As the client's method."""
    verb: Literal["GET", "POST", "PUT"]
    path: str
    """Below the base URL, with the names of ids in braces."""

    @property
    def has_body(self) -> bool:
        """Whether a request is sent with it."""
        return self.verb != "GET"

    @property
    def path_ids(self) -> tuple[str, ...]:
        """The names of the ids in the path."""
        return tuple(name for _text, name, _spec, _conversion in string.Formatter().parse(self.path) if name)

    def on(self, **ids: str) -> Target:
        """Aim it at these ids; those that are not in its path are for errors to name.

        Raises:
            RequestNotSent: no path can carry one of them, so it could never be looked at; the text repeats none.
        """
        for name, value in ids.items():
            if flaw := _flaw_of(value):
                raise RequestNotSent(f"This {name} {flaw}, which no address can carry.", operation=self.name)
        parts = {name: quote(value, safe="") for name, value in ids.items()}
        shown = {name: ids.pop(name, "") for name in ("order_id", "payment_id", "refund_id")}
        return Target(operation=self, path=self.path.format_map(parts), private=tuple(ids.values()), **shown)


@dataclasses.dataclass(frozen=True, slots=True)
class Target:
    """Hold one operation and what it is about."""

    operation: Operation
    path: str = dataclasses.field(repr=False)
    """Below the base URL, percent-encoded."""
    private: tuple[str, ...] = dataclasses.field(repr=False)
    """Ids that no error may name: a customer's key, and the hash that opens an order to whoever holds it."""
    order_id: str = ""
    payment_id: str = ""
    refund_id: str = ""


CREATE_ORDER = Operation("create_order", "POST", "/orders")
GET_ORDER = Operation("get_order", "GET", "/orders/{order_id}")
CREATE_PAYMENT = Operation("create_payment", "POST", "/order/pay/{order_hash}")
GET_PAYMENT = Operation("get_payment", "GET", "/payments/{payment_id}")
LIST_PAYMENTS = Operation("list_payments", "GET", "/orders/{order_id}/payments")
CAPTURE_PAYMENT = Operation("capture_payment", "POST", "/orders/{order_id}/payments/{payment_id}/authorize")
VOID_PAYMENT = Operation("void_payment", "POST", "/orders/{order_id}/payments/{payment_id}/authorize")
REFUND_PAYMENT = Operation("refund_payment", "POST", "/payments/{payment_id}")
REFUND_ORDER = Operation("refund_order", "POST", "/orders/{order_id}/refunds")
GET_REFUND = Operation("get_refund", "GET", "/refunds/{refund_id}")
CREATE_CUSTOMER = Operation("create_customer", "POST", "/customer")
UPDATE_CUSTOMER = Operation("update_customer", "PUT", "/customer/{customer_id}")


def _flaw_of(value: str) -> str:
    """Say why an id cannot be one part of a path; empty where it can.

    requests decodes ``%2E`` and urllib3 then removes dot segments, so these cannot be sent by any encoding:
    ``/orders/../x`` would be another operation. Servers between may decode ``%2F`` first, so none hides in an id.
    """
    if not value or not {".", ".."}.isdisjoint(_SEPARATOR.split(value)):
        return "is empty or holds a dot segment"
    if any("\ud800" <= letter <= "\udfff" for letter in value):
        return "holds half of a character pair"
    return ""
