"""The fixture `flowwise_emulator` as a shop's tests meet it, in a test run of their own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

SHOP_TESTS = """
import dataclasses

import pytest
import requests
from django.conf import settings as django_settings

ORDER = {"order_id": "o", "order_amount": 5, "order_currency": "INR", "customer_details": {}}


@pytest.mark.parametrize("number", range(3))
def test_buying(flowwise_emulator, number):
    assert flowwise_emulator.orders == {}
    assert flowwise_emulator.behaviour.create_status == 200
    account = django_settings.FLOWWISE["default"]
    assert account == flowwise_emulator.account
    headers = {"x-client-id": account["CLIENT_ID"], "x-client-secret": account["CLIENT_SECRET"]}
    response = requests.post(account["BASE_URL"] + "/orders", json=ORDER, headers=headers, timeout=5)
    assert response.status_code == 200
    flowwise_emulator.pay("o")
    assert flowwise_emulator.orders["o"]["order_status"] == "PAID"
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, create_status=201)
    if number == 1:
        flowwise_emulator.stop()


def test_settings_are_back():
    assert django_settings.FLOWWISE["default"]["RETURN_ORIGIN"] == "https://shop.example"
"""


def test_fixture__independent_tests_with_its_settings_in_force(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["django_flowwise.pytest_plugin"]\n')
    (tmp_path / "test_shop.py").write_text(SHOP_TESTS)
    # Blocked under its entry point's name, so that it loads once whether the package is installed or not.
    options = ["-p", "no:django_flowwise", "-p", "no:cacheprovider", "-W", "error", "--ds=tests.settings", "-q"]
    finished = subprocess.run(
        [sys.executable, "-m", "pytest", *options, f"--rootdir={tmp_path}", "-c", "/dev/null", str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "4 passed" in finished.stdout
