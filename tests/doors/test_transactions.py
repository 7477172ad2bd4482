"""Views and admin acts speak to Flowwise while no transaction is open, with ATOMIC_REQUESTS too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from django_flowwise import services
from django_flowwise.client.session import session_of
from django_flowwise.models import Order
from tests.doors.conftest import ARRANGED, NAMES, TYPED, act_page, active, admin_page, expired, page_of
from tests.factories import make_order
from tests.wire_tap import WireTap

pytestmark = pytest.mark.django_db(transaction=True)

FORM = {
    "account": "default",
    "order_id": "order_1",
    "reference": "INV-1",
    "order_amount": "7.00",
    "order_currency": "INR",
    "customer_id": "c",
    "_create_at_flowwise": "1",
}


def refused(emulator: Any) -> Order:
    emulator.fail_next("status_400")
    order = make_order(**{name: text for name, text in FORM.items() if name[0] != "_"})
    services.submit_after_commit(order, lambda *_: None)
    return order


def pressing(name: str, arrange: Callable[[Any], Order]) -> Callable[[Any, Client], Callable[[], Any]]:
    def walk(emulator: Any, boss: Client) -> Callable[[], Any]:
        order = arrange(emulator)
        return lambda: boss.post(act_page(name, order), TYPED.get(name, {}))

    return walk


def posting(arrange: Callable[[Any], Order]) -> Callable[[Any, Client], Callable[[], Any]]:
    def walk(emulator: Any, boss: Client) -> Callable[[], Any]:
        order = arrange(emulator)
        return lambda: boss.post(page_of("checkout", order))

    return walk


def returning(emulator: Any, boss: Client) -> Callable[[], Any]:
    order = active()
    emulator.pay(order.order_id)
    return lambda: boss.get(page_of("return", order))


def choosing(emulator: Any, boss: Client) -> Callable[[], Any]:
    chosen = [make_order().pk, make_order().pk]
    return lambda: boss.post(
        admin_page("changelist"), {"action": "create_at_flowwise", "_selected_action": chosen}
    )


def saving_again(emulator: Any, boss: Client) -> Callable[[], Any]:
    order = refused(emulator)
    return lambda: boss.post(admin_page("change", order.pk), {**FORM, "order_note": "blue"})


WAYS = {
    "checkout button": posting(ARRANGED["create"]),
    "checkout button of an expired order": posting(expired),
    "return page": returning,
    "list action": choosing,
    "save and create": lambda _, boss: lambda: boss.post(admin_page("add"), FORM),
    "save again and create": saving_again,
    **{f"act {name}": pressing(name, arrange) for name, arrange in ARRANGED.items()},
}
SILENT = {"act withdraw", "act settle"}


def test_acts__are_all_walked() -> None:
    assert ARRANGED.keys() == NAMES


@pytest.mark.parametrize("is_atomic", [False, True])
@pytest.mark.parametrize("name", WAYS)
def test_way__works_and_sends_while_no_transaction_is_open(
    name: str, is_atomic: bool, boss: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    walk = WAYS[name](flowwise_emulator, boss)
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", is_atomic)
    session_of.cache_clear()
    tap = WireTap(flowwise_emulator.base_url, monkeypatch)
    assert walk().status_code in {200, 302, 303}
    assert tap.offences == []
    assert (bool(tap.opened), bool(tap.sent)) == ((False, False) if name in SILENT else (True, True))
    expected = {"UNCONFIRMED"} if name == "act settle" else {"ACTIVE", "PAID", "WITHDRAWN"}
    assert set(Order.objects.values_list("state", flat=True)) <= expected


@pytest.mark.parametrize("page", ["changelist", "add", "change", "history", "delete"])
def test_page__works_under_atomic_requests(page: str, boss: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    order = make_order()
    args = () if page in {"changelist", "add"} else (order.pk,)
    assert boss.get(admin_page(page, *args)).status_code == 200
