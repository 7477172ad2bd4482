"""`manage.py flowwise_emulator` introduces itself, serves, and ends cleanly."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
from ast import literal_eval
from pathlib import Path

import pytest
import requests
from django.core.management import CommandError, call_command

from django_flowwise.emulator import OPERATIONS

ROOT = Path(__file__).resolve().parents[2]


class SignallingOutput(io.StringIO):
    """Signals its own process when the command says that it serves; its handlers are in place by then."""

    def __init__(self, number: signal.Signals) -> None:
        super().__init__()
        self.number = number

    def write(self, text: str) -> int:
        written = super().write(text)
        if "until Ctrl-C" in text:
            os.kill(os.getpid(), self.number)
        return written


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command__serves_until_told_to_stop(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    output = SignallingOutput(number)
    call_command(
        "flowwise_emulator",
        port=0,
        client_id="me",
        client_secret="mine",
        return_origin="http://127.0.0.1:8123",
        stdout=output,
    )
    text = output.getvalue()
    pasted = re.search(r"FLOWWISE = (\{.*\})\n", text, re.DOTALL)
    assert pasted
    account = literal_eval(pasted[1])["default"]
    assert (account["CLIENT_ID"], account["CLIENT_SECRET"]) == ("me", "mine")
    assert account["RETURN_ORIGIN"] == "http://127.0.0.1:8123"
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/router", account["BASE_URL"])
    assert "has stopped" in text
    assert signal.getsignal(number) == before


def test_command__taken_port_names_the_remedy() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        message = rf"Port {port} cannot be used at 127\.0\.0\.1 .*: --port {port + 1}, or --port 0 for"
        with pytest.raises(CommandError, match=message):
            call_command("flowwise_emulator", port=port)


def test_command__beside_the_last_port_another_is_named() -> None:
    with pytest.raises(CommandError, match=r"Port 65535 cannot be used at 192\.0\.2\.1 .*: --port 8800, or"):
        call_command("flowwise_emulator", "--port=65535", "--host=192.0.2.1")


def test_command__of_a_host_that_is_not_found_the_port_is_not_blamed() -> None:
    with pytest.raises(CommandError, match=r"nowhere\.invalid is no address of this machine .*; see --host"):
        call_command("flowwise_emulator", "--host=nowhere.invalid")


@pytest.mark.parametrize("port", ["65536", "-1", "http", "99999999999"])
def test_command__what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(CommandError, match="is not a port: use 0 to 65535"):
        call_command("flowwise_emulator", f"--port={port}")


def test_command__in_a_process_of_its_own() -> None:
    command = [
        sys.executable,
        "-W",
        "error",
        "manage.py",
        "flowwise_emulator",
        "--port=0",
        "--settings=tests.settings",
    ]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            introduction = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
            assert introduction, process.stderr.read()
            assert requests.get(introduction[0], timeout=5).status_code == 200
        finally:
            process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=10)
        assert (process.returncode, errors) == (0, "")
        assert "has stopped" in rest


def test_command__switches_faults_on() -> None:
    output = SignallingOutput(signal.SIGTERM)
    call_command("flowwise_emulator", "--port=0", "--fault=latency:get_order", "--fault=status_503", stdout=output)
    assert "Switched on: latency, status_503." in output.getvalue()


@pytest.mark.parametrize(
    ("first", "second", "calls"),
    [
        ("latency", "status_503", "any call"),
        ("latency", "status_503:get_order", "a call of get_order"),
        ("latency:get_order", "status_503:get_order", "a call of get_order"),
    ],
)
def test_command__a_fault_that_could_never_strike_is_refused(first: str, second: str, calls: str) -> None:
    message = f"--fault status_503 would never strike {calls}: latency does, which comes first."
    with pytest.raises(CommandError, match=message) as caught:
        call_command("flowwise_emulator", f"--fault={first}", f"--fault={second}")
    assert caught.value.returncode == 2


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("--return-origin=nonsense", "'nonsense' is not a scheme and a host"),
        ("--return-origin=http://shop.test/path", "is not a scheme and a host"),
        ("--public-url=flowwise:8800", "'flowwise:8800' is not a scheme and a host"),
        ("--public-url=http://flowwise:8800/", "is not a scheme and a host"),
        ("--host=http://flowwise", "'http://flowwise' is not a host"),
        ("--host=", "'' is not a host"),
        ("--client-id=", "'' cannot be sent in a header"),
        ("--client-id=é", "'é' cannot be sent in a header"),
        ("--client-secret=a b", "'a b' cannot be sent in a header"),
    ],
)
def test_command__what_has_no_sense_is_refused(option: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=re.escape(complaint)):
        call_command("flowwise_emulator", option)


def test_command__in_a_container() -> None:
    output = SignallingOutput(signal.SIGTERM)
    call_command(
        "flowwise_emulator", "--port=0", "--host=0.0.0.0", "--public-url=http://flowwise:8800", stdout=output
    )
    said = output.getvalue()
    assert "answers at http://flowwise:8800/ (" in said
    assert '"CHECKOUT_HOSTS": ["flowwise"]' in said
    assert "Whoever reaches 0.0.0.0 can steer it" in said
    output = SignallingOutput(signal.SIGTERM)
    call_command("flowwise_emulator", "--port=0", stdout=output)
    assert "can steer it" not in output.getvalue()


@pytest.mark.parametrize("operation", OPERATIONS)
def test_command__keeps_a_fault_to_any_operation(operation: str) -> None:
    output = SignallingOutput(signal.SIGTERM)
    call_command("flowwise_emulator", "--port=0", f"--fault=status_503:{operation}", stdout=output)
    assert "Switched on: status_503." in output.getvalue()


@pytest.mark.parametrize("written", ["status_530", "latency:post"])
def test_command__a_misspelt_fault_names_the_nearest(written: str) -> None:
    with pytest.raises(CommandError, match="did you mean"):
        call_command("flowwise_emulator", f"--fault={written}")


def test_command__an_impossible_assumption_is_a_wrong_option() -> None:
    with pytest.raises(CommandError, match=r"Behaviour\.create_status is a status .*, not 9\.") as caught:
        call_command("flowwise_emulator", "--behaviour=create_status=9")
    assert caught.value.returncode == 2
