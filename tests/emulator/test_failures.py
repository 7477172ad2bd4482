"""A defect of the emulator itself ends the test that met it, also where the shop lives with what it saw."""

from __future__ import annotations

import pytest
import requests

from django_flowwise.emulator import Emulator, EmulatorFailed
from django_flowwise.testing import flowwise_emulator


def broken(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> int:
    """Ask a page that breaks, and give the status that comes."""
    monkeypatch.setattr(emulator._ledger, "all_customers", lambda: 1 // 0)
    return requests.get(f"{emulator.url}/state", timeout=5).status_code


def test_context_manager__raises_at_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    with (
        pytest.raises(EmulatorFailed, match="GET /state: ZeroDivisionError") as caught,
        flowwise_emulator() as own,
    ):
        assert broken(own, monkeypatch) == 500
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert [str(failure) for failure in caught.value.failures] == [str(failure) for failure in own.failures]
    with pytest.raises(RuntimeError, match="until it is started"):
        _ = own.url


def test_context_manager__lets_another_error_through(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyError, match="nobody"), flowwise_emulator() as own:
        own.pay("nobody" if broken(own, monkeypatch) == 500 else "")
