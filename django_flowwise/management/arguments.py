"""What the commands take and refuse alike. For the commands of this package only."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError

from django.core import checks
from django.core.management.base import CommandError

from django_flowwise.checks import TAG
from django_flowwise.conf import account_aliases

MISUSE = 2
"""Exit code for wrong options and wrong settings, as argparse has it."""
_MOST_DIGITS = 9


def add_account(parser: ArgumentParser) -> None:
    """Take the option that keeps a command to one account."""
    parser.add_argument("--account", metavar="ALIAS", help="Only this alias of FLOWWISE. Default: all of them.")


def positive_number(written: str) -> int:
    """Read a whole number above zero, or refuse it in the way that argparse words for the user."""
    if written.isascii() and written.isdigit() and len(written) <= _MOST_DIGITS and int(written) > 0:
        return int(written)
    raise ArgumentTypeError(f"{written!r} is not a whole number above zero")


def refuse_wrong_settings(account: str | None) -> None:
    """Run the package's system checks, without their warnings, and look for the account.

    Raises:
        CommandError: there is an error; exit code 2.
    """
    messages = [message for message in checks.run_checks(tags=[TAG]) if message.is_serious()]
    errors = [str(message) for message in messages if not message.is_silenced()]
    if errors:
        raise CommandError("\n".join(errors), returncode=MISUSE)
    refuse_unknown_account(account)


def refuse_unknown_account(account: str | None) -> None:
    """Look for the account among those in FLOWWISE.

    Raises:
        CommandError: it is not there; exit code 2.
        FlowwiseConfigurationError: FLOWWISE cannot be read at all.
    """
    known = account_aliases()
    if account is not None and account not in known:
        raise CommandError(
            f"FLOWWISE has no account {account!r}; it has: {', '.join(sorted(known)) or 'none'}.",
            returncode=MISUSE,
        )
