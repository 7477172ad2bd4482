"""What Django makes of an error that a shop's view lets through: the page for developers, the mail to admins."""

from __future__ import annotations

from typing import Any

import django
import pytest
from django.test import Client, RequestFactory
from django.utils.log import AdminEmailHandler
from django.views.debug import ExceptionReporter

from tests.secrecy import urls
from tests.secrecy.marks import CUSTOMERS, SECRET, THE_SECRET, found
from tests.secrecy.world import World
from tests.secrecy.writings import plainly

SECRETLY: dict[str, str] = {**THE_SECRET, **CUSTOMERS}
ADMINS = ["admin@shop.example"] if django.VERSION >= (6, 0) else [("Anna", "admin@shop.example")]
FAILURES: dict[str, Any] = {
    "refused with an echo": lambda world: world.echo(plainly),
    "not valid": lambda world: {"order_amount": "-1"},
    "unknown": lambda world: world.emulator.fail_all("reset_after_accept"),
    "credentials": lambda world: world.settings.FLOWWISE["default"].update(CLIENT_SECRET=f"{SECRET}x"),
    "settings": lambda world: world.settings.FLOWWISE["default"].update(BASE_URL=7),
    "no such account": lambda world: {"account": "other"},
}


@pytest.fixture(params=FAILURES)
def query(request: pytest.FixtureRequest, world: World) -> Any:
    world.settings.ROOT_URLCONF = "tests.secrecy.urls"
    world.settings.ADMINS = ADMINS
    return FAILURES[request.param](world)


def shop_asked(query: Any) -> Any:
    return Client(raise_request_exception=False).get("/pay/", query)


def test_developers__see_no_secret_on_the_debug_page(query: Any, settings: Any) -> None:
    settings.DEBUG = True
    response = shop_asked(query)
    page = response.content.decode()
    assert (response.status_code, "Traceback" in page, "CLIENT_SECRET" in page) == (500, True, True)
    assert list(found(page, THE_SECRET)) == []


def test_admins__are_mailed_neither_secret_nor_customer(query: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    mailed: list[str] = []

    def take(self: AdminEmailHandler, subject: str, message: str, *args: Any, **kwargs: Any) -> None:
        mailed.append(f"{subject} {message}")

    # How a mail is sent differs between the versions of Django, not what stands in it.
    monkeypatch.setattr(AdminEmailHandler, "send_mail", take)
    assert shop_asked(query).status_code == 500
    [message] = mailed
    assert "Traceback" in message
    assert list(found(message, SECRETLY)) == []


def test_report__with_variables_shows_neither_secret_nor_customer(query: Any) -> None:
    """As AdminEmailHandler writes it with include_html."""
    request = RequestFactory().get("/pay/", query)
    with pytest.raises(Exception, match=r"\w") as caught:
        urls.pay(request)
    report = ExceptionReporter(request, caught.type, caught.value, caught.tb).get_traceback_html()
    assert "place_order" in report
    # Pytest's and the test's own frames hold what they please.
    assert list(found(report, SECRETLY)) == []
