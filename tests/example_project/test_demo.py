"""The demo: the command as a newcomer runs it, and what it says when something is wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest
import requests
from django.core.management import CommandError

from django_flowwise.models import Order
from example_project.shop.management.commands import demo
from tests.factories import make_order

ROOT = Path(__file__).parent.parent.parent


def run(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "SHOP_DATABASE": str(tmp_path / "shop.sqlite3"), "TMPDIR": str(tmp_path)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.Popen(
        [sys.executable, "manage.py", "demo", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_once__prints_paid(tmp_path: Path) -> None:
    for _ in range(2):
        with run(tmp_path, "--once") as process:
            out, err = process.communicate(timeout=60)
        assert (process.returncode, out, err) == (0, "PAID\n", "")


def test_serving__says_where_to_click_until_interrupted(tmp_path: Path) -> None:
    with run(tmp_path) as process:
        said = ""
        while "Ctrl-C" not in said:
            line = process.stdout.readline()
            assert line, process.stderr.read()
            said += line
        addresses = [word for word in said.split() if word.startswith("http://")]
        answers = [requests.get(address, timeout=10) for address in addresses]
        picture = requests.get(f"{addresses[1]}static/shop/pictures/lamp.svg", timeout=10)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert [answer.status_code for answer in answers] == [200] * 4
    assert (picture.status_code, process.returncode, err) == (200, 0, "")
    assert "Brass lamp" in answers[1].text
    assert "staff / " in said
    assert list(tmp_path.glob("flowwise-demo-*")) == []


@pytest.mark.django_db(transaction=True)
def test_once__a_payment_that_does_not_arrive_is_said(flowwise_emulator: Any, monkeypatch: Any) -> None:
    order = demo.place_documented_order()
    monkeypatch.setattr(demo.requests, "post", lambda url, **kwargs: requests.get(url, timeout=10))
    with pytest.raises(CommandError, match="is ACTIVE after paying"):
        demo.pay(order)


@pytest.mark.django_db(transaction=True)
def test_once__an_order_that_cannot_be_placed_is_said(monkeypatch: Any, settings: Any) -> None:
    monkeypatch.setattr(demo, "fresh_database", lambda: nullcontext("password"))
    settings.FLOWWISE["default"]["BASE_URL"] = "x"
    make_order(reference="order_summer_fashion_001")
    with pytest.raises(CommandError, match="could not be placed"):
        demo.Command().handle(once=True)
    assert Order.objects.get().state == "DRAFT"


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_until_interrupted__hears_it_at_whatever_moment(number: signal.Signals) -> None:
    before = signal.getsignal(number)

    def interrupt() -> None:
        while signal.getsignal(number) == before:
            pass
        os.kill(os.getpid(), number)

    for _ in range(300):
        thread = threading.Thread(target=interrupt)
        thread.start()
        demo.serve_until_interrupted()
        thread.join()
    assert signal.getsignal(number) == before
