"""What the tests of the services share: a local Flowwise, and ways to make one call to it go wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from django.dispatch import Signal

from django_flowwise import services
from django_flowwise.client import FlowwiseClient
from django_flowwise.exceptions import NotFound, OutcomeUnknown, RequestNotSent, RequestRefused
from django_flowwise.models import Order
from django_flowwise.wire import PaymentSnapshot
from tests.factories import make_order

Fault = Callable[..., Any]


@pytest.fixture
def draft(db: None, flowwise_emulator: Any) -> Order:
    return make_order()


@pytest.fixture
def active(draft: Order) -> Order:
    return services.submit_order(draft)


@pytest.fixture
def paid(active: Order, flowwise_emulator: Any) -> Order:
    flowwise_emulator.pay(active.order_id)
    return services.refresh_order(active)


@pytest.fixture
def held(active: Order, flowwise_emulator: Any) -> Order:
    """Give an order whose one payment is authorised, and not captured."""
    flowwise_emulator.authorise(active.order_id)
    return services.refresh_order(active)


@pytest.fixture
def break_call(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Make one of the client's methods fail: before the request leaves, or after Flowwise has carried it out."""

    def arrange(method: str, error: Exception, *, after: bool = False, times: int = 99) -> None:
        real = getattr(FlowwiseClient, method)
        left = [times]

        def broken(self: FlowwiseClient, *args: Any, **kwargs: Any) -> Any:
            if not left[0]:
                return real(self, *args, **kwargs)
            left[0] -= 1
            if after:
                real(self, *args, **kwargs)
            raise error

        monkeypatch.setattr(FlowwiseClient, method, broken)

    return arrange


@pytest.fixture
def change_answer(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Change fields of what one of the client's methods reads."""

    def arrange(method: str, **fields: Any) -> None:
        real = getattr(FlowwiseClient, method)
        monkeypatch.setattr(
            FlowwiseClient,
            method,
            lambda self, *args, **kwargs: msgspec.structs.replace(real(self, *args, **kwargs), **fields),
        )

    return arrange


@pytest.fixture
def answer_payments(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let Flowwise list these payments."""

    def arrange(*payments: PaymentSnapshot) -> None:
        monkeypatch.setattr(FlowwiseClient, "list_payments", lambda *args, **kwargs: payments)

    return arrange


class Recorder:
    """Note what a signal says."""

    def __init__(self) -> None:
        self.states: list[str] = []

    def __call__(self, order: Order, **kwargs: Any) -> None:
        self.states.append(order.state)


@contextmanager
def connected(signal: Signal, receiver: Callable[..., None]) -> Iterator[None]:
    signal.connect(receiver)
    try:
        yield
    finally:
        signal.disconnect(receiver)


@contextmanager
def recorded(signal: Signal) -> Iterator[Recorder]:
    recorder = Recorder()
    with connected(signal, recorder):
        yield recorder


def unknown() -> OutcomeUnknown:
    return OutcomeUnknown("no answer", operation="create_order")


def not_sent() -> RequestNotSent:
    return RequestNotSent("nothing left", operation="create_order")


def refused(status: int = 400, code: str = "") -> RequestRefused:
    return RequestRefused("no", operation="create_order", http_status=status, vendor_code=code)


def not_found() -> NotFound:
    return NotFound("not there", operation="get_order", http_status=404)


def verbs(emulator: Any) -> list[str]:
    return [request.method for request in emulator.requests]
