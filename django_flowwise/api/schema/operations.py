"""What can be asked for, and how each act can end."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from django_flowwise.api.schema import examples, problem_examples
from django_flowwise.api.schema.problem_examples import ANYBODYS

Shown = Mapping[str, Any]
"""Examples by their names."""


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """Describe one act."""

    summary: str
    shows: str
    """What is answered where all is well: the name of its schema."""
    answers: Mapping[int, Shown]
    """By the statuses of those answers."""
    problems: Mapping[str, Mapping[str, Any] | None]
    """By their codes; None where no example can be given."""
    name: str = ""
    """What programs call it; empty leaves that to drf-spectacular."""
    body: str = ""
    is_located: bool = False
    """Whether an answer says where to look again."""


OPERATIONS: dict[tuple[str, str], Operation] = {
    ("order", "list"): Operation(
        name="flowwise_orders_list",
        summary="List orders",
        shows="OrderPage",
        answers={200: {"page": examples.ORDER_PAGE}},
        problems=problem_examples.LIST,
    ),
    ("order", "create"): Operation(
        name="flowwise_orders_create",
        summary="Create an order",
        shows="Order",
        answers={
            200: {"again": examples.ACTIVE},
            201: {"draft": examples.DRAFT, "submitted": examples.ACTIVE},
            202: {"unconfirmed": examples.UNCONFIRMED},
        },
        problems=problem_examples.CREATE,
        body="OrderBody",
        is_located=True,
    ),
    ("order", "retrieve"): Operation(
        name="flowwise_orders_retrieve",
        summary="Show an order",
        shows="Order",
        answers={200: {"active": examples.ACTIVE}},
        problems=ANYBODYS,
    ),
    ("order", "submit"): Operation(
        name="flowwise_orders_submit",
        summary="Create an order at Flowwise",
        shows="Order",
        answers={200: {"active": examples.ACTIVE}, 202: {"unconfirmed": examples.UNCONFIRMED}},
        problems=problem_examples.SUBMIT,
        body="EmptyBody",
    ),
    ("order", "refresh"): Operation(
        name="flowwise_orders_refresh",
        summary="Ask Flowwise about an order",
        shows="Order",
        answers={200: {"paid": examples.PAID}},
        problems=problem_examples.REFRESH,
        body="EmptyBody",
    ),
    ("order", "reissue"): Operation(
        name="flowwise_orders_reissue",
        summary="Reissue an expired order",
        shows="Order",
        answers={
            200: {"again": examples.ACTIVE},
            201: {"active": examples.ACTIVE},
            202: {"unconfirmed": examples.UNCONFIRMED},
        },
        problems=problem_examples.REISSUE,
        body="EmptyBody",
        is_located=True,
    ),
    ("payment", "list"): Operation(
        name="flowwise_payments_list",
        summary="List the payments of an order",
        shows="PaymentList",
        answers={200: {"paid": examples.PAYMENTS}},
        problems=ANYBODYS,
    ),
    ("refund", "list"): Operation(
        name="flowwise_refunds_list",
        summary="List the refunds of an order",
        shows="RefundList",
        answers={200: {"accepted": examples.REFUNDS}},
        problems=ANYBODYS,
    ),
    ("refund", "create"): Operation(
        name="flowwise_refunds_create",
        summary="Give money back",
        shows="Refund",
        answers={
            200: {"again": examples.ACCEPTED},
            201: {"accepted": examples.ACCEPTED},
            202: {"unconfirmed": examples.REFUND_IN_DOUBT},
        },
        problems=problem_examples.REFUND,
        body="RefundBody",
        is_located=True,
    ),
    ("basket", "post"): Operation(
        summary="Place the basket",
        shows="PlacedOrder",
        answers={200: {}, 201: {}, 202: {}},
        problems=dict.fromkeys(problem_examples.BASKET),
        is_located=True,
    ),
}
"""By the view's noun, and its ``action`` or verb."""
