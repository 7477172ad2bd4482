"""`manage.py flowwise_forget`: forgets who the customers of orders were that are long over.

Nothing imports it; Django finds it by its name.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.management.arguments import MISUSE, add_account, positive_number

_LARGEST_BATCH = 900
"""Every database takes a list so long."""
_LONGEST_AGO_DAYS = 36_500


class Command(BaseCommand):
    help = (
        "Empties the customer's four fields, the note and the tags of orders that are over: PAID, REVERSED, "
        "EXPIRED or WITHDRAWN, with no look ahead, nothing for a person, no signal due, and not changed for DAYS "
        "days. Amounts, identifiers, times and states stay. What you must keep by law is yours to know. "
        "Exit codes: 0 done; 2 wrong options."
    )
    requires_system_checks: list[str] = []  # a shop that leaves Flowwise must be able to forget, too

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_account(parser)
        parser.add_argument(
            "--older-than",
            type=positive_number,
            required=True,
            metavar="DAYS",
            help="Only orders that have not changed for so many days; at least 1.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Count them, and change nothing.")
        parser.add_argument(
            "--batch",
            type=positive_number,
            default=500,
            metavar="N",
            help="So many orders in one UPDATE; at most 900. Default: %(default)s.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["batch"] > _LARGEST_BATCH or options["older_than"] > _LONGEST_AGO_DAYS:
            raise CommandError(
                f"--batch is at most {_LARGEST_BATCH}, --older-than {_LONGEST_AGO_DAYS}.", returncode=MISUSE
            )
        try:
            report = services.forget_customers(
                older_than_days=options["older_than"],
                account=options["account"],
                batch=options["batch"],
                dry_run=options["dry_run"],
            )
        except FlowwiseConfigurationError as error:
            raise CommandError(str(error), returncode=MISUSE) from error
        if options["dry_run"]:
            said = f"Dry run, nothing was changed. Orders whose customer would be forgotten: {report.forgotten}."
        else:
            said = f"Orders whose customer is forgotten: {report.forgotten}."
            said += f" Changed meanwhile, and spared: {report.spared}." if report.spared else ""
        if options["verbosity"]:
            self.stdout.write(said)
