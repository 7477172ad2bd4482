"""The signals of this package, noted as they are sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.dispatch import Signal

from django_flowwise import signals
from django_flowwise.models import Order, Refund


@dataclass(frozen=True, kw_only=True)
class SentSignal:
    """One signal that was sent."""

    name: str
    """As in `django_flowwise.signals`."""
    order: Order
    """The instance that was sent, which may have moved on since."""
    state: str
    """The state of the order at that moment."""
    refund: Refund | None = None
    """What `refund_settled` is about."""


class RecordedSignals:
    """What was sent so far, oldest first. Signals about money may be sent again, and then stand here again."""

    def __init__(self) -> None:
        self.sent: list[SentSignal] = []

    @property
    def names(self) -> list[str]:
        """The names of the signals, oldest first."""
        return [signal.name for signal in self.sent]

    def of(self, order: Order) -> list[str]:
        """Name the signals about one order, oldest first."""
        return [signal.name for signal in self.sent if signal.order.pk == order.pk]

    def clear(self) -> None:
        """Forget what was sent so far."""
        self.sent.clear()


@contextmanager
def flowwise_signals() -> Iterator[RecordedSignals]:
    """Note every signal of this package that is sent inside, beside the shop's own receivers."""
    recorded = RecordedSignals()
    receivers = [
        (signal, _receiver(name, recorded)) for name, signal in vars(signals).items() if isinstance(signal, Signal)
    ]
    for signal, receiver in receivers:
        signal.connect(receiver, weak=False)
    try:
        yield recorded
    finally:
        for signal, receiver in receivers:
            signal.disconnect(receiver)


def _receiver(name: str, recorded: RecordedSignals) -> Any:
    def note(order: Order, refund: Refund | None = None, **_sent: Any) -> None:
        recorded.sent.append(SentSignal(name=name, order=order, state=order.state, refund=refund))

    return note
