"""What the commands take and refuse alike."""

from __future__ import annotations

from argparse import ArgumentTypeError
from typing import Any

import pytest
from django.core.management import CommandError

from django_flowwise.management.arguments import positive_number, refuse_unknown_account, refuse_wrong_settings


@pytest.mark.parametrize(("written", "number"), [("1", 1), ("007", 7), ("999999999", 999999999)])
def test_number__positive(written: str, number: int) -> None:
    assert positive_number(written) == number


@pytest.mark.parametrize("written", ["0", "-1", "1.5", "", "many", "٣", "1_0", "1000000000"])
def test_number__anything_else(written: str) -> None:
    with pytest.raises(ArgumentTypeError, match="is not a whole number above zero"):
        positive_number(written)


def test_settings__errors_are_misuse_and_warnings_are_not(settings: Any) -> None:
    refuse_wrong_settings(None)
    settings.FLOWWISE["default"]["RETURN_ORIGIN"] = ""  # W009
    refuse_wrong_settings("default")
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = "changeme"  # E003
    with pytest.raises(CommandError, match="E003") as caught:
        refuse_wrong_settings("default")
    assert caught.value.returncode == 2
    assert "changeme" not in str(caught.value)
    settings.SILENCED_SYSTEM_CHECKS = ["django_flowwise.E003"]
    refuse_wrong_settings("default")


def test_settings__an_unknown_account_is_misuse(settings: Any) -> None:
    settings.FLOWWISE["another"] = settings.FLOWWISE["default"]
    for refuse in (refuse_wrong_settings, refuse_unknown_account):
        with pytest.raises(CommandError, match=r"no account 'nowhere'; it has: another, default\.") as caught:
            refuse("nowhere")
        assert caught.value.returncode == 2
    settings.FLOWWISE = {}
    with pytest.raises(CommandError, match=r"it has: none\."):
        refuse_unknown_account("nowhere")
