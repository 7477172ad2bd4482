"""A call of every operation, as the documented examples make it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django_flowwise import wire
from django_flowwise.client import FlowwiseClient
from tests.factories import vendor_body

ORDER_ID = "order_summer_fashion_001"
ORDER_HASH = "a7f8e3d2c1b9f4e6d8a2c5b7f9e3d1a8"
PAYMENT_ID = "pay_summer_fashion_001_upi"
CARD_PAYMENT_ID = "pay_summer_fashion_001_cc"
REFUND_ID = "refund_summer_fashion_001_size_issue"
CUSTOMER_ID = "cust_priya_sharma_2024"
AMOUNT = Decimal("2299.5")


@dataclasses.dataclass(frozen=True)
class DocumentedCall:
    """Hold one call, what it must put on the wire, and which documented bodies belong to it."""

    make: Callable[[FlowwiseClient], Any]
    line: str
    """Verb and path, below the base URL's own."""
    request: str | None
    """The file of the body that is sent; None for none."""
    answer: str
    ids: tuple[str, ...] = ()
    """What its errors name, in sequence."""
    path_ids: str = ""
    """How an error names the ids of the path."""


def create_order_request() -> wire.CreateOrderRequest:
    body = vendor_body("create_order_request")
    return wire.CreateOrderRequest(
        **{**body, "customer_details": wire.CustomerDetails(**body["customer_details"])}
    )


def refund_request() -> wire.RefundRequest:
    return wire.RefundRequest(refund_id=REFUND_ID, refund_amount=Decimal("1149.75"))


def create_payment_request() -> wire.CreatePaymentRequest:
    return wire.CreatePaymentRequest(**vendor_body("create_payment_request"))


def customer_request() -> wire.CustomerRequest:
    return wire.CustomerRequest(**vendor_body("create_customer_request"))


CALLS = {
    "create_order": DocumentedCall(
        lambda client: client.create_order(create_order_request()),
        "POST /orders",
        "create_order_request",
        "create_order_answer",
        (ORDER_ID,),
    ),
    "get_order": DocumentedCall(
        lambda client: client.get_order(ORDER_ID),
        f"GET /orders/{ORDER_ID}",
        None,
        "create_order_answer",
        (ORDER_ID,),
        "order_id",
    ),
    "create_payment": DocumentedCall(
        lambda client: client.create_payment(ORDER_HASH, create_payment_request()),
        f"POST /order/pay/{ORDER_HASH}",
        "create_payment_request",
        "create_payment_answer",
        (),
        "order_hash",
    ),
    "get_payment": DocumentedCall(
        lambda client: client.get_payment(PAYMENT_ID),
        f"GET /payments/{PAYMENT_ID}",
        None,
        "get_payment_answer",
        (PAYMENT_ID,),
        "payment_id",
    ),
    "list_payments": DocumentedCall(
        lambda client: client.list_payments(ORDER_ID),
        f"GET /orders/{ORDER_ID}/payments",
        None,
        "list_payments_answer",
        (ORDER_ID,),
        "order_id",
    ),
    "capture_payment": DocumentedCall(
        lambda client: client.capture_payment(ORDER_ID, CARD_PAYMENT_ID, AMOUNT),
        f"POST /orders/{ORDER_ID}/payments/{CARD_PAYMENT_ID}/authorize",
        "authorize_payment_request",
        "authorize_payment_answer",
        (ORDER_ID, CARD_PAYMENT_ID),
        "order_id and the payment_id",
    ),
    "refund_payment": DocumentedCall(
        lambda client: client.refund_payment(PAYMENT_ID, refund_request()),
        f"POST /payments/{PAYMENT_ID}",
        "refund_request",
        "refund_answer",
        (PAYMENT_ID, REFUND_ID),
        "payment_id",
    ),
    "refund_order": DocumentedCall(
        lambda client: client.refund_order(ORDER_ID, refund_request()),
        f"POST /orders/{ORDER_ID}/refunds",
        "refund_request",
        "refund_answer",
        (ORDER_ID, REFUND_ID),
        "order_id",
    ),
    "get_refund": DocumentedCall(
        lambda client: client.get_refund(REFUND_ID),
        f"GET /refunds/{REFUND_ID}",
        None,
        "get_refund_answer",
        (REFUND_ID,),
        "refund_id",
    ),
    "create_customer": DocumentedCall(
        lambda client: client.create_customer(customer_request()),
        "POST /customer",
        "create_customer_request",
        "create_customer_answer",
    ),
    "update_customer": DocumentedCall(
        lambda client: client.update_customer(customer_request()),
        f"PUT /customer/{CUSTOMER_ID}",
        "update_customer_request",
        "update_customer_answer",
        (),
        "customer_id",
    ),
}
"""The eleven documented operations, by the client's method."""
