"""Every POST of ours is protected, but for the return page's, which changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.test import Client

from django_flowwise.models import Order
from tests.doors.conftest import ARRANGED, NAMES, TYPED, act_page, admin_page, order_in, page_of, rows
from tests.factories import make_order

pytestmark = pytest.mark.django_db

FORMS: dict[str, Callable[[Order], tuple[str, dict[str, Any]]]] = {
    "checkout": lambda order: (page_of("checkout", order), {}),
    "admin add": lambda _: (admin_page("add"), {"reference": "INV-CSRF"}),
    "admin change": lambda order: (admin_page("change", order.pk), {"order_note": "other"}),
    "admin delete": lambda order: (admin_page("delete", order.pk), {"post": "yes"}),
    "admin action": lambda order: (
        admin_page("changelist"),
        {"action": "create_at_flowwise", "_selected_action": [order.pk]},
    ),
    **{
        f"admin {name}": lambda order, name=name: (act_page(name, order), TYPED.get(name, {}))
        for name in sorted(NAMES)
    },
}
SECURE = {"secure": True, "HTTP_HOST": "testserver"}
REFUSED: dict[str, dict[str, Any]] = {
    "no token": {},
    "a wrong token": {"token": "x" * 64},
    "a null origin": {"HTTP_ORIGIN": "null", "token": "right"},
    "a foreign origin": {"HTTP_ORIGIN": "https://evil.example", "token": "right"},
    "a like origin": {"HTTP_ORIGIN": "http://testserver.evil.example", "token": "right"},
    "no referer over https": {**SECURE, "token": "right"},
    "a foreign referer over https": {**SECURE, "HTTP_REFERER": "https://evil.example/", "token": "right"},
    "an insecure referer over https": {**SECURE, "HTTP_REFERER": "http://testserver/", "token": "right"},
}
ALLOWED: dict[str, dict[str, Any]] = {
    "a token": {"token": "right"},
    "our origin": {"HTTP_ORIGIN": "http://testserver", "token": "right"},
    "our referer over https": {**SECURE, "HTTP_REFERER": "https://testserver/flowwise/", "token": "right"},
}


def strict_client() -> tuple[Client, str]:
    """Give a browser that holds a session of staff and a CSRF cookie, and the token of its page."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("boss"))
    page = client.get(admin_page("add"))
    return client, str(page.context["csrf_token"])


def post(form: str, order: Order, how: dict[str, Any]) -> Any:
    client, right = strict_client()
    address, data = FORMS[form](order)
    rest = dict(how)
    token = rest.pop("token", "")
    return client.post(address, {**data, "csrfmiddlewaretoken": right if token == "right" else token}, **rest)


@pytest.mark.parametrize("how", REFUSED)
@pytest.mark.parametrize("form", FORMS)
def test_forged__is_refused_and_changes_nothing(form: str, how: str, flowwise_emulator: Any) -> None:
    order = ARRANGED.get(form.removeprefix("admin "), ARRANGED["create"])(flowwise_emulator)
    before, asked = rows(), len(flowwise_emulator.requests)
    assert post(form, order, REFUSED[how]).status_code == 403
    assert rows() == before
    assert len(flowwise_emulator.requests) == asked
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("how", ALLOWED)
def test_genuine__is_taken(how: str, flowwise_emulator: Any) -> None:
    """What the test above would see if a forgery came through."""
    assert post("checkout", make_order(), ALLOWED[how]).status_code == 303
    assert len(flowwise_emulator.orders) == 1


@pytest.mark.parametrize("how", REFUSED)
@pytest.mark.parametrize("state", ["DRAFT", "ACTIVE", "PAID"])
def test_return__takes_a_post_from_anywhere_and_changes_nothing(
    state: str, how: str, flowwise_emulator: Any
) -> None:
    order = order_in(state, checked_at=None)
    before = rows()
    headers = {name: value for name, value in REFUSED[how].items() if name != "token"}
    response = Client(enforce_csrf_checks=True).post(page_of("return", order), {"status": "PAID"}, **headers)
    assert (response.status_code, response["Location"]) == (303, page_of("return", order))
    assert not response.cookies
    assert rows() == before
    assert flowwise_emulator.requests == []
