"""The script of the page "Place a basket from JavaScript", as it stands, in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import User
from django.test import Client
from django.urls import include, path
from playwright.sync_api import Page

from tests.code_blocks import DOCS, blocks_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls(__name__)]

PAGE = DOCS / "how-to/api.md"
VIEWS: dict[str, Any] = {"__name__": __name__}
for block in blocks_of(PAGE):
    if "assert" not in block:
        exec(block, VIEWS)  # noqa: S102  # our own page
[SCRIPT] = re.findall(r"^```js\n(.*?)^```$", PAGE.read_text(), flags=re.MULTILINE | re.DOTALL)

urlpatterns = [
    path("admin/", admin.site.urls),
    path("flowwise/", include("django_flowwise.urls")),
    path("start/", VIEWS["start"]),
    path("buy/", VIEWS["Buy"].as_view()),
]


@pytest.mark.parametrize(("is_started", "status"), [(True, 201), (False, 403)])
def test_script__brings_the_token_that_it_asked_for(page: Page, site: str, is_started: bool, status: int) -> None:
    page.goto(f"{site}/admin/login/")
    client = Client()
    client.force_login(User.objects.create_user("priya"))
    page.context.clear_cookies()
    page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
    script = SCRIPT if is_started else re.sub(r".*csrftoken=.*", 'const token = "x".repeat(32);', SCRIPT)
    answer = page.evaluate(f"async () => {{ {script}; return [response.status, await response.json()]; }}")
    assert answer[0] == status
    assert answer[1].get("checkout", site).startswith(site)
