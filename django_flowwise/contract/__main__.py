"""`python -m django_flowwise.contract`: ask a sandbox, and write the report. Nothing imports it."""

from __future__ import annotations

import os
import signal
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO
from urllib.parse import urlsplit

from django_flowwise.addresses import is_base_url, is_loopback
from django_flowwise.conf import SANDBOX_URL, Account
from django_flowwise.contract import Observation, observe, written_report

VENDOR: Final = "flowwise.com"
"""Below it, only the sandbox is asked; production is app.flowwise.com. Source: Create Order,
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order (read 2026-11-24)."""
INTERRUPTED: Final = 130
"""What a shell gives for Ctrl-C."""
_DESCRIPTION: Final = (
    "Walks through the operations of a Flowwise sandbox, and reports what it does where its public pages are "
    "silent. Credentials are read from FLOWWISE_SANDBOX_CLIENT_ID and FLOWWISE_SANDBOX_CLIENT_SECRET; without "
    "them nothing is asked. FLOWWISE_SANDBOX_BASE_URL may name another sandbox. The report has no credentials, no "
    "ids and no customer's data in it. Exit codes: 0 asked, or nothing to ask with; 1 not even the first order "
    "could be created; 2 wrong options or settings; 130 interrupted, with a report of what was seen until then."
)


def main() -> int:
    """Ask, write, and give the exit code."""
    parser = ArgumentParser(prog="python -m django_flowwise.contract", description=_DESCRIPTION)
    parser.add_argument("--report", type=Path, help="The file to write; else the report is printed.")
    file: Path | None = parser.parse_args().report
    account = _account(parser)
    if account is None:
        sys.stdout.write(
            "Skipped: FLOWWISE_SANDBOX_CLIENT_ID and FLOWWISE_SANDBOX_CLIENT_SECRET are not both set.\n"
        )
        return 0
    seen: list[Observation] = []
    with _opened(parser, file) as report:
        is_whole = _ask_and_write(account, seen, report)
    if file:
        sys.stdout.write(f"{len(seen)} steps are in {file}. Read it before you send it.\n")
    return _exit_code(seen, is_whole=is_whole)


def _account(parser: ArgumentParser) -> Account | None:
    client_id, client_secret, base_url = (_given(name) for name in ("CLIENT_ID", "CLIENT_SECRET", "BASE_URL"))
    if not (client_id and client_secret):
        return None
    base_url = base_url.rstrip("/") or SANDBOX_URL
    if not is_base_url(base_url):
        parser.error(f"FLOWWISE_SANDBOX_BASE_URL must be an absolute web address, such as {SANDBOX_URL}.")
    parts, sandbox = urlsplit(base_url), urlsplit(SANDBOX_URL)
    host = parts.hostname or ""
    if f".{host}".endswith(f".{VENDOR}") and host != sandbox.hostname:
        parser.error("This is for a sandbox: it creates orders, and pays and refunds one.")
    if parts.scheme != "https" and not is_loopback(host):
        parser.error("FLOWWISE_SANDBOX_BASE_URL must begin with https: credentials are not sent in clear.")
    return Account(alias="sandbox", client_id=client_id, client_secret=client_secret, base_url=base_url)


def _given(name: str) -> str:
    return os.environ.get(f"FLOWWISE_SANDBOX_{name}", "").strip()


@contextmanager
def _opened(parser: ArgumentParser, file: Path | None) -> Iterator[TextIO]:
    """Open the report before anything is asked, since what was seen cannot be seen again for nothing."""
    if file is None:
        yield sys.stdout
        return
    try:
        opened = file.open("w")
    except OSError as error:
        parser.error(f"The report cannot be written: {error}")
    with opened:
        yield opened


def _ask_and_write(account: Account, seen: list[Observation], report: TextIO) -> bool:
    """Add what is seen, as it is seen, and write it however the walk ends; tell whether it came to its end."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    is_whole = False
    try:
        seen.extend(observe(account))
        is_whole = True
    except KeyboardInterrupt:
        pass
    finally:
        report.write(written_report(seen, is_whole=is_whole))
    return is_whole


def _exit_code(seen: list[Observation], *, is_whole: bool) -> int:
    if not is_whole:
        return INTERRUPTED
    created = seen[0]
    if created.is_success:
        return 0
    outcome = f"HTTP {created.http_status}" if created.http_status else created.obstacle
    sys.stderr.write(f"No order could be created ({outcome}), so little could be seen.\n")
    return 1


sys.exit(main())
