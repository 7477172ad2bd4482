"""What a fault is, and the sentences that several of them share.

None of them is a statement about the real Flowwise, whose errors are not documented. The documentation's page
about faults says the same, line by line.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse

from django_flowwise.emulator.faults.alterations import unaltered
from django_flowwise.emulator.faults.deliveries import Delivery, whole

LOOKS: Final = "Unknown: one look decides; where the look fails too, the order is UNCONFIRMED."


@dataclass(frozen=True, kw_only=True)
class Fault:
    """One way in which a call goes wrong."""

    name: str
    does: str
    """What the emulator does."""
    meets: str
    """What django-flowwise makes of it."""
    is_carried_out: bool = True
    """Whether the request has its effect: a refused Create Order keeps no order."""
    seconds_before: bool = False
    """Whether the wait comes before the request is carried out."""
    seconds: float = 0
    """How long a wait lasts, unless it is switched on with another time."""
    alteration: Callable[[HttpResponse], HttpResponse] = unaltered
    delivery: Delivery = whole
