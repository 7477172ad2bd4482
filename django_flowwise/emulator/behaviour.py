"""What the emulator assumes where Flowwise's public pages are silent: one frozen value, one field an assumption.

Any module of the emulator may import it; it imports none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Literal, get_args, get_origin, get_type_hints


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """Name every choice that the emulator makes without a word from the vendor.

    Replace it on a running emulator with `emulator.behaviour = dataclasses.replace(emulator.behaviour, ...)`.

    Raises:
        ValueError: a field holds a word that is not among its choices.
    """

    create_status: int = 200
    """HTTP status of a successful Create Order; its page shows the body only."""
    repeated_order_id: Literal["409", "400", "same", "second"] = "409"
    """A known order_id is refused with this status, or answered with the same order, or made a second time."""
    error_shape: Literal["json", "text", "empty"] = "json"
    """Body of a refusal: an object of message, code and type; or the bare message; or nothing."""
    invalid_request_status: int = 400
    """HTTP status for a body that does not fit the documented request."""
    unsupported_media_type_status: int = 415
    """HTTP status for a body that is not sent as application/json."""
    missing_credentials_status: int = 401
    """HTTP status when x-client-id or x-client-secret is absent."""
    wrong_credentials_status: int = 401
    """HTTP status when the two headers are there but not right."""
    unknown_order_status: int = 404
    """HTTP status for an order_id that nobody created."""
    refuses_unknown_fields: bool = True
    """A field outside the documented request is an error; else it is ignored."""
    order_id_pattern: str = r"(?s).+"
    """What an order_id must match in full: any text that is not empty."""
    currency_pattern: str = "[A-Z]{3}"
    """What an order_currency must match in full."""
    required_customer_fields: tuple[str, ...] = ()
    """Children of customer_details that must be sent; the page keeps them folded away."""
    minimum_amount: Decimal = Decimal("0.001")
    """The smallest order_amount, in major units."""
    maximum_amount: Decimal = Decimal(1_000_000_000_000)
    """The largest order_amount, in major units."""
    maximum_decimals: int = 3
    """How many decimals an order_amount may have, in every currency."""
    tag_values_are_text: bool = True
    """A value of order_tags must be a string, as all those in the example are."""
    minimum_expiry_minutes: int = 1
    """The shortest expiry_time_in_minutes."""
    maximum_expiry_minutes: int = 5_256_000
    """The longest expiry_time_in_minutes: ten years."""
    default_expiry_minutes: int = 43_200
    """How long an order lives that names no expiry: 30 days."""
    active_outlives_expiry_seconds: int = 0
    """For how long the word stays ACTIVE, and the order payable, after order_expiry_time."""
    late_payment_allowed: bool = False
    """An EXPIRED order can still be paid, and is PAID then."""
    second_payment_allowed: bool = False
    """A PAID order can be paid once more."""
    absent_fields: Literal["left_out", "null"] = "left_out"
    """How an answer treats an optional field that was not sent."""
    default_payment_methods: str = "cc,dc,upi,nb,wallet"
    """What the checkout page offers when the order names no methods."""
    capture_status: str = "SUCCESS"
    """capture_status of a successful payment; the examples say SUCCESS, other sources CAPTURED."""
    leaving_records_payment: bool = True
    """Leaving the checkout page leaves a payment behind, with the status USER_DROPPED."""
    no_payments: Literal["empty_list", "404"] = "empty_list"
    """What the payments of an order nobody tried to pay look like."""
    newest_payment_first: bool = False
    """Order of the payments list; else the oldest comes first."""
    return_parameter: str = "order_id"
    """Query parameter that carries the order_id back to return_base_url; with an empty name, none does."""
    return_base_with_query: Literal["append", "replace", "second_question_mark"] = "append"
    """What becomes of a query that return_base_url already has."""
    return_verb: Literal["GET", "POST"] = "GET"
    """How the browser comes back to return_base_url."""
    return_schemes: tuple[str, ...] = ("http", "https")
    """Schemes that a return_base_url may have."""

    def __post_init__(self) -> None:
        """Refuse a misspelt choice, which would otherwise silently choose nothing."""
        kinds = get_type_hints(type(self))
        for field in fields(self):
            choices = get_args(kinds[field.name]) if get_origin(kinds[field.name]) is Literal else ()
            value = getattr(self, field.name)
            if choices and value not in choices:
                raise ValueError(f"Behaviour.{field.name} is one of {', '.join(choices)}, not {value!r}.")
