"""Everything the emulator remembers, in memory, behind one lock; with it, the faults that are switched on.

Operations and pages reach it through the application; nothing else may change an order, a payment, a refund or a
customer. One book for each noun, and `memory` beneath them.
"""

from __future__ import annotations

from django_flowwise.emulator.ledger.customers import CustomerBook
from django_flowwise.emulator.ledger.memory import ReceivedRequest
from django_flowwise.emulator.ledger.refunds import RefundBook

__all__ = ["Ledger", "ReceivedRequest"]


class Ledger(RefundBook, CustomerBook):
    """The emulator's account, its orders with their payments and refunds, its customers, and what it was asked."""
