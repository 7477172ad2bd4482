"""Fixtures that the whole suite shares."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import translation

pytest_plugins = ["django_flowwise.pytest_plugin"]


@pytest.fixture(autouse=True)
def own_accounts(settings: Any) -> None:
    """Let a test change the accounts in place without another test's noticing."""
    settings.FLOWWISE = copy.deepcopy(settings.FLOWWISE)


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Forget the language of a page: Django's middleware leaves it switched on for the thread."""
    yield
    translation.deactivate()
