"""Assumptions about every request: its form, its credentials, and what a refusal looks like."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class RequestBehaviour:
    """Assumptions that hold for every operation."""

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
    refuses_unknown_fields: bool = True
    """A field outside the documented request is an error; else it is ignored."""
    refuses_repeated_names: bool = True
    """A body in which an object has one name twice is an error; else the last counts."""
    refuses_integers_with_point: bool = True
    """An integer that is written with a point, such as 120.0, is an error; else it counts as 120."""
    absent_fields: Literal["left_out", "null"] = "left_out"
    """How an answer treats an optional field that was not sent."""
    minimum_amount: Decimal = Decimal("0.001")
    """The smallest amount of an order or a refund, in major units."""
    maximum_amount: Decimal = Decimal(1_000_000_000_000)
    """The largest amount of an order, a capture or a refund, in major units."""
    maximum_decimals: int = 3
    """How many decimals an amount may have, in every currency."""
    return_schemes: tuple[str, ...] = ("http", "https")
    """Schemes that a return_base_url may have."""
