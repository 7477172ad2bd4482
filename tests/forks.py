"""Other processes, forked from this one: they report through a pipe, and end by ``os._exit``.

Nothing of what their parent has begun, such as dropping its database, may be done twice.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Callable
from typing import NoReturn

from django.db import connections

from django_flowwise.client.session import session_of
from django_flowwise.conf import get_account

ENDED, KILLED, BROKEN = range(3)
"""How a process ends: by itself, at the line that it was to be killed at, or with an error that nobody expects."""


class Fork:
    """A forked process that does one thing."""

    def __init__(self, act: Callable[[int], object]) -> None:
        """Begin; the act is given where to write its report."""
        self._report, reporting = os.pipe()
        self._pid = os.fork()
        if self._pid == 0:
            run_and_exit(act, reporting)  # pragma: no cover  # ends by os._exit
        os.close(reporting)

    def wait(self) -> tuple[int, str]:
        """Wait for its end; give its exit code and its report."""
        with os.fdopen(self._report) as report:
            said = report.read()
        return os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1]), said


def run_and_exit(act: Callable[[int], object], report: int) -> NoReturn:  # pragma: no cover  # ends by os._exit
    try:
        act(report)
    except BaseException:  # noqa: BLE001  # it is printed, and the process ends
        traceback.print_exc()
        os._exit(BROKEN)
    os._exit(ENDED)


def hang_up() -> None:
    """Close every connection of this process, so that a fork inherits none."""
    leave_database()
    for adapter in session_of(get_account("default"))._session.adapters.values():
        pools = adapter.poolmanager.pools
        for key in pools.keys():  # noqa: SIM118  # urllib3's container refuses to be iterated
            pools[key].close()
    session_of.cache_clear()


def leave_database() -> None:
    """Close every connection to the database; where they are pooled, the pool's threads too."""
    connections.close_all()
    if connections["default"].settings_dict["OPTIONS"].get("pool"):
        connections["default"].close_pool()
