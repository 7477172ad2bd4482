"""`manage.py flowwise_emulator`: a local Flowwise to develop against, until Ctrl-C.

Nothing imports it; Django finds it by its name.
"""

from __future__ import annotations

import difflib
import json
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any, Final

from django.core.management.base import BaseCommand, CommandError

from django_flowwise.emulator import FAULTS, OPERATIONS, Emulator
from django_flowwise.management.stopping import StopRequest

DEFAULT_PORT: Final = 8800


class Command(BaseCommand):
    help = "Runs a local Flowwise with a checkout page to click through. No real money, no account, no network."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--port",
            type=_port,
            default=DEFAULT_PORT,
            help="The port to listen on, at 127.0.0.1; 0 takes any free one. Default: %(default)s.",
        )
        parser.add_argument("--client-id", default="emulator", help="The id it accepts. Default: %(default)s.")
        parser.add_argument(
            "--client-secret",
            default="emulator-secret",
            help="The secret it accepts; it is printed, so never use a real one. Default: %(default)s.",
        )
        parser.add_argument(
            "--return-origin",
            default="http://127.0.0.1:8000",
            help="Scheme and host of your shop. Default: %(default)s.",
        )
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            type=_fault,
            metavar="NAME[:OPERATION]",
            help="Let every call go wrong so, or every call of one operation "
            f"({', '.join(OPERATIONS)}); may be given again for another operation. Names: {', '.join(FAULTS)}.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        emulator = Emulator(
            port=options["port"],
            client_id=options["client_id"],
            client_secret=options["client_secret"],
            return_origin=options["return_origin"],
        )
        with StopRequest() as stop:
            try:
                emulator.start()
            except OSError as err:
                message = (
                    f"Port {options['port']} cannot be used ({err.strerror}). Stop the program that listens "
                    f"there, or choose another port: --port {DEFAULT_PORT + 1}, or --port 0 for any free one."
                )
                raise CommandError(message) from err
            with emulator:
                for name, operation in options["fault"]:
                    emulator.fail_all(name, operation=operation)
                self._introduce(emulator)
                stop.wait()
        self.stdout.write("The Flowwise emulator has stopped; its orders are forgotten.")

    def _introduce(self, emulator: Emulator) -> None:
        # Text and lists of text are written alike in JSON and in Python.
        settings = "".join(f'        "{name}": {json.dumps(value)},\n' for name, value in emulator.account.items())
        self.stdout.write(f"The Flowwise emulator answers at {emulator.url}/ (orders and their checkout pages).")
        self.stdout.write("No real money moves here. Put this into the settings of your shop:\n")
        self.stdout.write(f'FLOWWISE = {{\n    "default": {{\n{settings}    }},\n}}\n\n')
        if emulator.faults:
            self.stdout.write(f"Switched on: {', '.join(emulator.faults)}.")
        self.stdout.write("It serves until Ctrl-C.")
        self.stdout.flush()


def _port(written: str) -> int:
    if written.isascii() and written.isdigit() and len(written) <= 5 and int(written) <= 65535:
        return int(written)
    raise ArgumentTypeError(f"{written!r} is not a port: use 0 to 65535")


def _fault(written: str) -> tuple[str, str]:
    name, _, operation = written.partition(":")
    if name not in FAULTS or operation not in {"", *OPERATIONS}:
        nearest = difflib.get_close_matches(name, FAULTS, n=1, cutoff=0)[0]
        raise ArgumentTypeError(f"{written!r} is no fault; did you mean {nearest!r}, or {nearest}:create_order?")
    return name, operation
