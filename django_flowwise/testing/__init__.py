"""What a shop tests itself with, in any test runner: context managers, and a factory of orders.

Needs Django set up. The fixtures of the pytest plugin are made of these, and have the same names.
"""

from __future__ import annotations

from django_flowwise.testing.canned import CannedAnswers, UnarrangedRequest, flowwise_responses
from django_flowwise.testing.emulated import flowwise_emulator
from django_flowwise.testing.orders import flowwise_order
from django_flowwise.testing.recorded import RecordedSignals, SentSignal, flowwise_signals

__all__ = [
    "CannedAnswers",
    "RecordedSignals",
    "SentSignal",
    "UnarrangedRequest",
    "flowwise_emulator",
    "flowwise_order",
    "flowwise_responses",
    "flowwise_signals",
]
