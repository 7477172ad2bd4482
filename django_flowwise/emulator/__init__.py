"""A local, stateful Flowwise with a checkout page to click through.

It imports nothing from the rest of the package, so that client and emulator cannot share a mistake. From the
outside in: `emulator` holds a `server` (sockets) that calls an `application` (Django's request, resolver,
response) that finds in `urls` one of the `operations` (the API) or `pages` (for people); both read and change the
`ledger` (state). What can be made to go wrong is in `faults`.
"""

from __future__ import annotations

from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.emulator import Emulator
from django_flowwise.emulator.failures import EmulatorFailed, Failure
from django_flowwise.emulator.faults import FAULTS, OPERATIONS, Fault, UnknownFault
from django_flowwise.emulator.ledger import ReceivedRequest
from django_flowwise.emulator.orders import OrderClosed
from django_flowwise.emulator.payments import PaymentClosed
from django_flowwise.emulator.refunds import RefundClosed

__all__ = [
    "FAULTS",
    "OPERATIONS",
    "Behaviour",
    "Emulator",
    "EmulatorFailed",
    "Failure",
    "Fault",
    "OrderClosed",
    "PaymentClosed",
    "ReceivedRequest",
    "RefundClosed",
    "UnknownFault",
]
