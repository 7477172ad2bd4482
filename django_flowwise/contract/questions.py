"""Every step of the walk, with the question that it answers and the emulator's switches that stand for it.

The page "Contract test against the real sandbox" has the same table. Source of what is silent: the pages below
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (read 2026-11-24).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple


class Question(NamedTuple):
    """What the public pages leave open."""

    asks: str
    switches: tuple[str, ...] = ()
    """Fields of the emulator's Behaviour, by name: that room is imported by nobody."""


QUESTIONS: Final[Mapping[str, Question]] = MappingProxyType(
    {
        "create an order": Question(
            "the status of a success; whether what was not sent is null; whether the customer must exist",
            ("create_status", "absent_fields", "order_customer_must_exist"),
        ),
        "the same order again": Question("what a repeated order_id does", ("repeated_order_id",)),
        "the same order_id with another amount": Question(
            "what it does with other content", ("repeated_order_id",)
        ),
        "read the order": Question("whether a look has the same fields, or an amount besides"),
        "read an order that nobody created": Question(
            "the status of an unknown order_id, and the shape of a refusal",
            ("unknown_order_status", "error_shape"),
        ),
        "payments of an order that nobody paid": Question("what no payments look like", ("no_payments",)),
        "payments of an order that nobody created": Question(
            "the status of an unknown order_id here", ("unknown_order_status",)
        ),
        "refund an order that nobody paid": Question(
            "the status of a refund without a payment", ("unrefundable_payment_status",)
        ),
        "an order without an amount": Question(
            "the status of a request that does not fit", ("invalid_request_status",)
        ),
        "what is no JSON": Question("the status of a body that is unreadable", ("invalid_request_status",)),
        "an order that is not called JSON": Question(
            "the status of another Content-Type", ("unsupported_media_type_status",)
        ),
        "a field that is not documented": Question(
            "whether it is refused or ignored", ("refuses_unknown_fields",)
        ),
        "a customer with nothing but an id": Question(
            "which children of customer_details are required", ("required_customer_fields",)
        ),
        "three decimals": Question("how many decimals an amount may have", ("maximum_decimals",)),
        "an amount of one paisa": Question("the smallest amount", ("minimum_amount",)),
        "an amount of a thousand crore": Question("the largest amount", ("maximum_amount",)),
        "a currency of no country": Question("what an order_currency may be", ("currency_pattern",)),
        "an order_id with a blank": Question("which characters an order_id may have", ("order_id_pattern",)),
        "a tag that is a number": Question("what the values of order_tags may be", ("tag_values_are_text",)),
        "no minutes to live": Question("the shortest expiry_time_in_minutes", ("minimum_expiry_minutes",)),
        "more minutes than ten years have": Question(
            "the longest expiry_time_in_minutes", ("maximum_expiry_minutes",)
        ),
        "a return address of an app": Question("which schemes a return_base_url may have", ("return_schemes",)),
        "a wrong secret": Question("the status of wrong credentials", ("wrong_credentials_status",)),
        "no secret": Question("the status of missing credentials", ("missing_credentials_status",)),
        "pay by an order_hash that nobody has": Question(
            "the status of an unknown order_hash", ("unknown_order_hash_status",)
        ),
        "create an order for netbanking alone": Question("whether such an order is taken; the next step needs it"),
        "pay it by upi": Question(
            "whether a method that the order does not allow is refused", ("refuses_methods_not_offered",)
        ),
        "pay the order by upi": Question(
            "which words stand for a fresh payment",
            ("created_payment_status", "capture_status", "pending_capture_status"),
        ),
        "read the order after it is paid": Question("which word says that an order is paid"),
        "payments of the order afterwards": Question(
            "which words stand for a payment in the list, and the status of a success",
            ("capture_status", "list_payments_status"),
        ),
        "read a payment that is not there": Question(
            "the status of an unknown payment_id", ("unknown_payment_status",)
        ),
        "read the payment": Question("which words stand for a payment by itself", ("capture_status",)),
        "capture what is not held": Question(
            "the status of a capture where there is nothing to capture", ("uncapturable_payment_status",)
        ),
        "refund a part": Question(
            "which word stands for a fresh refund, and how its order_id is called",
            ("refund_status", "refund_order_id_key"),
        ),
        "the same refund again": Question("what a repeated refund_id does", ("repeated_refund_id",)),
        "read the refund": Question("which word stands for a refund afterwards", ("refund_status",)),
        "refund more than was paid": Question(
            "whether too much is refused, and by which status", ("refuses_over_refund", "over_refund_status")
        ),
        "a refund of a type that is not documented": Question(
            "which words refund_type may be", ("known_refund_types",)
        ),
        "refund the rest of the order": Question(
            "whether an order is refunded by its only payment, and what the answer looks like",
            ("refund_order_status",),
        ),
        "read the payment once all is refunded": Question(
            "which word stands for a payment then", ("refunded_payment_status",)
        ),
        "read the order once all is refunded": Question("which word stands for an order then"),
        "pay the order once more": Question(
            "whether an order that was paid can be paid again, and the status if not",
            ("second_payment_allowed", "closed_order_status"),
        ),
        "read a refund that is not there": Question(
            "the status of an unknown refund_id", ("unknown_refund_status",)
        ),
        "create a customer": Question("the status of a success here, and its fields"),
        "the same customer again": Question("what a repeated customer_id does", ("repeated_customer_id",)),
        "change a customer, most fields left out": Question(
            "whether what is left out is cleared, and the status of a success",
            ("update_clears_omitted_fields", "update_customer_status"),
        ),
        "change a customer under the id of another": Question(
            "whether the id of the path or of the body counts", ("refuses_other_customer_id",)
        ),
        "change a customer that nobody created": Question(
            "the status of an unknown customer_id", ("unknown_customer_status",)
        ),
    }
)
"""By the name of the step, in the sequence of the walk."""
