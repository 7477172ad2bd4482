"""Everything that can go wrong between a shop and Flowwise, to be switched on for one call or for all.

`table` names the faults of `transports`, `statuses` and `bodies`, each with what it does and what django-flowwise
makes of it; `alterations` change what an answer says, `deliveries` how it travels; `switches` hold what is on.
"""

from __future__ import annotations

from django_flowwise.emulator.faults.deliveries import Delivery, End, Step, Unencrypted, whole
from django_flowwise.emulator.faults.fault import Fault
from django_flowwise.emulator.faults.switches import OPERATIONS, Switch, Switches, UnknownFault
from django_flowwise.emulator.faults.table import FAULTS

__all__ = [
    "FAULTS",
    "OPERATIONS",
    "Delivery",
    "End",
    "Fault",
    "Step",
    "Switch",
    "Switches",
    "Unencrypted",
    "UnknownFault",
    "whole",
]
