"""The contract test, with the local Flowwise as the sandbox: what it sees, and what it never shows."""

from __future__ import annotations

import dataclasses
import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from threading import Event
from typing import Any, NamedTuple

import pytest

from django_flowwise.client import operations
from django_flowwise.contract import Observation, observe
from django_flowwise.contract.questions import QUESTIONS
from django_flowwise.emulator import Behaviour, Emulator
from tests.contract.servers import SECRETS, account, hostile_server

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sandbox() -> Iterator[Emulator]:
    with Emulator(client_id=SECRETS[0], client_secret=SECRETS[1]) as emulator:
        yield emulator


def start(*options: str, environment: Mapping[str, str] | None = None, **given: str) -> subprocess.Popen[str]:
    """Start it as a user does, with no settings and no keys but those given."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("FLOWWISE_", "DJANGO_"))}
    sandbox = {f"FLOWWISE_SANDBOX_{name}": value for name, value in given.items()}
    return subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "django_flowwise.contract", *options],
        cwd=ROOT,
        env={**kept, **(environment or {}), **sandbox},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Finished(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def run(*options: str, environment: Mapping[str, str] | None = None, **given: str) -> Finished:
    with start(*options, environment=environment, **given) as process:
        stdout, stderr = process.communicate(timeout=60)
    return Finished(process.returncode, stdout, stderr)


def walk(base_url: str) -> dict[str, Observation]:
    seen = list(observe(account(base_url)))
    by_step = {observed.step: observed for observed in seen}
    assert len(by_step) == len(seen)
    return by_step


@pytest.mark.parametrize("status", ["409", "400", "same"])
def test_report__tells_what_a_repeated_id_does(sandbox: Emulator, status: Any) -> None:
    sandbox.behaviour = Behaviour(repeated_order_id=status, create_status=201, unknown_order_status=410)
    seen = walk(sandbox.base_url)
    expected = 201 if status == "same" else int(status)
    assert seen["the same order again"].http_status == expected
    assert seen["read an order that nobody created"].http_status == 410
    assert seen["create an order"].words == {"order_status": "ACTIVE"}
    assert seen["create an order"].fields["order_hash"] == "text"
    assert seen["payments of an order that nobody paid"].fields == {".": "list of 0"}
    assert seen["payments of the order afterwards"].words["[].capture_status"] == "SUCCESS"
    assert seen["refund a part"].words == {"refund_status": "SUCCESS", "refund_type": "MERCHANT_INITIATED"}
    assert seen["a wrong secret"].words == {"code": "wrong_credentials", "type": "authentication_error"}
    assert seen["no secret"].words["code"] == "x_client_secret_missing"


def test_report__tells_which_word_says_that_an_order_is_paid(sandbox: Emulator) -> None:
    seen = walk(sandbox.base_url)
    assert seen["read the order"].words == {"order_status": "ACTIVE"}
    assert seen["read the order after it is paid"].words == {"order_status": "PAID"}


def test_steps__go_through_every_operation(sandbox: Emulator) -> None:
    seen = walk(sandbox.base_url)
    every = {value.name for value in vars(operations).values() if isinstance(value, operations.Operation)}
    assert {observed.operation for observed in seen.values()} == every - {"void_payment"}
    assert all(observed.http_status for observed in seen.values())


def test_steps__are_the_questions_in_their_sequence(sandbox: Emulator) -> None:
    seen = walk(sandbox.base_url)
    assert {step: (observed.asks, observed.switches) for step, observed in seen.items()} == QUESTIONS
    assert list(seen) == list(QUESTIONS)


OTHERWISE: dict[str, Any] = {
    "absent_fields": "null",
    "capture_status": "CAPTURED",
    "closed_order_status": 409,
    "create_status": 201,
    "created_payment_status": "FAILED",
    "currency_pattern": "INR",
    "error_shape": "text",
    "invalid_request_status": 422,
    "list_payments_status": 206,
    "maximum_amount": Decimal(100_000),
    "maximum_decimals": 2,
    "maximum_expiry_minutes": 10_000_000,
    "minimum_amount": Decimal(1),
    "minimum_expiry_minutes": 0,
    "missing_credentials_status": 400,
    "no_payments": "404",
    "known_refund_types": ("MERCHANT_INITIATED", "CONTRACT"),
    "order_customer_must_exist": True,
    "order_id_pattern": r"[\w-]+",
    "over_refund_status": 422,
    "refund_order_id_key": "order_id ",
    "refund_order_status": 201,
    "refund_status": "PENDING",
    "refunded_payment_status": "REFUNDED",
    "refuses_methods_not_offered": False,
    "refuses_other_customer_id": False,
    "refuses_over_refund": False,
    "refuses_unknown_fields": False,
    "repeated_customer_id": "same",
    "repeated_order_id": "same",
    "repeated_refund_id": "same",
    "required_customer_fields": ("customer_phone",),
    "return_schemes": ("https", "contract"),
    "second_payment_allowed": True,
    "tag_values_are_text": False,
    "uncapturable_payment_status": 409,
    "unknown_customer_status": 400,
    "unknown_order_hash_status": 400,
    "unknown_order_status": 400,
    "unknown_payment_status": 400,
    "unknown_refund_status": 400,
    "unrefundable_payment_status": 409,
    "unsupported_media_type_status": 400,
    "update_clears_omitted_fields": False,
    "update_customer_status": 201,
    "wrong_credentials_status": 403,
}
"""Another choice for every switch that a step names."""


def test_questions__name_every_switch_that_is_tried_here() -> None:
    named = {switch for question in QUESTIONS.values() for switch in question.switches}
    assert named == OTHERWISE.keys() | {"pending_capture_status"}
    assert len({question.asks for question in QUESTIONS.values()}) == len(QUESTIONS)


@pytest.fixture(scope="module")
def usual() -> dict[str, Observation]:
    with Emulator(client_id=SECRETS[0], client_secret=SECRETS[1]) as emulator:
        return walk(emulator.base_url)


@pytest.mark.parametrize("switch", OTHERWISE)
def test_questions__each_is_answered(sandbox: Emulator, usual: dict[str, Observation], switch: str) -> None:
    """A sandbox that is otherwise in one point is seen to be so, in every step that asks about it."""
    sandbox.behaviour = dataclasses.replace(sandbox.behaviour, **{switch: OTHERWISE[switch]})
    seen = walk(sandbox.base_url)
    asking = [step for step in seen if switch in seen[step].switches]
    assert asking
    assert [step for step in asking if seen[step] == usual[step]] == []


def test_questions__the_word_of_an_open_capture_is_seen(sandbox: Emulator) -> None:
    sandbox.behaviour = Behaviour(created_payment_status="PENDING", pending_capture_status="CAPTURE_REQUESTED")
    words = walk(sandbox.base_url)["pay the order by upi"].words
    assert words == {"payment_status": "PENDING", "capture_status": "CAPTURE_REQUESTED"}


def test_page__has_every_step_as_the_code_has_it() -> None:
    page = (ROOT / "docs/how-to/contract-test.md").read_text()
    _, _, asked = page.partition("| step | what it asks | switches of the local Flowwise |\n| --- | --- | --- |\n")
    rows = re.findall(r"^\| (.+) \| (.+) \| (.*)\|$", asked, flags=re.MULTILINE)
    described = [(step, asks, tuple(re.findall(r"`(\w+)`", switches))) for step, asks, switches in rows]
    assert described == [(step, *question) for step, question in QUESTIONS.items()]


def test_walk__ends_where_the_credentials_are_refused(sandbox: Emulator) -> None:
    wrong = dataclasses.replace(account(sandbox.base_url), client_secret="another")
    [only] = observe(wrong)
    assert (only.step, only.http_status) == ("create an order", 401)


def keys(sandbox: Emulator, **other: str) -> dict[str, str]:
    return {
        "CLIENT_ID": SECRETS[0],
        "CLIENT_SECRET": SECRETS[1],
        "BASE_URL": f"{sandbox.base_url}/",
        **other,
    }


def test_command__writes_the_report(sandbox: Emulator, tmp_path: Path) -> None:
    file = tmp_path / "report.json"
    finished = run(f"--report={file}", **keys(sandbox))
    assert (finished.returncode, finished.stderr) == (0, "")
    report = json.loads(file.read_text())
    assert report["is_whole"] is True
    assert f"{len(report['steps'])} steps are in {file}" in finished.stdout
    repeated = report["steps"][1]
    assert repeated["asks"] == "what a repeated order_id does"
    assert repeated["switches"] == ["repeated_order_id"]
    printed = run(**keys(sandbox))
    assert json.loads(printed.stdout)["steps"][0]["step"] == "create an order"


def test_command__without_keys_asks_nothing() -> None:
    finished = run(CLIENT_ID="only")
    assert (finished.returncode, finished.stderr) == (0, "")
    assert finished.stdout.startswith("Skipped: ")


def test_command__wrong_keys_are_exit_code_1(sandbox: Emulator) -> None:
    finished = run(**keys(sandbox, CLIENT_SECRET="another"))
    assert finished.returncode == 1
    assert "No order could be created (HTTP 401)" in finished.stderr
    assert [step["http_status"] for step in json.loads(finished.stdout)["steps"]] == [401]


def test_command__refused_order_is_exit_code_1_and_the_rest_is_seen(sandbox: Emulator) -> None:
    sandbox.behaviour = Behaviour(order_customer_must_exist=True)
    finished = run(**keys(sandbox))
    assert finished.returncode == 1
    steps = [step["step"] for step in json.loads(finished.stdout)["steps"]]
    assert "no secret" in steps
    assert "pay the order by upi" not in steps


def test_command__unreachable_is_exit_code_1() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        base_url = f"http://127.0.0.1:{unused.getsockname()[1]}/router"
        finished = run(CLIENT_ID="a", CLIENT_SECRET="b", BASE_URL=base_url)
    assert finished.returncode == 1
    assert "(CONNECTION)" in finished.stderr
    assert [step["obstacle"] for step in json.loads(finished.stdout)["steps"]] == ["CONNECTION"]


def test_command__report_that_cannot_be_written_is_known_before_anything_is_asked(
    sandbox: Emulator, tmp_path: Path
) -> None:
    finished = run(f"--report={tmp_path / 'none' / 'report.json'}", **keys(sandbox))
    assert finished.returncode == 2
    assert "cannot be written" in finished.stderr
    assert sandbox.requests == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command__interrupted_keeps_what_was_seen(tmp_path: Path, number: signal.Signals) -> None:
    third, go_on = Event(), Event()
    before_third = iter((True, True))

    def answer(_handler: object, _asked: bytes) -> tuple[bytes, str]:
        if not next(before_third, False):
            third.set()
            go_on.wait(30)
        return b"{}", "application/json"

    file = tmp_path / "report.json"
    with hostile_server(answer) as base_url:
        process = start(f"--report={file}", CLIENT_ID="a", CLIENT_SECRET="b", BASE_URL=base_url)
        assert third.wait(30)
        process.send_signal(number)
        said, complained = process.communicate(timeout=30)
        go_on.set()
    assert (process.returncode, complained) == (130, "")
    report = json.loads(file.read_text())
    assert (report["is_whole"], len(report["steps"])) == (False, 2)
    assert "2 steps are in" in said


@pytest.mark.parametrize(
    "base_url",
    [
        "https://app.flowwise.com/router",
        "https://APP.flowwise.com/router",
        "https://api.flowwise.com",
        "https://flowwise.com",
        "sandbox",
    ],
)
def test_command__refuses_production_and_what_is_no_address(base_url: str) -> None:
    finished = run(CLIENT_ID="a", CLIENT_SECRET="b", BASE_URL=base_url)
    assert finished.returncode == 2
    assert "sandbox" in finished.stderr


@pytest.mark.parametrize("base_url", ["http://sandbox.flowwise.com/router", "http://10.0.0.7:8049"])
def test_command__sends_no_secret_in_clear(base_url: str) -> None:
    finished = run(CLIENT_ID="a", CLIENT_SECRET="b", BASE_URL=base_url)
    assert finished.returncode == 2
    assert "https" in finished.stderr


@pytest.mark.parametrize("base_url", ["", " "])
def test_command__empty_address_is_the_documented_one(base_url: str) -> None:
    unreachable = {"https_proxy": "http://127.0.0.1:1", "HTTPS_PROXY": "http://127.0.0.1:1", "no_proxy": ""}
    finished = run(CLIENT_ID="a", CLIENT_SECRET="b", BASE_URL=base_url, environment=unreachable)
    assert finished.returncode == 1
    assert "(PROXY)" in finished.stderr
