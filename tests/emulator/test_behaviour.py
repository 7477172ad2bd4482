"""The assumptions: one frozen value that refuses what would choose nothing, or break an answer later."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from decimal import Decimal
from typing import Any, Literal, get_origin, get_type_hints

import pytest
import requests

from django_flowwise.emulator import Behaviour, Emulator
from django_flowwise.emulator.behaviour.limits import LIMITS
from tests.emulator.conftest import ORDER_ID, PAYMENT_REQUEST, Call

KINDS = get_type_hints(Behaviour)


def test_behaviour__misspelt_choice_is_refused() -> None:
    choices = "'409', '400', 'same', 'second'"
    with pytest.raises(ValueError, match=rf"repeated_order_id is one of {choices}, not 'twice'\."):
        Behaviour(repeated_order_id="twice")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=rf"repeated_order_id is one of {choices}, not 409\."):
        Behaviour(repeated_order_id=409)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if get_origin(kind) is Literal])
def test_behaviour__every_choice_is_checked(name: str) -> None:
    with pytest.raises(ValueError, match=f"Behaviour.{name} is one of "):
        replace(Behaviour(), **{name: "nonsense"})


WRONG: list[tuple[str, object, str]] = [
    ("create_status", 9, "a status of a success, from 200 to 299, that has a body"),
    ("create_status", 204, "that has a body"),
    ("create_status", 404, "from 200 to 299"),
    ("create_status", True, "from 200 to 299"),
    ("unknown_order_status", 199, "a status from 200 to 599 that has a body"),
    ("unknown_order_status", 600, "from 200 to 599"),
    ("unknown_order_status", 304, "that has a body"),
    ("unknown_order_status", "404", "from 200 to 599"),
    ("order_id_pattern", "(", "a regular expression"),
    ("order_id_pattern", "a{99999999999}", "a regular expression"),
    ("currency_pattern", None, "a regular expression"),
    ("maximum_decimals", -1, "a whole number from 0 to 12"),
    ("maximum_decimals", 2.0, "a whole number from 0 to 12"),
    ("default_expiry_minutes", 99999999999, "a whole number from 0 to 2147483647"),
    ("active_outlives_expiry_seconds", -1, "a whole number from 0 to 2147483647"),
    ("active_outlives_expiry_seconds", 999999999999999, "a whole number from 0"),
    ("minimum_amount", Decimal("1e999999999"), "a number from 0 to 1000000000000000"),
    ("minimum_amount", Decimal("1e-999999999"), "with at most 12 decimals"),
    ("minimum_amount", Decimal("NaN"), "a number from 0"),
    ("maximum_amount", Decimal(-1), "a number from 0"),
    ("maximum_amount", 0.5, "a number from 0"),
    ("late_payment_allowed", "no", "True or False"),
    ("late_payment_allowed", 1, "True or False"),
    ("capture_status", None, "text"),
    ("capture_status", "\ud800", "text"),
    ("return_parameter", 7, "text"),
    ("required_customer_fields", "customer_email", "a tuple of words from 'customer_email', 'customer_phone'"),
    ("required_customer_fields", ("email",), "a tuple of words from 'customer_email'"),
    ("counted_refund_statuses", ("succes",), "a tuple of words from 'SUCCESS', 'PENDING', 'FAILED'"),
    ("known_refund_types", ["MERCHANT_INITIATED"], "a tuple of words"),
    ("known_refund_types", ("",), "a tuple of words"),
    ("return_schemes", ("https", "javascript"), "a tuple of schemes in small letters"),
    ("return_schemes", ("HTTPS",), "a tuple of schemes in small letters"),
    ("return_schemes", ("https:",), "a tuple of schemes in small letters"),
    ("return_schemes", "https", "a tuple of schemes in small letters"),
]


@pytest.mark.parametrize(("name", "value", "wanted"), WRONG)
def test_behaviour__what_would_break_an_answer_is_refused(name: str, value: object, wanted: str) -> None:
    with pytest.raises(ValueError, match=rf"^Behaviour\.{name} is .*{wanted}.*, not ") as caught:
        replace(Behaviour(), **{name: value})  # type: ignore[arg-type]
    assert str(caught.value).endswith(f", not {value!r}.")


@pytest.mark.parametrize(
    ("least", "most"),
    [("minimum_amount", "maximum_amount"), ("minimum_expiry_minutes", "maximum_expiry_minutes")],
)
def test_behaviour__a_least_above_the_most_is_refused(least: str, most: str) -> None:
    assert getattr(replace(Behaviour(), **{least: 3, most: 3}), least) == 3  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=rf"Behaviour\.{least} is at most {most}: 4 is above 3\."):
        replace(Behaviour(), **{least: 4, most: 3})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind in {int, Decimal}])
def test_behaviour__every_number_has_its_limits(name: str) -> None:
    for beyond in (-1, 10**18):
        with pytest.raises(ValueError, match=rf"Behaviour\.{name} is "):
            replace(Behaviour(), **{name: beyond})  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind is str])
def test_behaviour__every_text_is_checked(name: str) -> None:
    with pytest.raises(ValueError, match=rf"Behaviour\.{name} is "):
        replace(Behaviour(), **{name: b"x"})  # type: ignore[arg-type]


@pytest.mark.parametrize("edge", [0, 1])
def test_behaviour__the_utmost_numbers_leave_an_order_that_can_be_paid(
    emulator: Emulator, create: Callable[..., requests.Response], call: Call, behave: Any, edge: int
) -> None:
    """Whatever numbers are accepted, an answer comes."""
    utmost = {name: limits[edge] for name, limits in LIMITS.items()}
    behave(**utmost, late_payment_allowed=True)
    body = {"order_amount": 0 if edge == 0 else 10**15, "expiry_time_in_minutes": utmost["maximum_expiry_minutes"]}
    assert create(**body, return_base_url=...).status_code == 200
    assert call("GET", f"/orders/{ORDER_ID}").status_code == 200
    order_hash = emulator.orders[ORDER_ID]["order_hash"]
    assert call("POST", f"/order/pay/{order_hash}", PAYMENT_REQUEST).status_code == 200
    assert requests.get(f"{emulator.url}/orders/{ORDER_ID}", timeout=5).status_code == 200


def test_behaviour__is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Behaviour().refund_status = "PENDING"  # type: ignore[misc]
