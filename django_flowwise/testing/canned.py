"""Answers put at the client's edge, for tests that need no server: nothing leaves the process."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final

from django_flowwise.conf import account_aliases, inspect_account
from django_flowwise.testing.answer_fields import check_fields
from django_flowwise.testing.documented import (
    authorization_answer,
    creation_answer,
    customer_answer,
    order_answer,
    payment_answer,
    payment_id_of,
    refund_answer,
    utc_now,
    written,
)
from django_flowwise.testing.edge import Asked, Edge, UnarrangedRequest

__all__ = ["CannedAnswers", "UnarrangedRequest", "flowwise_responses"]

_CHECKOUT_HOST: Final = "payments.flowwise.com"


@contextmanager
def flowwise_responses() -> Iterator[CannedAnswers]:
    """Answer the client by what the test arranges; the settings of the shop stay in force.

    Every account is answered, wherever its settings lead by then. A request that nobody arranged is an error where
    it is made, and once more at the end, should the shop have swallowed it. No other HTTP is touched. Needs the
    library `responses`.

    Raises:
        UnarrangedRequest: a request was made for which no answer was arranged.
        ModuleNotFoundError: `responses` is not installed; the text names the extra.
    """
    answers = CannedAnswers()
    with answers.in_place():
        yield answers
    answers.check()


class CannedAnswers(Edge):
    """What Flowwise will answer: one method for each operation arranges one answer, the documented one.

    Answers of one operation are given in the sequence in which they were arranged; the last one stays. Keywords
    replace fields of the body; a name that it does not have is a ValueError. What was sent is echoed, so that no
    id need be known beforehand. `refuse` and `break_off` arrange that an operation goes wrong.
    """

    def __init__(self) -> None:
        super().__init__()
        self._sent: dict[str, Mapping[str, Any]] = {}
        """What Create Order was sent, by order_id."""
        self._orders: dict[str, dict[str, Any]] = {}
        """What was answered about each order first, by order_id."""
        self._payments: dict[str, str] = {}
        """The order_id of each payment, by payment_id."""
        self._refunds: dict[str, Mapping[str, Any]] = {}
        self._customers: dict[str, dict[str, Any]] = {}

    def create_order(self, status: str = "ACTIVE", **changes: Any) -> None:
        """Arrange that an order is created."""

        def make(asked: Asked) -> object:
            order_id = asked.sent["order_id"]
            self._sent[order_id] = asked.sent
            first = order_answer(order_id, asked.sent, utc_now(), _checkout_host(asked.base_url))
            self._orders[order_id] = {**first, "order_status": status, **changes}
            return self._orders[order_id]

        self._arrange("create_order", make, changes)

    def get_order(self, status: str = "ACTIVE", **changes: Any) -> None:
        """Arrange what a look at an order says."""
        self._arrange(
            "get_order",
            lambda asked: {**self._order(asked.ids["order_id"], asked), "order_status": status, **changes},
            changes,
        )

    def list_payments(self, *payments: Mapping[str, Any], status: str = "SUCCESS", **changes: Any) -> None:
        """Arrange the payments of an order: one, or those given, each by the fields in which it differs.

        Amount and currency are those of Create Order where it was answered here; else say `payment_amount` and
        `payment_currency`. See also `no_payments`.
        """

        def make(asked: Asked) -> object:
            order_id = asked.ids["order_id"]
            return [
                self._payment(order_id, {"payment_id": payment_id_of(order_id, number), **shared, **given})
                for number, given in enumerate(payments or ({},), start=1)
            ]

        shared = {"status": status, **changes}
        self._arrange("list_payments", make, [*changes, *(name for given in payments for name in given)])

    def no_payments(self) -> None:
        """Arrange that nobody has tried to pay."""
        self._arrange("list_payments", lambda _asked: [])

    def create_payment(self, status: str = "SUCCESS", **changes: Any) -> None:
        """Arrange that a payment is created without the checkout page."""

        def make(asked: Asked) -> object:
            order_hash = asked.ids["order_hash"]
            order = next((known for known in self._orders.values() if known.get("order_hash") == order_hash), {})
            order_id = order.get("order_id", "")
            number = list(self._payments.values()).count(order_id) + 1
            payment_id = payment_id_of(order_id or order_hash, number)
            payment = self._payment(order_id, {"payment_id": payment_id, "status": status})
            return creation_answer(payment, asked.sent, order, utc_now()) | changes

        self._arrange("create_payment", make, changes)

    def get_payment(self, status: str = "SUCCESS", **changes: Any) -> None:
        """Arrange what a look at one payment says."""
        self._arrange(
            "get_payment",
            lambda asked: self._payment(
                self._payments.get(asked.ids["payment_id"], ""), {**asked.ids, "status": status, **changes}
            ),
            changes,
        )

    def authorize_payment(self, status: str = "SUCCESS", **changes: Any) -> None:
        """Arrange that held money is captured, or let go."""

        def make(asked: Asked) -> object:
            payment = self._payment(asked.ids["order_id"], {**asked.ids, "status": status})
            return authorization_answer(payment, asked.sent) | changes

        self._arrange("authorize_payment", make, changes)

    def refund_payment(self, status: str = "SUCCESS", **changes: Any) -> None:
        """Arrange that a payment is refunded."""

        def make(asked: Asked) -> object:
            payment_id = asked.ids["payment_id"]
            return self._refund(asked, self._payments.get(payment_id), payment_id, status) | changes

        self._arrange("refund_payment", make, changes)

    def refund_order(self, status: str = "SUCCESS", **changes: Any) -> None:
        """Arrange that an order is refunded."""

        def make(asked: Asked) -> object:
            order_id = asked.ids["order_id"]
            return self._refund(asked, order_id, payment_id_of(order_id, 1), status) | changes

        self._arrange("refund_order", make, changes)

    def get_refund(self, status: str = "SUCCESS", **changes: Any) -> None:
        """Arrange what a look at a refund says."""
        self._arrange(
            "get_refund",
            lambda asked: refund_answer(self._refunds.get(asked.ids["refund_id"], asked.ids), status) | changes,
            changes,
        )

    def create_customer(self, **changes: Any) -> None:
        """Arrange that a customer is created."""
        self._arrange("create_customer", lambda asked: self._customer(asked) | changes, changes)

    def update_customer(self, **changes: Any) -> None:
        """Arrange that a customer is changed."""
        self._arrange("update_customer", lambda asked: self._customer(asked) | changes, changes)

    def _arrange(self, operation: str, make: Callable[[Asked], object], names: Iterable[str] = ()) -> None:
        check_fields(operation, names)
        super()._arrange(operation, make)

    def _order(self, order_id: str, asked: Asked) -> dict[str, Any]:
        """Give what was answered about an order first, so that one look does not contradict another."""
        if order_id not in self._orders:
            self._orders[order_id] = order_answer(order_id, {}, utc_now(), _checkout_host(asked.base_url))
        return self._orders[order_id]

    def _payment(self, order_id: str, given: Mapping[str, Any]) -> dict[str, Any]:
        sent = self._sent.get(order_id, {})
        known = {
            "order_id": order_id or None,
            "payment_amount": sent.get("order_amount"),
            "payment_currency": sent.get("order_currency"),
        }
        answer = payment_answer({name: value for name, value in known.items() if value is not None} | {**given})
        if order_id:
            self._payments[answer["payment_id"]] = order_id
        return answer

    def _refund(self, asked: Asked, order_id: str | None, payment_id: str, status: str) -> dict[str, Any]:
        answer = refund_answer({"payment_id": payment_id, "order_id": order_id, **asked.sent}, status)
        self._refunds[asked.sent["refund_id"]] = answer
        return answer

    def _customer(self, asked: Asked) -> dict[str, Any]:
        moment = utc_now()
        key = asked.sent["customer_id"]
        added_on = self._customers[key]["added_on"] if key in self._customers else written(moment)
        self._customers[key] = customer_answer(asked.sent, added_on=added_on, moment=moment)
        return self._customers[key]


def _checkout_host(base_url: str) -> str:
    """Give the documented example's host, or one that the settings of the account there allow instead."""
    accounts = [inspect_account(alias, calls_callables=False)[0] for alias in account_aliases()]
    there = [account.get("checkout_hosts", ()) for account in accounts if account.get("base_url") == base_url]
    hosts = [host for of_account in there for host in of_account]
    allowed = [f"payments{host}" if host.startswith(".") else host for host in hosts]
    return _CHECKOUT_HOST if _CHECKOUT_HOST in allowed or not allowed else allowed[0]
