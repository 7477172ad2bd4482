"""Let schemathesis test the API over a real server: ``python -m tests.schemathesis --examples 20``.

Every check it has, in every phase, against the committed description; once as somebody who may do everything and
once as somebody who may only look. A local Flowwise stands behind the server, which refuses nothing that the
description allows. Then, by the examples alone, where that Flowwise fails in every way, where the account cannot
be used, and where too many ask: so that these answers are held against the description as well.

What a description cannot say of one site is put into a copy of it: which accounts there are, keys of orders, and
the payment of the one that is paid, with the digits of its currency; all of it can be given back again and again.
So are the digits of amounts, which schemathesis reckons exactly and others do not.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import django
from django.core.signals import request_started

from tests.openapi import DOCUMENT

ROLES = {"may do everything": None, "may only look": ["view_order", "view_payment", "view_refund"]}
_PAYMENT_ID = "5114915190391"
"""The payment in the examples of the description."""
_ENOUGH = Decimal("9999999999999.99")
"""As much as its currency has digits for."""

_EXPECTED = """
[checks.not_a_server_error]
expected-statuses = ["2xx", "3xx", "4xx", "500", "502", "503"]
[checks.positive_data_acceptance]
expected-statuses = ["2xx", "401", "403", "404", "409", "422", "429", "500", "502", "503"]
"""
"""What may come of a good request where Flowwise fails."""


def described(keys: dict[str, str], payment_id: str) -> str:
    """Give the description with what is there: this account, these orders by name, this payment."""
    document = json.loads(DOCUMENT.read_text().replace(_PAYMENT_ID, payment_id))
    bodies = document["components"]["schemas"]
    bodies["FlowwiseOrderBody"]["properties"]["account"]["enum"] = ["default"]
    examples = {name: {"value": key} for name, key in keys.items()}
    refunded = bodies["FlowwiseRefundBody"]["properties"]["amount"]["anyOf"]
    for priced in (option["properties"] for option in bodies["FlowwiseOrderBody"]["anyOf"]):
        amount = priced["order_amount"]["anyOf"]
        amount[1]["multipleOf"] = amount[1]["minimum"]
        if "INR" in priced["order_currency"]["enum"]:
            refunded[:2] = amount
    for operations in document["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", []):
                if parameter["in"] == "path":
                    del parameter["example"]
                    parameter["examples"] = examples
    return json.dumps(document)


def run(url: str, token: str, document: str, options: list[str], expected: str = "") -> int:
    """Run it, show what it printed, and tell how it ended."""
    program = Path(sys.executable).with_name("schemathesis")
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "openapi.json").write_text(document)
        (Path(folder) / "schemathesis.toml").write_text(expected)
        ended = subprocess.run(
            [
                str(program),
                "--no-color",
                "run",
                "openapi.json",
                f"--url={url}",
                "--checks=all",
                f"--header=Authorization: Token {token}",
                "--seed=1",
                "--generation-deterministic",
                "--continue-on-failure",
                *options,
            ],
            cwd=folder,
            check=False,
            env={**os.environ, "PYTHONWARNINGS": "", "COLUMNS": "120"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
    print(ended.stdout, flush=True)  # noqa: T201  # the program's output
    is_whole = re.search(r"Operations:\s+9 selected / 9 total", ended.stdout)
    return ended.returncode or int(is_whole is None)


@contextmanager
def serving() -> Iterator[str]:
    """Make a database in memory and a server; give its address."""
    from django.conf import settings  # noqa: PLC0415  # settings come first
    from django.db import connections  # noqa: PLC0415  # settings come first
    from django.test.testcases import LiveServerThread, _StaticFilesHandler  # noqa: PLC0415  # settings come first
    from django.test.utils import get_runner  # noqa: PLC0415  # settings come first

    runner = get_runner(settings)(verbosity=0, interactive=False)
    runner.setup_test_environment()
    old = runner.setup_databases()
    shared = connections["default"]
    shared.inc_thread_sharing()
    server = LiveServerThread("127.0.0.1", _StaticFilesHandler, connections_override={"default": shared})
    server.daemon = True
    server.start()
    server.is_ready.wait()
    yield f"http://{server.host}:{server.port}"
    server.terminate()
    runner.teardown_databases(old)


def prepare(emulator: Any) -> tuple[dict[str, str], str]:
    """Make orders that are paid, expired, held and drafted; give their keys, and the payment of the first."""
    from django_flowwise import services  # noqa: PLC0415  # settings come first
    from tests.factories import make_order  # noqa: PLC0415  # settings come first

    paid = services.submit_order(make_order(order_amount=_ENOUGH))
    expired, held = (services.submit_order(make_order()) for _ in range(2))
    payment_id = emulator.pay(paid.order_id)["payment_id"]
    emulator.expire(expired.order_id)
    emulator.authorise(held.order_id)
    orders = {"paid": paid, "expired": expired, "held": held}
    for order in orders.values():
        services.refresh_order(order)
    orders["draft"] = make_order()
    return {name: str(order.key) for name, order in orders.items()}, str(payment_id)


def counts() -> str:
    """Say how much there is, which shows that refunds and reissues were reached."""
    from django_flowwise.models import Order, Refund  # noqa: PLC0415  # settings come first

    reissued = Order.objects.filter(superseded_by__isnull=False).count()
    return f"{Order.objects.count()} orders, {reissued} reissued, {Refund.objects.count()} refunds"


def token_of(role: str, codenames: list[str] | None) -> str:
    """Make somebody with these permissions, or with all."""
    from django.contrib.auth.models import Permission, User  # noqa: PLC0415  # settings come first
    from rest_framework.authtoken.models import Token  # noqa: PLC0415  # settings come first

    user = User.objects.create_user(role)
    permissions = Permission.objects.filter(content_type__app_label="django_flowwise")
    user.user_permissions.set(permissions if codenames is None else permissions.filter(codename__in=codenames))
    return str(Token.objects.create(user=user).key)


def take_refunds_back(environ: Any, **_: Any) -> None:
    """Leave all of a payment to be refunded: what earlier calls have left of it, no description can say."""
    from django_flowwise.models import Refund  # noqa: PLC0415  # settings come first

    if environ["REQUEST_METHOD"] == "POST" and environ["PATH_INFO"].endswith("/refunds/"):
        Refund.objects.update(state="FAILED")


def try_roles(url: str, emulator: Any, options: list[str]) -> int:
    """Let every role ask, and tell whether all went well."""
    ended = 0
    for role, codenames in ROLES.items():
        print(f"--- {role}", flush=True)  # noqa: T201  # the program's output
        ended |= run(url, token_of(role, codenames), described(*prepare(emulator)), options)
        print(f"There are now: {counts()}\n", flush=True)  # noqa: T201  # the program's output
    return ended


_FAULTS = ("reset_before_accept", "status_400", "status_401", "status_404", "status_500_after_accept")


def flowwise_fails(emulator: Any) -> None:
    for operation in ("create_order", "get_order", "refund_payment", "get_refund"):
        for fault in _FAULTS * 99:
            emulator.fail_next(fault, operation=operation)


def account_cannot_be_used(_: Any) -> None:
    from django.conf import settings  # noqa: PLC0415  # settings come first

    settings.FLOWWISE["default"]["CLIENT_SECRET"] = ""


def too_many_ask(_: Any) -> None:
    from rest_framework.settings import api_settings  # noqa: PLC0415  # settings come first

    api_settings.DEFAULT_THROTTLE_RATES["flowwise"] = "3/min"


TROUBLES = {
    "Flowwise fails": flowwise_fails,
    "the account cannot be used": account_cannot_be_used,
    "too many ask": too_many_ask,
}


def try_troubles(url: str, emulator: Any) -> int:
    """Ask for the examples in the midst of each trouble, and tell whether every answer was as described."""
    from django.conf import settings  # noqa: PLC0415  # settings come first

    from tests.statuses import SEEN  # noqa: PLC0415  # settings come first

    ended = 0
    for name, trouble in TROUBLES.items():
        settings.FLOWWISE["default"] |= emulator.account
        document, token = described(*prepare(emulator)), token_of(name, None)
        trouble(emulator)
        SEEN.clear()
        print(f"--- {name}", flush=True)  # noqa: T201  # the program's output
        ended |= run(url, token, document, ["--phases=examples"], _EXPECTED)
        print(f"Answers by status: {dict(sorted(SEEN.items()))}\n", flush=True)  # noqa: T201  # the program's output
        emulator.mend()
    return ended


def try_all(options: list[str]) -> int:
    """Make the server and the Flowwise behind it, and let everybody ask."""
    from django.conf import settings  # noqa: PLC0415  # settings come first

    from django_flowwise.emulator import Behaviour, Emulator  # noqa: PLC0415  # settings come first
    from django_flowwise.models.fields import LARGEST_NUMBER  # noqa: PLC0415  # settings come first
    from django_flowwise.money import DECIMAL_PLACES, SIGNIFICANT_DIGITS  # noqa: PLC0415  # settings come first

    generous = dataclasses.replace(
        Behaviour(),
        maximum_amount=Decimal(10**SIGNIFICANT_DIGITS),
        minimum_amount=Decimal(1).scaleb(-DECIMAL_PLACES),
        maximum_decimals=DECIMAL_PLACES,
        maximum_expiry_minutes=LARGEST_NUMBER,
        refuses_over_refund=False,
    )
    request_started.connect(take_refunds_back)
    with serving() as url, Emulator(behaviour=generous) as emulator:
        settings.FLOWWISE = {"default": {**emulator.account, "RETURN_ORIGIN": "https://shop.example"}}
        return try_roles(url, emulator, options) | try_troubles(url, emulator)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=20, help="for each operation")
    parser.add_argument("--phases", default="examples,coverage,fuzzing,stateful", help="of schemathesis")
    given = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.token_settings"
    django.setup()
    return try_all([f"--max-examples={given.examples}", f"--phases={given.phases}"])


if __name__ == "__main__":
    sys.exit(main())
