"""Fixtures that the whole suite shares."""

from __future__ import annotations

import copy
from typing import Any

import pytest

pytest_plugins = ["django_flowwise.pytest_plugin"]


@pytest.fixture(autouse=True)
def own_accounts(settings: Any) -> None:
    """Let a test change the accounts in place without another test's noticing."""
    settings.FLOWWISE = copy.deepcopy(settings.FLOWWISE)
