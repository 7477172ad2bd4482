"""Every check by its id: what makes it speak, and that it is silent otherwise."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import checks

from django_flowwise.checks import TAG

GOOD = {
    "CLIENT_ID": "app_4711",
    "CLIENT_SECRET": "s3cr3t-of-the-tests",
    "BASE_URL": "https://app.flowwise.com/router",
    "RETURN_ORIGIN": "https://shop.example",
}


def found(*, deploy: bool = False) -> dict[str, list[str]]:
    messages = checks.run_checks(tags=[TAG], include_deployment_checks=deploy)
    by_id: dict[str, list[str]] = {}
    for message in messages:
        assert message.hint
        assert "s3cr3t" not in f"{message.msg} {message.hint}"
        by_id.setdefault(message.id.removeprefix("django_flowwise."), []).append(message.msg)
    return by_id


@pytest.fixture(autouse=True)
def good_settings(settings: Any) -> None:
    settings.FLOWWISE = {"default": dict(GOOD)}


@pytest.mark.parametrize("deploy", [False, True])
def test_good_settings__say_nothing(deploy: bool) -> None:
    assert found(deploy=deploy) == {}


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"CLIENT_IDD": "x"}, {"E002"}),
        ({"CLIENT_ID": ""}, {"E002"}),
        ({"READ_TIMEOUT_SECONDS": -1}, {"E002"}),
        ({"DEADLINE_SECONDS": "20"}, {"E002"}),
        ({"CHECKOUT_HOSTS": ["*"]}, {"E002"}),
        ({"CLIENT_SECRET": "changeme"}, {"E003"}),
        ({"CLIENT_ID": "..."}, {"E003"}),
        ({"CLIENT_ID": "<api-key>"}, {"E003"}),
        ({"CLIENT_ID": "your-client-id"}, {"E003"}),
        ({"BASE_URL": "app.flowwise.com"}, {"E004"}),
        ({"BASE_URL": "https://user:s3cr3t@app.flowwise.com"}, {"E004"}),
        ({"BASE_URL": "https://app.flowwise.com/router?x=1"}, {"E004"}),
        ({"BASE_URL": "http://app.flowwise.com/router"}, {"E005"}),
        ({"BASE_URL": "http://10.0.0.7:8049"}, {"W006"}),
        ({"BASE_URL": "http://flowwise.internal"}, {"W006"}),
        ({"BASE_URL": "http://127.0.0.1:8800/router"}, set()),
        ({"READ_TIMEOUT_SECONDS": 21}, {"E007"}),
        ({"DEADLINE_SECONDS": 2}, {"E007"}),
        ({"CHECKOUT_HOSTS": []}, {"E008"}),
        ({"CHECKOUT_HOSTS": ["https://pay.example"]}, {"E008"}),
        ({"CHECKOUT_HOSTS": [".com"]}, {"E008"}),
        ({"RETURN_ORIGIN": ""}, {"W009"}),
        ({"RETURN_ORIGIN": "shop.example"}, {"E010"}),
        ({"RETURN_ORIGIN": "https://shop.example/path"}, {"E010"}),
        ({"PAYMENT_METHODS": "cc,,upi"}, {"E011"}),
        ({"PAYMENT_METHODS": "cc,upi"}, set()),
    ],
)
def test_account__each_thing_that_can_be_wrong(settings: Any, changes: dict[str, Any], ids: set[str]) -> None:
    settings.FLOWWISE["default"] |= changes
    assert set(found()) == ids


@pytest.mark.parametrize("accounts", [None, [], {"default": "x"}, {}])
def test_accounts__none_at_all(settings: Any, accounts: Any) -> None:
    settings.FLOWWISE = accounts
    assert set(found(deploy=True)) == {"E001"}


def test_accounts__every_alias_is_checked(settings: Any) -> None:
    settings.FLOWWISE["second"] = {}
    [problem] = found()["E002"]
    assert "'second'" in problem
    assert "CLIENT_ID and CLIENT_SECRET" in problem


def test_callables__are_called_for_a_deployment_alone(settings: Any) -> None:
    calls = []

    def secret() -> str:
        calls.append(True)
        return "changeme"

    settings.FLOWWISE["default"]["CLIENT_SECRET"] = secret
    assert found() == {}
    assert calls == []
    assert set(found(deploy=True)) == {"E003"}
    assert calls


@pytest.mark.parametrize(
    ("changes", "ids"),
    [
        ({"BASE_URL": "http://127.0.0.1:8800/router"}, {"E012"}),
        ({"BASE_URL": "https://sandbox.flowwise.com/router"}, {"W013"}),
        ({"RETURN_ORIGIN": "http://shop.example"}, {"W014"}),
        ({"RETURN_ORIGIN": "http://127.0.0.1:8000"}, set()),
    ],
)
def test_deployment__each_thing_that_is_no_real_money(settings: Any, changes: Any, ids: set[str]) -> None:
    settings.FLOWWISE["default"] |= changes
    assert found() == {}
    assert set(found(deploy=True)) == ids
    settings.DEBUG = True
    assert found(deploy=True) == {}


def test_project__aware_times(settings: Any) -> None:
    settings.USE_TZ = False
    assert set(found()) == {"E015"}


def test_project__our_views(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.no_urls"
    assert set(found()) == {"W016"}
    settings.ROOT_URLCONF = None
    assert found() == {}


def test_project__atomic_requests(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ATOMIC_REQUESTS", True)
    [problem] = found()["W017"]
    assert "default" in problem


@pytest.mark.parametrize(
    ("tasks", "ids"),
    [
        ({"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}, {"W018"}),
        ({"default": {"BACKEND": "django_tasks.backends.dummy.DummyBackend"}}, {"W018"}),
        ({"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}, set()),
        ("nonsense", set()),
    ],
)
def test_project__task_backends(settings: Any, monkeypatch: pytest.MonkeyPatch, tasks: Any, ids: set[str]) -> None:
    settings.TASKS = tasks
    assert found() == {}
    assert set(found(deploy=True)) == ids
