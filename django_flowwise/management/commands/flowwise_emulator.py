"""`manage.py flowwise_emulator`: a local Flowwise to develop against, until Ctrl-C.

Nothing imports it; Django finds it by its name.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_flowwise.emulator.command_line import (
    FAREWELL,
    PURPOSE,
    PortTaken,
    WrongOptions,
    add_options,
    introduction,
    start_emulator,
)
from django_flowwise.management.arguments import MISUSE
from django_flowwise.management.stopping import StopRequest


class Command(BaseCommand):
    help = PURPOSE
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_options(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        with StopRequest() as stop:
            try:
                emulator = start_emulator(options)
            except WrongOptions as err:
                raise CommandError(str(err), returncode=MISUSE) from err
            except PortTaken as err:
                raise CommandError(str(err)) from err
            with emulator:
                self.stdout.write(introduction(emulator))
                self.stdout.flush()
                stop.wait()
        self.stdout.write(FAREWELL)
