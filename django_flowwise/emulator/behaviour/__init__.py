"""What the emulator assumes where Flowwise's public pages are silent: one frozen value, one field an assumption.

Any module of the emulator may import it; it imports none of them. The fields stand in one module for each noun:
`requests`, `orders`, `payments`, `refunds`, `customers`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from types import MappingProxyType
from typing import Final, get_type_hints

from django_flowwise.emulator.behaviour.customers import CustomerBehaviour
from django_flowwise.emulator.behaviour.limits import wanted_instead
from django_flowwise.emulator.behaviour.orders import OrderBehaviour
from django_flowwise.emulator.behaviour.payments import PaymentBehaviour
from django_flowwise.emulator.behaviour.refunds import RefundBehaviour
from django_flowwise.emulator.behaviour.requests import RequestBehaviour

ASSUMPTIONS_OF: Final[Mapping[str, type]] = MappingProxyType(
    {
        "Requests": RequestBehaviour,
        "Orders": OrderBehaviour,
        "Payments": PaymentBehaviour,
        "Refunds": RefundBehaviour,
        "Customers": CustomerBehaviour,
    }
)
"""The parts of Behaviour under the names that people read."""

RANGES: Final[Mapping[str, str]] = MappingProxyType(
    {"minimum_amount": "maximum_amount", "minimum_expiry_minutes": "maximum_expiry_minutes"}
)
"""The field that holds the least of something, and the one that holds its most."""


# Dataclasses take fields from the last base to the first.
@dataclass(frozen=True, kw_only=True)
class Behaviour(CustomerBehaviour, RefundBehaviour, PaymentBehaviour, OrderBehaviour, RequestBehaviour):
    """Name every choice that the emulator makes without a word from the vendor.

    Replace it on a running emulator with `emulator.behaviour = dataclasses.replace(emulator.behaviour, ...)`.

    Raises:
        ValueError: a field cannot have that value, or a least is above its most; the text says what it can have.
    """

    def __post_init__(self) -> None:
        """Refuse what would choose nothing, silently, or break an answer later."""
        kinds = get_type_hints(type(self))
        for field in fields(self):
            value = getattr(self, field.name)
            wanted = wanted_instead(field.name, kinds[field.name], value)
            if wanted:
                raise ValueError(f"Behaviour.{field.name} is {wanted}, not {value!r}.")
        for least, most in RANGES.items():
            lower, upper = getattr(self, least), getattr(self, most)
            if lower > upper:
                raise ValueError(f"Behaviour.{least} is at most {most}: {lower} is above {upper}.")
