"""`python -m django_flowwise.emulator`: a local Flowwise without any Django project, for shops in any language.

Nothing imports it.
"""

from __future__ import annotations

import signal
import sys
import time
from argparse import ArgumentParser
from types import FrameType
from typing import Final

from django.conf import settings

from django_flowwise.emulator.command_line import (
    FAREWELL,
    PURPOSE,
    PortTaken,
    WrongOptions,
    add_options,
    introduction,
    start_emulator,
)

STOPPING: Final = (signal.SIGINT, signal.SIGTERM)
POLL_SECONDS: Final = 0.05
"""How often it looks whether it has been told to stop."""


class Stop:
    """Notes that it has been told to stop; told again while it does, it goes on with that."""

    def __init__(self) -> None:
        self.is_told = False
        for number in STOPPING:
            signal.signal(number, self._note)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.is_told = True

    def wait(self) -> None:
        """Wait until it is told."""
        # A wait without an end would outlast a signal that comes just before it.
        while not self.is_told:
            time.sleep(POLL_SECONDS)


def main() -> int:
    """Serve until SIGINT or SIGTERM, and give the exit code: 0 then, 1 where the port cannot be used.

    Wrong options end the process with 2, as argparse does.
    """
    parser = ArgumentParser(prog="python -m django_flowwise.emulator", description=PURPOSE)
    add_options(parser)
    options = vars(parser.parse_args())
    # The one process of which the package is master: there is no project whose settings these could be.
    settings.configure()
    stop = Stop()
    try:
        with start_emulator(options) as emulator:
            sys.stdout.write(f"{introduction(emulator)}\n")
            sys.stdout.flush()
            stop.wait()
    except WrongOptions as err:
        parser.error(str(err))
    except PortTaken as err:
        sys.stderr.write(f"{err}\n")
        return 1
    sys.stdout.write(f"{FAREWELL}\n")
    # While Python ends, it gives up handlers that are functions.
    for number in STOPPING:
        signal.signal(number, signal.SIG_IGN)
    return 0


sys.exit(main())
