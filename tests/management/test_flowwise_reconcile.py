"""`manage.py flowwise_reconcile`: what it says, with which code it ends, and how it stops."""

from __future__ import annotations

import datetime
import io
import os
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.emulator import Emulator
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.management.commands import flowwise_reconcile
from django_flowwise.models import Order
from django_flowwise.states import MoneySignal
from tests.factories import make_order

ROOT = Path(__file__).resolve().parents[2]


def doubtful(**values: Any) -> Order:
    """Save an order whose only request got no answer, long enough ago."""
    order = make_order()
    since = timezone.now() - datetime.timedelta(seconds=200)
    values = {"state": "UNCONFIRMED", "attempts": 1, "maybe_sent_at": since, "first_claimed_at": since, **values}
    Order.objects.filter(pk=order.pk).update(**values)
    return order


def run(*arguments: str, **options: Any) -> tuple[int, str, str]:
    """Give the exit code, and what was said on either stream."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("flowwise_reconcile", *arguments, stdout=out, stderr=err, **options)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}"
    return 0, out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_run__says_what_moved_and_nothing_of_the_customer(flowwise_emulator: Any) -> None:
    active = services.submit_order(make_order())
    paid = services.submit_order(make_order())
    flowwise_emulator.pay(paid.order_id)
    Order.objects.update(next_check_at=timezone.now())
    lost = doubtful()
    code, out, err = run()
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{paid.order_id}: ACTIVE -> PAID",
        f"{lost.order_id}: UNCONFIRMED -> DRAFT",
        "Looked at 3 orders: 2 moved, 0 brought no answer. Orders with signals: 0 delivered, 0 left.",
    ]
    assert active.order_id not in out
    private = (paid.customer_id, paid.customer_email, paid.customer_phone, paid.customer_address, paid.reference)
    assert not [text for text in private if text in out]


@pytest.mark.django_db
def test_run__says_nothing_at_verbosity_0(flowwise_emulator: Any) -> None:
    doubtful()
    assert run("-v0") == (0, "", "")
    assert Order.objects.get().state == "DRAFT"


@pytest.mark.django_db
def test_run__no_answer_is_exit_code_1(flowwise_emulator: Any) -> None:
    order = doubtful()
    flowwise_emulator.fail_all("status_503")
    code, out, err = run()
    assert (code, err) == (1, "1 order brought no answer.")
    assert out.splitlines()[0].startswith(f"{order.order_id}: UNCONFIRMED; no answer: ")
    assert "HTTP 503" in out
    assert "1 brought no answer" in out.splitlines()[1]


@pytest.mark.django_db
def test_run__left_signals_and_orders_made_elsewhere_are_exit_code_1(flowwise_emulator: Any) -> None:
    def fails(**kwargs: Any) -> None:
        raise LookupError

    make_order()
    Order.objects.update(state="PAID", signal_due=MoneySignal.PAID)
    for _ in range(2):
        doubtful(base_url="https://elsewhere.example")
    signals.order_paid.connect(fails)
    try:
        code, out, err = run()
    finally:
        signals.order_paid.disconnect(fails)
    assert (code, err) == (
        1,
        "1 order with signals left to deliver; 2 orders made at another base URL, never looked at.",
    )
    assert out == (
        "Looked at 0 orders: 0 moved, 0 brought no answer. Orders with signals: 0 delivered, 1 left."
        " Made at another base URL: 2.\n"
    )


@pytest.mark.django_db
def test_dry_run__says_of_each_order_what_would_become_of_it(flowwise_emulator: Any) -> None:
    lost, active = doubtful(), services.submit_order(make_order())
    Order.objects.filter(pk=active.pk).update(next_check_at=timezone.now(), checked_at=timezone.now())
    before = list(Order.objects.order_by("pk").values())
    code, out, err = run("--dry-run")
    assert (code, err) == (0, "")
    assert out.splitlines() == [
        f"{lost.order_id}: would move UNCONFIRMED -> DRAFT",
        f"{active.order_id}: would stay ACTIVE",
        (
            "Dry run, nothing was changed. Looked at 2 orders: 1 would move, 0 brought no answer."
            " Orders with signals: 0 delivered, 0 left."
        ),
    ]
    assert list(Order.objects.order_by("pk").values()) == before


@pytest.mark.django_db
def test_run__one_account_and_a_limit(flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["second"] = settings.FLOWWISE["default"]
    orders = [doubtful(account=account) for account in ("default", "second", "second")]
    assert f"{orders[1].order_id}: " in run("--account=second", "--limit=1")[1]
    assert [order.state for order in Order.objects.order_by("pk")] == ["UNCONFIRMED", "DRAFT", "UNCONFIRMED"]


@pytest.mark.django_db
def test_progress__counts_what_is_due_up_to_the_limit(flowwise_emulator: Any) -> None:
    for _ in range(3):
        doubtful()
    counts = [flowwise_reconcile._count(None, limit) for limit in (None, 2, 9)]
    assert counts == [3, 2, 3]
    assert flowwise_reconcile._count("default", None) == 3


@pytest.mark.parametrize(
    "arguments", [["--limit=0"], ["--watch=0"], ["--account=nowhere"], ["--watch=1", "--account=x"]]
)
def test_misuse(arguments: list[str]) -> None:
    command = [sys.executable, "manage.py", "flowwise_reconcile", "--settings=tests.settings", *arguments]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "not a whole number above zero" in ended.stderr or "no account" in ended.stderr


@pytest.mark.django_db
def test_settings__that_are_wrong_are_exit_code_2(settings: Any) -> None:
    settings.FLOWWISE["default"]["BASE_URL"] = "ftp://flowwise"
    code, _out, err = run()
    assert (code, "E004" in err) == (2, True)
    settings.FLOWWISE["default"] |= {"BASE_URL": "https://flowwise.example", "CLIENT_SECRET": lambda: ""}
    code, _out, err = run()
    assert (code, "is empty" in err) == (2, True)


class StoppingOutput(io.StringIO):
    """Ask its own process to stop at a word."""

    def __init__(self, word: str) -> None:
        super().__init__()
        self.word = word

    def write(self, text: str) -> int:
        if self.word in text:
            os.kill(os.getpid(), signal.SIGTERM)
        return super().write(text)


@pytest.mark.django_db
def test_stop__in_the_middle_finishes_the_look_and_leaves_the_rest(flowwise_emulator: Any) -> None:
    orders = [doubtful() for _ in range(3)]
    out = StoppingOutput(orders[1].order_id)
    call_command("flowwise_reconcile", stdout=out)
    assert [order.state for order in Order.objects.order_by("pk")] == ["DRAFT", "DRAFT", "UNCONFIRMED"]
    assert out.getvalue().endswith("Stopped as asked; what is left waits for the next run.\n")


@pytest.mark.django_db
def test_watch__survives_a_round_that_fails(flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    order = doubtful()
    problems = [
        OperationalError("server closed\nDETAIL: Failing row contains (priya.sharma@example.com)"),
        FlowwiseConfigurationError("the secret store is empty"),
        ConnectionRefusedError("the secret store does not answer"),
    ]
    real = services.reconcile
    closed: list[int] = []

    def fails_at_first(*args: Any, **kwargs: Any) -> Any:
        if problems:
            raise problems.pop(0)
        return real(*args, **kwargs)

    monkeypatch.setattr(services, "reconcile", fails_at_first)
    monkeypatch.setattr(flowwise_reconcile, "close_old_connections", lambda: closed.append(len(problems)))
    out, err = StoppingOutput("-> DRAFT"), io.StringIO()
    with quick_waits(monkeypatch) as waits:
        call_command("flowwise_reconcile", watch=5, stdout=out, stderr=err)
    assert err.getvalue().splitlines() == [
        "This round failed: OperationalError: server closed",
        "This round failed: FlowwiseConfigurationError: the secret store is empty",
        "This round failed: ConnectionRefusedError: the secret store does not answer",
    ]
    assert waits == [5, 5, 5, 5]
    assert closed == [3, 2, 2, 1, 1, 0, 0, 0]
    order.refresh_from_db()
    assert order.state == "DRAFT"


@contextmanager
def quick_waits(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    waits: list[float] = []

    class Impatient(flowwise_reconcile.StopRequest):
        def wait(self, seconds: float | None = None) -> bool:
            waits.append(seconds or 0)
            return super().wait(0)

    monkeypatch.setattr(flowwise_reconcile, "StopRequest", Impatient)
    yield waits


@pytest.mark.django_db
def test_watch__ends_as_its_last_round_did(flowwise_emulator: Any) -> None:
    doubtful()
    flowwise_emulator.fail_all("status_500_before_accept")
    out, err = StoppingOutput("Looked at"), io.StringIO()
    with pytest.raises(CommandError, match=r"round that left this: 1 order brought no answer\.") as caught:
        call_command("flowwise_reconcile", watch=60, stdout=out, stderr=err)
    assert caught.value.returncode == 1
    assert err.getvalue() == "1 order brought no answer.\n"


@pytest.mark.django_db
@pytest.mark.parametrize(("verbosity", "rounds_said"), [(1, 1), (2, 2)])
def test_watch__says_nothing_of_a_round_without_news(
    verbosity: int, rounds_said: int, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    doubtful()
    rounds: list[int] = []
    real = services.reconcile

    def stops_at_the_second(*args: Any, **kwargs: Any) -> Any:
        rounds.append(len(rounds))
        if len(rounds) == 2:
            os.kill(os.getpid(), signal.SIGTERM)
        return real(*args, **kwargs)

    monkeypatch.setattr(services, "reconcile", stops_at_the_second)
    out = io.StringIO()
    with quick_waits(monkeypatch):
        call_command("flowwise_reconcile", watch=1, verbosity=verbosity, stdout=out)
    assert out.getvalue().count("Looked at") == rounds_said


SEED = """
import django
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.management.test_flowwise_reconcile import doubtful
for _ in range(12):
    doubtful()
"""


class Shop:
    """A shop whose commands run in processes of their own; its database is a file, its Flowwise is here."""

    def __init__(self, database: Path, emulator: Emulator) -> None:
        self.database = database
        self.environment = {
            **os.environ,
            "SHOP_DATABASE": str(database),
            "FLOWWISE_BASE_URL": emulator.base_url,
            "DJANGO_SETTINGS_MODULE": "example_project.settings",
        }
        seeding = [sys.executable, "-c", SEED]
        subprocess.run(seeding, cwd=ROOT, env=self.environment, check=True, timeout=60)

    def reconcile(self, *arguments: str, **streams: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-W", "error", "manage.py", "flowwise_reconcile", *arguments],
            cwd=ROOT,
            env=self.environment,
            text=True,
            **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams},
        )

    def states(self) -> list[str]:
        with closing(sqlite3.connect(self.database)) as connection:
            return [row[0] for row in connection.execute("SELECT state FROM django_flowwise_order ORDER BY id")]


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as emulator:
        yield emulator


@pytest.fixture
def shop(tmp_path: Path, emulator: Emulator) -> Shop:
    return Shop(tmp_path / "shop.sqlite3", emulator)


def test_processes__two_at_once_share_the_work(shop: Shop, emulator: Emulator) -> None:
    emulator.fail_all("latency", seconds=0.5)
    with shop.reconcile() as one, shop.reconcile() as two:
        said = [process.communicate(timeout=60) for process in (one, two)]
    assert (one.returncode, two.returncode) == (0, 0), said
    looked_at = [request.path for request in emulator.requests]
    assert len(looked_at) == len(set(looked_at)) == 12
    assert shop.states() == ["DRAFT"] * 12
    lines = [out.count("-> DRAFT") for out, _err in said]
    assert sum(lines) == 12
    assert min(lines) > 0


@pytest.mark.parametrize("arguments", [[], ["--watch=1"]])
def test_processes__go_on_where_nobody_listens_any_more(
    shop: Shop, emulator: Emulator, arguments: list[str]
) -> None:
    with shop.reconcile(*arguments) as process:
        assert process.stdout is not None
        process.stdout.close()
        until = time.monotonic() + 30
        while shop.states() != ["DRAFT"] * 12:
            assert time.monotonic() < until
            time.sleep(0.05)
        if arguments:
            process.send_signal(signal.SIGTERM)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")


def test_processes__sigterm_finishes_the_look_under_way(shop: Shop, emulator: Emulator) -> None:
    emulator.fail_all("latency", seconds=2)
    with shop.reconcile("--watch=60") as process:
        until = time.monotonic() + 30
        while len(emulator.requests) < 2:
            assert time.monotonic() < until
            time.sleep(0.01)
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (0, "")
    assert len(emulator.requests) == 2
    assert shop.states() == ["DRAFT"] * 2 + ["UNCONFIRMED"] * 10
    assert out.endswith(
        "Looked at 2 orders: 2 moved, 0 brought no answer. Orders with signals: 0 delivered, 0 left."
        " Stopped as asked; what is left waits for the next run.\n"
    )


def test_processes__a_bar_on_a_terminal_alone(shop: Shop) -> None:
    pytest.importorskip("tqdm", reason="the extra cli is not installed")
    ours, theirs = os.openpty()
    os.set_blocking(ours, False)
    termios.tcsetwinsize(theirs, (24, 80))
    with shop.reconcile("--limit=3", stderr=theirs) as process:
        out, _ = process.communicate(timeout=60)
    shown = os.read(ours, 65536)
    os.close(theirs)
    os.close(ours)
    assert b"3/3" in shown
    assert out.count("-> DRAFT") == 3
    with shop.reconcile("--limit=3") as process:
        out, err = process.communicate(timeout=60)
    assert (err, out.count("-> DRAFT")) == ("", 3)
