"""`manage.py flowwise_check`: asks whether settings, network, credentials and the return page are good.

Nothing imports it; Django finds it by its name.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_flowwise import services
from django_flowwise.conf import account_aliases
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.management.arguments import add_account, refuse_unknown_account
from django_flowwise.services import Finding, Severity


class Command(BaseCommand):
    help = (
        "Asks Flowwise about an order that cannot exist, and this shop for its return page, and says what that "
        "tells of each account: settings, network, credentials. Says too what cannot be told from here. "
        "Changes nothing. Exit codes: 0 nothing is wrong; 1 something is; 2 wrong options."
    )
    requires_system_checks: list[str] = []  # what it finds is its answer

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_account(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = options["account"]
        try:
            refuse_unknown_account(chosen)
            aliases = account_aliases() if chosen is None else (chosen,)
        except FlowwiseConfigurationError as error:
            raise CommandError(str(error), returncode=1) from error
        if not aliases:
            raise CommandError("FLOWWISE has no account.", returncode=1)
        wrong = sum(self._diagnose(alias) for alias in aliases)
        if wrong:
            raise CommandError(
                f"{wrong} {'thing is' if wrong == 1 else 'things are'} wrong, see above.", returncode=1
            )

    def _diagnose(self, alias: str) -> int:
        diagnosis = services.diagnose(alias)
        self.stdout.write(self.style.MIGRATE_HEADING(f"Account {alias!r}"))
        for finding in diagnosis.findings:
            self._say(finding)
        return len(diagnosis.wrong)

    def _say(self, finding: Finding) -> None:
        mark, style = {
            Severity.GOOD: ("good   ", self.style.SUCCESS),
            Severity.UNKNOWN: ("unknown", self.style.WARNING),
            Severity.WRONG: ("WRONG  ", self.style.ERROR),
        }[finding.severity]
        self.stdout.write(f"  {style(mark)}  {finding.text}")
        if finding.remedy:
            self.stdout.write(f"           {finding.remedy}")
