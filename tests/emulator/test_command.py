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
        with pytest.raises(CommandError, match=rf"Port {port} cannot be used .*--port 0"):
            call_command("flowwise_emulator", port=port)


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
    call_command("flowwise_emulator", "--port=0", "--fault=status_503", "--fault=latency:get_order", stdout=output)
    assert "Switched on: status_503, latency." in output.getvalue()


@pytest.mark.parametrize("written", ["status_530", "latency:post"])
def test_command__a_misspelt_fault_names_the_nearest(written: str) -> None:
    with pytest.raises(CommandError, match="did you mean"):
        call_command("flowwise_emulator", f"--fault={written}")
