"""A local Flowwise for as long as a block lasts, with the settings that lead to it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from typing import Any

from django.test.utils import override_settings

from django_flowwise.client.session import session_of
from django_flowwise.conf import DEFAULT_ALIAS, account_aliases, get_account, written_accounts
from django_flowwise.emulator import Behaviour, Emulator, EmulatorFailed
from django_flowwise.exceptions import FlowwiseConfigurationError

_USUAL_BEHAVIOUR = Behaviour()


@contextlib.contextmanager
def flowwise_emulator(
    *,
    accounts: Iterable[str] = (),
    behaviour: Behaviour = _USUAL_BEHAVIOUR,
    return_origin: str = "http://127.0.0.1:8000",
) -> Iterator[Emulator]:
    """Give a local Flowwise over a real socket; inside, every account in `settings.FLOWWISE` leads to it.

    What the shop has set beside credentials and addresses stays. `accounts` are those that the settings lack;
    `return_origin` is the scheme and host of the shop, such as a live server's. Nothing of it is left afterwards.

    Raises:
        EmulatorFailed: at the end, where a request met a defect of the local Flowwise itself.
    """
    with Emulator(behaviour=behaviour, return_origin=return_origin) as emulator:
        with override_settings(FLOWWISE=accounts_leading_to(emulator, also=accounts)):
            try:
                yield emulator
            finally:
                _close_connections()
        require_no_failure(emulator)


def require_no_failure(emulator: Emulator) -> None:
    """Make a defect of the local Flowwise known, rather than leave it to look like a fault of the network.

    Raises:
        EmulatorFailed: a request met one.
    """
    if emulator.failures:
        raise EmulatorFailed(emulator.failures) from emulator.failures[0].error


def accounts_leading_to(emulator: Emulator, *, also: Iterable[str] = ()) -> dict[str, dict[str, Any]]:
    """Give FLOWWISE as the shop has it, with the credentials and addresses of the emulator for every account."""
    written = written_accounts()
    aliases = [*written, *also] or [DEFAULT_ALIAS]
    return {alias: {**written.get(alias, {}), **emulator.account} for alias in aliases}


def _close_connections() -> None:
    """Let no socket to a port that nobody listens on any more wait for the session to be forgotten."""
    with contextlib.suppress(FlowwiseConfigurationError):  # where a test has spoiled its own copy
        for alias in account_aliases():
            session_of(get_account(alias)).close()
