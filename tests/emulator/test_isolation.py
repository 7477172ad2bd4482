"""The emulator shares no code with the client, and nothing of the shop's gets between it and its clients."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
import requests
from pytest_django import Settings

import django_flowwise.emulator
from django_flowwise.emulator import Emulator

PACKAGE = Path(django_flowwise.emulator.__file__).parent


def imported(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add("." * node.level + (node.module or ""))
    return names


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda path: path.name)
def test_imports__nothing_from_the_rest_of_the_package(path: Path) -> None:
    names = imported(path)
    assert names
    assert not {name for name in names if name.startswith(".")}
    ours = {name for name in names if name.split(".")[0] == "django_flowwise"}
    assert {name for name in ours if not f"{name}.".startswith("django_flowwise.emulator.")} == set()
    # The one that is a process of its own: it reads no setting, it makes them.
    assert "django.conf" not in names or path.name == "__main__.py"


def test_shop_settings__do_not_touch_it(emulator: Emulator, settings: Settings) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    settings.SECURE_SSL_REDIRECT = True
    settings.ROOT_URLCONF = "no.such.module"
    settings.MIDDLEWARE = ["no.such.Middleware"]
    settings.TEMPLATES = []
    settings.FORCE_SCRIPT_NAME = "/shop"
    settings.APPEND_SLASH = True
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1
    settings.USE_TZ = False
    headers = {"x-client-id": "emulator", "x-client-secret": "emulator-secret", "Host": "other.example"}
    body = {"order_id": "o", "order_amount": 5, "order_currency": "INR", "customer_details": {}}
    response = requests.post(f"{emulator.base_url}/orders", json=body, headers=headers, timeout=5)
    assert response.status_code == 200
    page = requests.get(response.json()["checkout_url"], headers={"Host": "other.example"}, timeout=5)
    assert page.status_code == 200
    form = {"act": "pay", "method": "upi"}
    assert requests.post(page.url, data=form, timeout=5).url == f"{emulator.url}/checkout/o/outcome"
    assert emulator.orders["o"]["order_status"] == "PAID"
