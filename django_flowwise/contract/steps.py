"""What is asked, one step after the other: the documented way first, then what the pages are silent about.

What each step is for stands in `questions`.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django_flowwise.client import operations as at
from django_flowwise.conf import Account
from django_flowwise.contract.observations import Observation, Observer
from django_flowwise.contract.requests import CUSTOMER, MadeUp
from django_flowwise.wire import AuthorizePaymentRequest, RefundRequest, encode

_PART: Final = Decimal(5)


def observe(account: Account) -> Iterator[Observation]:
    """Walk through the operations of a sandbox, and give each step as soon as it is done.

    At most one order, payment, refund or customer is created by a step. A step that needs an id is left out where
    the answer that should hold it does not; nothing more is asked where the first answer refuses the credentials,
    or does not come.
    """
    walk = _Walk(account)
    try:
        yield from walk.steps()
    finally:
        walk.close()


class _Walk:
    """What one run has made up, and what later steps need of earlier answers."""

    def __init__(self, account: Account) -> None:
        self._id = f"contract-{secrets.token_hex(8)}"
        self._made_up = MadeUp(self._id)
        self._observer = Observer(account, (self._id, *CUSTOMER))

    def close(self) -> None:
        self._observer.close()

    def steps(self) -> Iterator[Observation]:
        created, order = self._observer.ask("create an order", at.CREATE_ORDER, self._made_up.order())
        yield created
        if created.http_status in {None, 401, 403}:
            return
        yield from self._looks()
        yield from self._oddities()
        yield from self._payments(_text(order, "order_hash"))
        yield from self._customers()

    def _looks(self) -> Iterator[Observation]:
        ask, order = self._ask, self._made_up.order
        yield ask("the same order again", at.CREATE_ORDER, order())
        yield ask("the same order_id with another amount", at.CREATE_ORDER, order(order_amount=99))
        yield ask("read the order", at.GET_ORDER, order_id=self._id)
        yield ask("read an order that nobody created", at.GET_ORDER, order_id=f"{self._id}-none")
        yield ask("payments of an order that nobody paid", at.LIST_PAYMENTS, order_id=self._id)
        yield ask("payments of an order that nobody created", at.LIST_PAYMENTS, order_id=f"{self._id}-none")
        refund = encode(RefundRequest(refund_id=f"{self._id}-u", refund_amount=_PART))
        yield ask("refund an order that nobody paid", at.REFUND_ORDER, refund, order_id=self._id)

    def _oddities(self) -> Iterator[Observation]:
        ask, order = self._ask, self._made_up.order
        yield ask("an order without an amount", at.CREATE_ORDER, order("-a", order_amount=None))
        yield ask("what is no JSON", at.CREATE_ORDER, b"order")
        yield ask("an order that is not called JSON", at.CREATE_ORDER, order("-j"), content_type="text/plain")
        for step, body in self._made_up.odd_orders():
            yield ask(step, at.CREATE_ORDER, body)
        wrong = "wrong"
        yield ask("a wrong secret", at.GET_ORDER, secret=wrong, order_id=self._id)
        yield ask("no secret", at.GET_ORDER, secret="", order_id=self._id)

    def _payments(self, order_hash: str) -> Iterator[Observation]:
        ask, by_upi = self._ask, self._made_up.payment_by_upi()
        yield ask("pay by an order_hash that nobody has", at.CREATE_PAYMENT, by_upi, order_hash=f"{self._id}-none")
        yield from self._payment_that_is_not_offered()
        payment_id = ""
        if order_hash:
            paid, payment = self._observer.ask(
                "pay the order by upi", at.CREATE_PAYMENT, by_upi, order_hash=order_hash
            )
            yield paid
            payment_id = _text(payment, "payment_id")
            yield ask("read the order after it is paid", at.GET_ORDER, order_id=self._id)
        yield ask("payments of the order afterwards", at.LIST_PAYMENTS, order_id=self._id)
        yield ask("read a payment that is not there", at.GET_PAYMENT, payment_id=f"{self._id}-none")
        if payment_id:
            yield ask("read the payment", at.GET_PAYMENT, payment_id=payment_id)
            yield from self._money_acts(payment_id)
            yield ask("pay the order once more", at.CREATE_PAYMENT, by_upi, order_hash=order_hash)
        yield ask("read a refund that is not there", at.GET_REFUND, refund_id=f"{self._id}-none")

    def _payment_that_is_not_offered(self) -> Iterator[Observation]:
        created, order = self._observer.ask(
            "create an order for netbanking alone",
            at.CREATE_ORDER,
            self._made_up.order("-nb", payment_methods="nb"),
        )
        yield created
        if order_hash := _text(order, "order_hash"):
            by_upi = self._made_up.payment_by_upi()
            yield self._ask("pay it by upi", at.CREATE_PAYMENT, by_upi, order_hash=order_hash)

    def _money_acts(self, payment_id: str) -> Iterator[Observation]:
        ask, amount = self._ask, self._made_up.amount
        capture = AuthorizePaymentRequest(action="CAPTURE", capture_amount=amount)
        ids = {"order_id": self._id, "payment_id": payment_id}
        yield ask("capture what is not held", at.CAPTURE_PAYMENT, encode(capture), **ids)
        part = encode(RefundRequest(refund_id=self._id, refund_amount=_PART))
        yield ask("refund a part", at.REFUND_PAYMENT, part, payment_id=payment_id)
        yield ask("the same refund again", at.REFUND_PAYMENT, part, payment_id=payment_id)
        yield ask("read the refund", at.GET_REFUND, refund_id=self._id)
        over = encode(RefundRequest(refund_id=f"{self._id}-o", refund_amount=amount + 1))
        yield ask("refund more than was paid", at.REFUND_PAYMENT, over, payment_id=payment_id)
        typed = encode(RefundRequest(refund_id=f"{self._id}-t", refund_amount=Decimal(1), refund_type="CONTRACT"))
        yield ask("a refund of a type that is not documented", at.REFUND_PAYMENT, typed, payment_id=payment_id)
        rest = encode(RefundRequest(refund_id=f"{self._id}-r", refund_amount=amount - _PART))
        yield ask("refund the rest of the order", at.REFUND_ORDER, rest, order_id=self._id)
        yield ask("read the payment once all is refunded", at.GET_PAYMENT, payment_id=payment_id)
        yield ask("read the order once all is refunded", at.GET_ORDER, order_id=self._id)

    def _customers(self) -> Iterator[Observation]:
        ask, whole = self._ask, self._made_up.customer()
        yield ask("create a customer", at.CREATE_CUSTOMER, whole)
        yield ask("the same customer again", at.CREATE_CUSTOMER, whole)
        bare, another = self._made_up.bare_customer(), self._made_up.bare_customer("-none")
        yield ask("change a customer, most fields left out", at.UPDATE_CUSTOMER, bare, customer_id=self._id)
        yield ask("change a customer under the id of another", at.UPDATE_CUSTOMER, another, customer_id=self._id)
        unknown = f"{self._id}-none"
        yield ask("change a customer that nobody created", at.UPDATE_CUSTOMER, another, customer_id=unknown)

    def _ask(self, step: str, operation: at.Operation, body: bytes | None = None, /, **of_it: str) -> Observation:
        return self._observer.ask(step, operation, body, **of_it)[0]


def _text(answer: Any, name: str) -> str:
    value = answer.get(name) if isinstance(answer, dict) else None
    return value if isinstance(value, str) else ""
