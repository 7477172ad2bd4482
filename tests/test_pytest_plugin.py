"""The fixtures as a shop's tests meet them, in test runs of their own; and what they cost who does not."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

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


def run(folder: Path, *options: str, module: str = "pytest", plugin: bool = True, **environment: str) -> str:
    """Run a shop's tests in a process of their own, and give what it wrote."""
    if plugin:
        (folder / "conftest.py").write_text('pytest_plugins = ["django_flowwise.pytest_plugin"]\n')
    # Blocked under its entry point's name, so that it loads once whether the package is installed or not.
    usual = ["-p", "no:django_flowwise", "-p", "no:cacheprovider", "-q", f"--rootdir={folder}", "-c", os.devnull]
    command = [sys.executable, "-W", "error", "-m", module]
    command += [*usual, "-W", "error", *options, str(folder)] if module == "pytest" else options
    # What our own browser tests allow themselves is not a shop's.
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    finished = subprocess.run(
        command,
        cwd=ROOT,
        env={**inherited, "PYTHONPATH": f"{ROOT}{os.pathsep}{folder}", **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return f"{finished.stdout}{finished.stderr}exit code {finished.returncode}"


def test_emulator__independent_tests_with_its_settings_in_force(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(SHOP_TESTS)
    said = run(tmp_path, "--ds=tests.settings")
    assert "4 passed" in said, said


@pytest.mark.parametrize("order", ["settings, flowwise_emulator", "flowwise_emulator, settings"])
def test_emulator__leaves_no_setting_behind(tmp_path: Path, order: str) -> None:
    (tmp_path / "test_shop.py").write_text(
        "from django.conf import settings as django_settings\n\n"
        f"def test_first({order}):\n"
        "    settings.FLOWWISE['default']['RETURN_ORIGIN'] = 'https://one.example'\n"
        "    settings.FLOWWISE = {**settings.FLOWWISE, 'other': {}}\n\n"
        "def test_second():\n"
        "    assert list(django_settings.FLOWWISE) == ['default']\n"
        "    assert django_settings.FLOWWISE['default']['RETURN_ORIGIN'] == 'https://shop.example'\n"
    )
    said = run(tmp_path, "--ds=tests.settings", "-p", "no:randomly")
    assert "2 passed" in said, said


def test_emulator__leaves_no_setting_behind_by_whatever_name_pytest_django_goes(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(
        "from django.conf import settings as django_settings\n\n"
        "def test_first(settings, flowwise_emulator):\n"
        "    settings.FLOWWISE = {**settings.FLOWWISE, 'other': {}}\n\n"
        "def test_second():\n"
        "    assert django_settings.FLOWWISE['default']['RETURN_ORIGIN'] == 'https://shop.example'\n"
    )
    options = ("-p", "pytest_django.plugin", "--ds=tests.settings")
    said = run(tmp_path, *options, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")
    assert "2 passed" in said, said


def test_emulator__beside_a_fixture_of_the_shops_called_settings(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(
        "import types\nimport pytest\nfrom django.conf import settings as django_settings\n\n"
        "@pytest.fixture\ndef settings():\n    return types.SimpleNamespace(token='x')\n\n"
        "def test_first(settings, flowwise_emulator):\n"
        "    assert vars(settings) == {'token': 'x'}\n"
        "    assert django_settings.FLOWWISE['default']['BASE_URL'] == flowwise_emulator.base_url\n\n"
        "def test_second():\n"
        "    assert 'BASE_URL' not in django_settings.FLOWWISE['default']\n"
    )
    said = run(tmp_path, "--ds=tests.settings", "-p", "no:randomly")
    assert "2 passed" in said, said


OVERRIDES = """
import pytest
from django.conf import settings as django_settings
from django.test import override_settings

from django_flowwise.testing import flowwise_emulator as another_emulator

pytestmark = pytest.mark.django_db
BEFORE = (django_settings.LANGUAGE_CODE, django_settings.FLOWWISE["default"].get("BASE_URL"))


@override_settings(LANGUAGE_CODE="de")
def test_decorated(flowwise_order):
    assert flowwise_order(state="PAID").state == "PAID"
    assert django_settings.LANGUAGE_CODE == "de"


def test_block(flowwise_order, flowwise_emulator):
    with override_settings(LANGUAGE_CODE="de"):
        order = flowwise_order(state="PAID")
    assert flowwise_emulator.orders.keys() == {order.order_id}
    assert django_settings.FLOWWISE["default"]["BASE_URL"] == flowwise_emulator.base_url


def test_settings(flowwise_order, settings):
    settings.LANGUAGE_CODE = "de"
    assert flowwise_order(state="PAID").state == "PAID"


def test_emulator_of_its_own(flowwise_order):
    with another_emulator() as emulator:
        assert flowwise_order(state="PAID", emulator=emulator).order_id in emulator.orders
    assert flowwise_order(state="PAID").state == "PAID"


@override_settings(LANGUAGE_CODE="de")
def test_canned(flowwise_order, flowwise_responses):
    flowwise_order()


@pytest.fixture(autouse=True, scope="module")
def nothing_is_left():
    yield
    assert (django_settings.LANGUAGE_CODE, django_settings.FLOWWISE["default"].get("BASE_URL")) == BEFORE


@pytest.fixture(autouse=True)
def nothing_was_left():
    assert (django_settings.LANGUAGE_CODE, django_settings.FLOWWISE["default"].get("BASE_URL")) == BEFORE
"""


def test_order__leaves_no_setting_behind_where_the_test_overrides_some(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(OVERRIDES)
    said = run(tmp_path, "--ds=tests.settings", "-p", "no:randomly")
    assert "5 passed in" in said, said


WITHOUT_PYTEST_DJANGO = """
import django
from django.conf import settings
from django.core.management import call_command

django.setup()
call_command("migrate", verbosity=0)


def test_everything(flowwise_emulator, flowwise_order, flowwise_signals):
    assert settings.FLOWWISE == {"default": flowwise_emulator.account}
    order = flowwise_order(state="PAID")
    assert flowwise_signals.of(order) == ["order_active", "order_paid"]


def test_settings_are_back(flowwise_responses, flowwise_order):
    assert settings.FLOWWISE["default"]["RETURN_ORIGIN"] == "https://shop.example"
    flowwise_responses.create_order()
"""


def test_fixtures__without_pytest_django(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text(WITHOUT_PYTEST_DJANGO)
    said = run(tmp_path, "-p", "no:django", "-p", "no:randomly", DJANGO_SETTINGS_MODULE="tests.settings")
    assert "2 passed" in said, said


def test_fixtures__without_settings_say_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "test_shop.py").write_text("def test_shop(flowwise_emulator): ...\n")
    said = run(tmp_path, "-p", "no:django", DJANGO_SETTINGS_MODULE="")
    assert "ImproperlyConfigured: Requested setting" in said, said
    assert "DJANGO_SETTINGS_MODULE" in said


def test_fixtures__are_shown_with_their_documentation(tmp_path: Path) -> None:
    said = run(tmp_path, "--fixtures", "-p", "no:django", DJANGO_SETTINGS_MODULE="")
    for name in ("emulator", "responses", "order", "signals"):
        assert re.search(rf"^flowwise_{name} -- .*\n    (Give|Record) ", said, flags=re.MULTILINE), said
    assert "\n_flowwise" not in said


def test_plugin__imports_nothing_but_itself() -> None:
    program = (
        "import sys, pytest\nbefore = set(sys.modules)\nimport django_flowwise.pytest_plugin\n"
        "print(*sorted(set(sys.modules) - before))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert finished.stdout.split() == ["django_flowwise", "django_flowwise.pytest_plugin"]


def test_plugin__costs_nothing_where_no_fixture_is_used(tmp_path: Path) -> None:
    (tmp_path / "test_other.py").write_text(
        "import sys\n\n"
        "def test_nothing_came_in():\n"
        "    came = {'django', 'requests', 'responses', 'rest_framework', 'msgspec'} & set(sys.modules)\n"
        "    ours = {name for name in sys.modules if name.startswith('django_flowwise')}\n"
        "    assert (came, ours) == (set(), {'django_flowwise', 'django_flowwise.pytest_plugin'})\n"
    )
    said = run(tmp_path, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1", DJANGO_SETTINGS_MODULE="")
    assert "1 passed" in said, said


UNITTEST_SHOP = """
import unittest

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import SynchronousOnlyOperation
from django.test import LiveServerTestCase, TestCase

from django_flowwise import services
from django_flowwise.testing import flowwise_emulator, flowwise_order, flowwise_responses, flowwise_signals


class BuyingTest(TestCase):
    def setUp(self):
        self.emulator = self.enterContext(flowwise_emulator())
        self.signals = self.enterContext(flowwise_signals())

    def test_an_order_is_paid(self):
        order = flowwise_order(state="ACTIVE", emulator=self.emulator)
        self.emulator.pay(order.order_id)
        services.refresh_order(order)
        self.assertEqual(self.signals.of(order), ["order_active", "order_paid"])


class SharedEmulatorTest(TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.emulator = cls.enterClassContext(flowwise_emulator())

    def setUp(self):
        self.addCleanup(self.emulator.reset)

    def test_one(self):
        self.assertEqual(flowwise_order(state="PAID", emulator=self.emulator).state, "PAID")
        self.assertEqual(len(self.emulator.orders), 1)

    def test_two(self):
        self.assertEqual(flowwise_order(state="EXPIRED", emulator=self.emulator).state, "EXPIRED")
        self.assertEqual(len(self.emulator.orders), 1)


class OrderOfTheClassTest(TestCase):
    @classmethod
    def setUpClass(cls):
        cls.emulator = cls.enterClassContext(flowwise_emulator())
        super().setUpClass()

    @classmethod
    def setUpTestData(cls):
        cls.order = flowwise_order(state="PAID", emulator=cls.emulator)

    def test_it_is_refunded(self):
        self.assertEqual(services.refund_payment(self.order.payments.get()).state, "ACCEPTED")


class AsynchronousTest(TestCase):
    async def test_a_coroutine_asks_for_an_order(self):
        with flowwise_emulator() as emulator:
            with self.assertRaises(SynchronousOnlyOperation):
                flowwise_order()
            order = await sync_to_async(flowwise_order)(state="PAID", emulator=emulator)
        self.assertEqual(order.state, "PAID")


class CannedTest(TestCase):
    def test_an_order_is_refused(self):
        with flowwise_responses() as flowwise:
            flowwise.refuse("create_order", 422)
            order = flowwise_order()
            with self.assertRaises(Exception):
                services.submit_order(order)
        self.assertEqual(order.state, "REFUSED")


class PagesTest(LiveServerTestCase):
    def test_customers_come_back_to_the_live_server(self):
        with flowwise_emulator(return_origin=self.live_server_url) as emulator:
            order = flowwise_order(state="ACTIVE", emulator=emulator)
            self.assertTrue(emulator.sent[order.order_id]["return_base_url"].startswith(self.live_server_url))


class AfterwardsTest(unittest.TestCase):
    def test_settings_are_back(self):
        self.assertEqual(settings.FLOWWISE["default"]["RETURN_ORIGIN"], "https://shop.example")
"""


def test_kit__in_a_shop_that_uses_unittest(tmp_path: Path) -> None:
    (tmp_path / "unittest_shop").mkdir()
    (tmp_path / "unittest_shop" / "__init__.py").touch()
    (tmp_path / "unittest_shop" / "tests.py").write_text(UNITTEST_SHOP)
    said = run(
        tmp_path,
        "test",
        "unittest_shop",
        "--settings=tests.settings",
        module="django",
        plugin=False,
    )
    assert "Ran 8 tests" in said, said
    assert "OK" in said, said
    assert "exit code 0" in said, said
