"""Fixtures that the whole suite shares."""

from __future__ import annotations

import copy
import signal
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

from tests.described import Watch

pytest_plugins = ["django_flowwise.pytest_plugin"]


def pytest_configure() -> None:
    """Let Ctrl-C interrupt, also where a shell has started the tests in the background and has it ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def openapi_watch() -> Iterator[Watch]:
    """Hold every request of the client against the description of the local Flowwise."""
    watch = Watch()
    with pytest.MonkeyPatch.context() as monkeypatch:
        watch.stand_in(monkeypatch)
        yield watch


@pytest.fixture(autouse=True)
def fitting_requests(openapi_watch: Watch) -> Iterator[None]:
    """Fail a test whose requests, made by the client, are not as described."""
    openapi_watch.offences()
    yield
    assert openapi_watch.offences() == []


@pytest.fixture(autouse=True)
def own_accounts(settings: Any) -> None:
    """Let a test change the accounts in place without another test's noticing."""
    settings.FLOWWISE = copy.deepcopy(settings.FLOWWISE)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Forget the language of a page: Django's middleware leaves it switched on for the thread."""
    yield
    translation.deactivate()
