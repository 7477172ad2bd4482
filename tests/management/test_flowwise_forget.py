"""`manage.py flowwise_forget`: what it takes, what it says."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from django_flowwise import services
from django_flowwise.models import Order
from tests.services.test_retention import closed

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("flowwise_forget", *arguments, stdout=out)
    return out.getvalue()


def test_forget__counts_first_and_forgets_then() -> None:
    for _ in range(3):
        closed()
    dry = run("--older-than=30", "--dry-run")
    assert dry == "Dry run, nothing was changed. Orders whose customer would be forgotten: 3.\n"
    assert not Order.objects.filter(customer_id="").exists()
    assert run("--older-than=30", "--batch=2") == "Orders whose customer is forgotten: 3.\n"
    assert Order.objects.filter(customer_id="").count() == 3
    assert run("--older-than=30", "-v0") == ""


def test_forget__of_one_account() -> None:
    closed()
    closed(account="gone")
    assert run("--older-than=30", "--account=gone") == "Orders whose customer is forgotten: 1.\n"
    with pytest.raises(CommandError, match="'nowhere'") as caught:
        run("--older-than=30", "--account=nowhere")
    assert caught.value.returncode == 2


def test_forget__says_what_it_spared(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(services, "forget_customers", lambda **_: services.RetentionReport(4, 2))
    assert run("--older-than=30") == "Orders whose customer is forgotten: 4. Changed meanwhile, and spared: 2.\n"


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--older-than=0"],
        ["--older-than=30", "--batch=0"],
        ["--older-than=30", "--batch=901"],
        ["--older-than=36501"],
    ],
    ids=str,
)
def test_forget__misuse(arguments: list[str]) -> None:
    order = closed()
    with pytest.raises(CommandError, match=r"older-than|at most|above zero"):
        run(*arguments)
    order.refresh_from_db()
    assert not order.is_forgotten


def test_forget__pages_of_such_an_order_still_work(admin_client: Any) -> None:
    order = closed()
    run("--older-than=30")
    listed = admin_client.get("/admin/django_flowwise/order/")
    page = admin_client.get(f"/admin/django_flowwise/order/{order.pk}/change/")
    ours = admin_client.get(f"/flowwise/return/{order.key}/")
    assert [response.status_code for response in (listed, page, ours)] == [200, 200, 200]
    assert order.reference in listed.content.decode()
    assert "priya" not in page.content.decode() + listed.content.decode()
