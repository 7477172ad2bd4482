"""What the fixtures of the pytest plugin are made of. The plugin has pytest load it when the first one is used."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test.utils import override_settings

from django_flowwise.emulator import Emulator
from django_flowwise.models import Order
from django_flowwise.testing.canned import CannedAnswers, flowwise_responses
from django_flowwise.testing.emulated import accounts_leading_to, require_no_failure
from django_flowwise.testing.orders import flowwise_order
from django_flowwise.testing.recorded import RecordedSignals, flowwise_signals


@pytest.fixture(scope="session")
def _flowwise_emulator_server() -> Iterator[Emulator]:
    """One listening emulator for the whole run: starting and stopping costs more than most tests."""
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def _flowwise_emulator(request: pytest.FixtureRequest, _flowwise_emulator_server: Emulator) -> Iterator[Emulator]:
    _flowwise_emulator_server.reset()
    _flowwise_emulator_server.start()
    reaching = accounts_leading_to(_flowwise_emulator_server)
    settings = _settings_of_pytest_django(request)
    if settings is not None:
        # Overrides end in the sequence of a stack: beside a test's own, ours has to go through the same hands.
        settings.FLOWWISE = reaching
        yield _flowwise_emulator_server
    else:
        with override_settings(FLOWWISE=reaching):
            yield _flowwise_emulator_server
    try:
        require_no_failure(_flowwise_emulator_server)
    finally:
        _flowwise_emulator_server.reset()


def _settings_of_pytest_django(request: pytest.FixtureRequest) -> Any:
    """Give that plugin's fixture; None without the plugin, or where the shop has a fixture of that name itself."""
    if not any(map(request.config.pluginmanager.hasplugin, ("django", "pytest_django.plugin"))):
        return None
    settings = request.getfixturevalue("settings")
    return settings if type(settings).__module__.startswith("pytest_django.") else None


@pytest.fixture
def _flowwise_responses() -> Iterator[CannedAnswers]:
    with flowwise_responses() as answers:
        yield answers


@pytest.fixture
def _flowwise_order(request: pytest.FixtureRequest) -> Callable[..., Order]:
    # Now, and not once a state asks for it: what a test's body overrides has to end before what is begun here.
    needs_none = "flowwise_responses" in request.fixturenames
    own: Emulator | None = None if needs_none else request.getfixturevalue("flowwise_emulator")

    def make(*, state: str = "DRAFT", emulator: Emulator | None = own, **content: Any) -> Order:
        return flowwise_order(state=state, emulator=emulator, **content)

    return make


@pytest.fixture
def _flowwise_signals() -> Iterator[RecordedSignals]:
    with flowwise_signals() as recorded:
        yield recorded
