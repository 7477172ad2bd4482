"""`manage.py flowwise_reconcile`: looks at what was left in doubt and at what is due, once or again and again.

Nothing imports it; Django finds it by its name.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from functools import partial
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import Error as DatabaseProblem
from django.db import close_old_connections

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.management.arguments import MISUSE, add_account, positive_number, refuse_wrong_settings
from django_flowwise.management.progress import Progress
from django_flowwise.management.stopping import StopRequest
from django_flowwise.services import LookedAt, ReconcileReport

_PASSING_PROBLEMS = (DatabaseProblem, FlowwiseConfigurationError, OSError)
"""What may be over by the next round: a database that restarts, a secret store that does not answer."""


class Command(BaseCommand):
    help = (
        "Asks Flowwise about every order that is in doubt or due, and sends the signals about money that are left "
        "over. Never creates an order. Run it every minute, or with --watch; several at once share the work. "
        "Exit codes: 0 nothing is left to worry about; 1 an order brought no answer, a signal is left, or an "
        "order was made at another base URL; 2 wrong options or settings."
    )
    requires_system_checks: list[str] = []  # run here, since Django would exit with 1

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_account(parser)
        parser.add_argument(
            "--limit", type=positive_number, metavar="N", help="Look at so many orders at most. Default: all."
        )
        parser.add_argument(
            "--dry-run",
            action="store_true",
            help="Ask, and say for each order what would become of it, but change nothing and send no signal.",
        )
        parser.add_argument(
            "--watch",
            type=positive_number,
            metavar="SECONDS",
            help="Run again and again, with so many seconds in between, until SIGTERM or Ctrl-C.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_wrong_settings(options["account"])
        with StopRequest() as stop:
            worries = self._watch(stop, options) if options["watch"] else self._run_once(stop, options)
        if worries:
            raise CommandError(worries, returncode=1)

    def _run_once(self, stop: StopRequest, options: dict[str, Any]) -> str:
        try:
            return self._reconcile(stop, options)
        except FlowwiseConfigurationError as error:
            raise CommandError(str(error), returncode=MISUSE) from error

    def _watch(self, stop: StopRequest, options: dict[str, Any]) -> str:
        """Run until told to stop; give what the last round left to worry about."""
        while True:
            close_old_connections()
            try:
                worries = self._reconcile(stop, options)
            except _PASSING_PROBLEMS as error:
                # The first line alone: a database may put the whole row into the others.
                worries = f"This round failed: {type(error).__name__}: {str(error).partition(chr(10))[0]}"
            close_old_connections()
            if worries:
                self.stderr.write(worries)
            if stop.wait(options["watch"]):
                return f"Stopped after a round that left this: {worries}" if worries else ""

    def _reconcile(self, stop: StopRequest, options: dict[str, Any]) -> str:
        account, limit, dry_run = options["account"], options["limit"], options["dry_run"]
        with Progress(self.stderr, partial(_count, account, limit)) as progress:
            report = services.reconcile(
                account,
                limit,
                dry_run,
                on_look=partial(self._tell, progress, options),
                is_stopped=lambda: stop.is_requested,
            )
        is_news = bool(report.looked_at or report.signals_delivered or _worries(report))
        if options["verbosity"] > (0 if is_news or not options["watch"] else 1):
            self._say(_summary(report, is_dry=dry_run, is_stopped=stop.is_requested))
        return _worries(report)

    def _tell(self, progress: Progress, options: dict[str, Any], found: LookedAt) -> bool:
        is_news = found.before != found.after or found.problem or options["dry_run"]
        line = _line(found, is_dry=options["dry_run"]) if is_news and options["verbosity"] else ""
        progress.advance(self._say, line)
        return True

    def _say(self, text: str) -> None:
        """Write a line; where nobody listens any more, as after ``| head``, go on in silence."""
        try:
            self.stdout.write(text)
            self.stdout.flush()
        except BrokenPipeError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, self.stdout.fileno())
            os.close(nowhere)


def _count(account: str | None, limit: int | None) -> int:
    due = services.count_due(account)
    return due if limit is None else min(due, limit)


def _line(found: LookedAt, *, is_dry: bool) -> str:
    has_moved = found.before != found.after
    move = f"{found.before} -> {found.after}" if has_moved else str(found.before)
    would = ("would move " if has_moved else "would stay ") if is_dry else ""
    return f"{found.order_id}: {would}{move}" + (f"; no answer: {found.problem}" if found.problem else "")


def _summary(report: ReconcileReport, *, is_dry: bool, is_stopped: bool) -> str:
    moved = f"{len(report.moved)} would move" if is_dry else f"{len(report.moved)} moved"
    said = [
        "Dry run, nothing was changed." if is_dry else "",
        f"Looked at {_orders(len(report.looked_at))}: {moved}, {len(report.unlearned)} brought no answer.",
        f"Orders with signals: {report.signals_delivered} delivered, {report.signals_left} left.",
        f"Made at another base URL: {report.elsewhere}." if report.elsewhere else "",
        "Stopped as asked; what is left waits for the next run." if is_stopped else "",
    ]
    return " ".join(filter(None, said))


def _worries(report: ReconcileReport) -> str:
    said = [
        f"{_orders(len(report.unlearned))} brought no answer" if report.unlearned else "",
        f"{_orders(report.signals_left)} with signals left to deliver" if report.signals_left else "",
        f"{_orders(report.elsewhere)} made at another base URL, never looked at" if report.elsewhere else "",
    ]
    worries = "; ".join(filter(None, said))
    return f"{worries}." if worries else ""


def _orders(count: int) -> str:
    return f"{count} order" if count == 1 else f"{count} orders"
