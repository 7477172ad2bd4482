"""Who may open which of the admin's addresses. A new address without a line here fails the first test."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.test import Client

from django_flowwise import services
from django_flowwise.models import Order
from tests.doors.conftest import ARRANGED, TYPED, act_page, admin_page, order_in, rows
from tests.factories import make_order

pytestmark = pytest.mark.django_db

EVERY = frozenset(
    {"view_order", "add_order", "change_order", "delete_order", "submit_order", "settle_order", "refund_payment"}
    | {"capture_payment"}
)


class Door(NamedTuple):
    """One address of the order's admin."""

    needs: frozenset[str]
    takes_get: bool = True
    takes_post: bool = False
    has_order: bool = True


def needs(*permissions: str) -> frozenset[str]:
    return frozenset(permissions)


_SUBMIT = needs("view_order", "submit_order")
DOORS = {
    "changelist": Door(needs("view_order"), has_order=False),
    "add": Door(needs("add_order"), has_order=False),
    "change": Door(needs("view_order")),
    "history": Door(needs("view_order")),
    "delete": Door(needs("delete_order")),
    "create": Door(_SUBMIT, takes_get=False, takes_post=True),
    "send_again": Door(needs("view_order", "submit_order", "settle_order"), takes_post=True),
    "in_doubt": Door(needs("view_order"), has_order=False),
    "refresh": Door(_SUBMIT, takes_get=False, takes_post=True),
    "reissue": Door(_SUBMIT, takes_get=False, takes_post=True),
    "withdraw": Door(_SUBMIT, takes_post=True),
    "settle": Door(needs("view_order", "settle_order"), takes_post=True),
    "refund": Door(needs("view_order", "refund_payment"), takes_post=True),
    "send_refund": Door(needs("view_order", "refund_payment"), takes_post=True),
    "capture": Door(needs("view_order", "capture_payment"), takes_post=True),
    "void": Door(needs("view_order", "capture_payment"), takes_post=True),
}
_IMPLIED = {"view_order": frozenset({"view_order", "change_order"})}
"""Whoever may change may also look."""


def address_of(name: str, order: Order) -> str:
    return act_page(name, order) if DOORS[name].has_order else admin_page(name)


def knock(client: Client, name: str, order: Order) -> Any:
    """Use a door as it is meant to be used."""
    if DOORS[name].takes_post:
        return client.post(address_of(name, order), TYPED.get(name, {}))
    return client.get(address_of(name, order))


@pytest.fixture
def order(request: pytest.FixtureRequest, flowwise_emulator: Any) -> Order:
    """Give an order that the door's act fits."""
    name = request.node.callspec.params["name"] if hasattr(request.node, "callspec") else "create"
    return ARRANGED.get(name, ARRANGED["create"])(flowwise_emulator)


def test_doors__are_all_known() -> None:
    patterns = admin.site._registry[Order].get_urls()
    names = {pattern.name.removeprefix("django_flowwise_order_") for pattern in patterns if pattern.name}
    assert names == DOORS.keys()
    # Django's old address of a change page, which leads to the new one.
    assert [str(pattern.pattern) for pattern in patterns if not pattern.name] == ["<path:object_id>/"]


@pytest.mark.parametrize("name", DOORS)
def test_anonymous__is_led_to_the_login(name: str, order: Order, flowwise_emulator: Any) -> None:
    before = (rows(), len(flowwise_emulator.requests))
    for response in (Client().get(address_of(name, order)), knock(Client(), name, order)):
        assert (response.status_code, response["Location"]) == (
            302,
            f"/admin/login/?next={address_of(name, order)}",
        )
    assert (rows(), len(flowwise_emulator.requests)) == before


@pytest.mark.parametrize("name", DOORS)
def test_customer__is_led_to_the_login(name: str, order: Order, django_user_model: Any) -> None:
    """Somebody who is logged in, with every permission, but not of the staff."""
    client = Client()
    client.force_login(django_user_model.objects.create_user("carl", is_staff=False, is_superuser=True))
    assert "/admin/login/" in knock(client, name, order)["Location"]


@pytest.mark.parametrize(
    ("name", "lacking"), [(name, each) for name, door in DOORS.items() for each in sorted(door.needs)]
)
def test_staff__without_one_permission_is_refused(
    name: str, lacking: str, order: Order, staff: Any, flowwise_emulator: Any
) -> None:
    client = staff(*EVERY - _IMPLIED.get(lacking, {lacking}))
    before = (rows(), len(flowwise_emulator.requests))
    assert knock(client, name, order).status_code == 403
    assert client.get(address_of(name, order)).status_code == 403
    assert (rows(), len(flowwise_emulator.requests)) == before
    assert not LogEntry.objects.exists()


@pytest.mark.parametrize("name", DOORS)
def test_staff__with_what_it_needs_and_no_more_is_let_in(name: str, order: Order, staff: Any) -> None:
    response = knock(staff(*DOORS[name].needs), name, order)
    assert response.status_code == (302 if DOORS[name].takes_post else 200)
    assert "/login/" not in response.get("Location", "")
    assert LogEntry.objects.exists() is DOORS[name].takes_post


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if not door.takes_get])
def test_get__of_what_takes_a_post_alone_changes_nothing(
    name: str, order: Order, boss: Client, flowwise_emulator: Any
) -> None:
    before = (rows(), len(flowwise_emulator.requests))
    for verb in (boss.get, boss.head, boss.put, boss.delete, boss.options):
        response = verb(address_of(name, order))
        assert (response.status_code, response["Allow"]) == (405, "POST")
    assert (rows(), len(flowwise_emulator.requests)) == before


@pytest.mark.parametrize("name", [name for name, door in DOORS.items() if door.takes_get and door.has_order])
def test_get__of_a_page_changes_nothing(name: str, order: Order, boss: Client, flowwise_emulator: Any) -> None:
    before = (rows(), len(flowwise_emulator.requests))
    for verb in (boss.get, boss.head):
        assert verb(address_of(name, order)).status_code == 200
    assert (rows(), len(flowwise_emulator.requests)) == before


def test_action__needs_the_permission_to_submit(order: Order, staff: Any, flowwise_emulator: Any) -> None:
    chosen = {"action": "create_at_flowwise", "_selected_action": [order.pk]}
    staff(*EVERY - {"submit_order"}).post(admin_page("changelist"), chosen)
    assert flowwise_emulator.requests == []
    staff("view_order", "submit_order").post(admin_page("changelist"), chosen)
    assert len(flowwise_emulator.orders) == 1


@pytest.mark.django_db(transaction=True)
def test_save_and_create__needs_the_permission_to_submit(order: Order, staff: Any, flowwise_emulator: Any) -> None:
    form = {"order_id": order.order_id, "order_amount": "2299.50", "order_currency": "INR", "customer_id": "c"}
    form["_create_at_flowwise"] = "1"
    address = admin_page("change", order.pk)
    assert staff("view_order", "change_order").post(address, form).status_code == 302
    assert flowwise_emulator.requests == []
    allowed = staff("view_order", "change_order", "submit_order")
    assert allowed.post(address, {**form, "order_note": "blue"}).status_code == 302
    assert len(flowwise_emulator.orders) == 1


@pytest.mark.parametrize("permissions", [EVERY, frozenset({"view_order", "submit_order"})])
def test_change__of_what_was_sent_is_nobodys(
    permissions: frozenset[str], staff: Any, flowwise_emulator: Any
) -> None:
    order = services.submit_order(make_order())
    before = rows()
    response = staff(*permissions).post(admin_page("change", order.pk), {"order_note": "other"})
    assert response.status_code == 403
    assert rows() == before


def test_delete__of_what_may_be_at_flowwise_is_nobodys(boss: Client) -> None:
    order = order_in("ACTIVE")
    assert boss.post(admin_page("delete", order.pk), {"post": "yes"}).status_code == 403
    assert Order.objects.filter(pk=order.pk).exists()
