"""`manage.py flowwise_check`: what it says, and with which code it ends."""

from __future__ import annotations

import io
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import CommandError, call_command

from django_flowwise.emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.django_db
def test_check__says_what_is_good_what_is_wrong_and_what_cannot_be_told(
    flowwise_emulator: Any, settings: Any
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    settings.FLOWWISE["second"] = {**settings.FLOWWISE["default"], "RETURN_ORIGIN": nobody}
    settings.FLOWWISE["default"]["RETURN_ORIGIN"] = ""
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^1 thing is wrong, see above\.$") as caught:
        call_command("flowwise_check", stdout=out)
    assert caught.value.returncode == 1
    said = out.getvalue()
    assert [line for line in said.splitlines() if line.startswith("Account")] == [
        "Account 'default'",
        "Account 'second'",
    ]
    assert said.count("  good     ") == 4
    assert said.count("  unknown  ") == 7
    assert f"  WRONG    RETURN_ORIGIN: nobody listens at {nobody.removeprefix('http://')}" in said
    assert "\n           Check scheme and port" in said
    assert flowwise_emulator.account["CLIENT_SECRET"] not in said


@pytest.mark.django_db
def test_check__counts_what_is_wrong(flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["default"] |= {"CLIENT_SECRET": "mistyped", "RETURN_ORIGIN": "http://127.0.0.1:9"}
    out = io.StringIO()
    with pytest.raises(CommandError, match=r"^2 things are wrong"):
        call_command("flowwise_check", account="default", stdout=out)
    assert "mistyped" not in out.getvalue()


@pytest.mark.django_db
def test_check__nothing_wrong_is_exit_code_0(flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["default"]["RETURN_ORIGIN"] = ""
    settings.FLOWWISE["broken"] = {}
    call_command("flowwise_check", account="default", stdout=io.StringIO())


def test_check__an_unknown_account_is_misuse() -> None:
    with pytest.raises(CommandError, match="no account 'nowhere'") as caught:
        call_command("flowwise_check", account="nowhere")
    assert caught.value.returncode == 2


@pytest.mark.parametrize(("configured", "text"), [(None, "must be a dictionary"), ({}, "has no account")])
def test_check__no_accounts_at_all_are_wrong(configured: Any, text: str, settings: Any) -> None:
    settings.FLOWWISE = configured
    with pytest.raises(CommandError, match=text) as caught:
        call_command("flowwise_check")
    assert caught.value.returncode == 1


def test_check__a_shop_that_runs(tmp_path: Path) -> None:
    """The real thing: a web server, a local Flowwise, and the command, each a process of its own."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with Emulator() as emulator:
        environment = {
            **os.environ,
            "SHOP_DATABASE": str(tmp_path / "shop.sqlite3"),
            "SHOP_ORIGIN": f"http://127.0.0.1:{port}",
            "FLOWWISE_BASE_URL": emulator.base_url,
            "DJANGO_SETTINGS_MODULE": "example_project.settings",
        }
        manage = [sys.executable, "manage.py"]
        subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=environment, check=True, timeout=60)
        serving = [*manage, "runserver", "--noreload", "--nothreading", f"127.0.0.1:{port}"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        with subprocess.Popen(serving, cwd=ROOT, env=environment, **quiet) as shop:
            try:
                wait_for(f"http://127.0.0.1:{port}/")
                ended = subprocess.run(
                    [*manage, "flowwise_check"],
                    cwd=ROOT,
                    env=environment,
                    capture_output=True,
                    text=True,
                    timeout=60,
                    check=False,
                )
            finally:
                shop.terminate()
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"Our return page answers under http://127.0.0.1:{port}" in ended.stdout


def wait_for(address: str) -> None:
    until = time.monotonic() + 30
    while True:
        try:
            requests.get(address, timeout=5)
        except requests.ConnectionError:
            assert time.monotonic() < until
            time.sleep(0.1)
        else:
            return
