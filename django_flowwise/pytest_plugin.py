"""Fixtures for the tests of shops, found by pytest through the entry point `pytest11`.

pytest imports it in every project that has the package, before Django is set up, whether the fixtures are used or
not: so nothing comes in here but pytest. What the fixtures are made of is a plugin of its own, which the first of
them to be used has pytest load.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from django_flowwise.emulator import Emulator
    from django_flowwise.models import Order
    from django_flowwise.testing import CannedAnswers, RecordedSignals

_MADE_IN = "django_flowwise.testing.fixtures"


@pytest.fixture
def flowwise_emulator(request: pytest.FixtureRequest) -> Emulator:
    """Give a local Flowwise over a real socket; its settings are in force while the fixture is.

    Every account in `settings.FLOWWISE` reaches it; what the shop has set beside credentials and addresses stays.
    It begins each test with no orders, no payments, no requests and the usual `Behaviour`. Pay with
    `flowwise_emulator.pay(order_id)`; see also `fail`, `drop`, `authorise`, `start_payment`, `reverse`,
    `settle_refund`, `expire`, let calls go wrong with `fail_next(fault)` and `fail_all(fault)`, and look at
    `orders`, `sent`, `payments`, `refunds`, `customers`, `requests`.
    """
    emulator: Emulator = _made("_flowwise_emulator", request)
    return emulator


@pytest.fixture
def flowwise_responses(request: pytest.FixtureRequest) -> CannedAnswers:
    """Give canned answers at the client's edge: nothing leaves the process, and the shop's settings stay in force.

    Arrange what Flowwise answers by the operation's name, before the shop asks: `.create_order()`,
    `.get_order(status="PAID")`, `.list_payments()`, `.refund_payment(status="PENDING")`. The answers are the
    documented ones, with what was sent in them; keywords replace fields. `.refuse("create_order", 422)` and
    `.break_off("create_order")` go wrong. A request that nobody arranged fails the test; HTTP that is not the
    client's is not touched. Needs the library `responses`, from the extra `testing`.
    """
    answers: CannedAnswers = _made("_flowwise_responses", request)
    return answers


@pytest.fixture
def flowwise_order(request: pytest.FixtureRequest) -> Callable[..., Order]:
    """Give a factory of valid saved orders: `flowwise_order(state="PAID", order_amount=500)`.

    `state` is DRAFT, UNCONFIRMED, REFUSED, ACTIVE, PAID, REVERSED, EXPIRED or WITHDRAWN; the services bring the
    order there, by the fixture `flowwise_emulator`, which comes with this one, or by another `emulator=`. Beside
    `flowwise_responses` there are only drafts. Other keywords are those of `services.create_order`. The test needs
    the database.
    """
    factory: Callable[..., Order] = _made("_flowwise_order", request)
    return factory


@pytest.fixture
def flowwise_signals(request: pytest.FixtureRequest) -> RecordedSignals:
    """Record every signal of django-flowwise, beside the shop's own receivers.

    `flowwise_signals.names` are the names of all that were sent, oldest first; `.of(order)` of those about one
    order; `.sent` has each with its order, the order's state at that moment, and the refund of `refund_settled`.
    """
    recorded: RecordedSignals = _made("_flowwise_signals", request)
    return recorded


def _made(name: str, request: pytest.FixtureRequest) -> Any:
    request.config.pluginmanager.import_plugin(_MADE_IN)
    return request.getfixturevalue(name)
