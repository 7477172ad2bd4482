"""Every fault by its name."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from django_flowwise.emulator.faults.bodies import BODIES
from django_flowwise.emulator.faults.fault import Fault
from django_flowwise.emulator.faults.statuses import STATUSES
from django_flowwise.emulator.faults.transports import TRANSPORTS

FAULTS: Final[Mapping[str, Fault]] = MappingProxyType(
    {fault.name: fault for fault in (*TRANSPORTS, *STATUSES, *BODIES)}
)
"""What there is, in the order in which people are shown it."""
