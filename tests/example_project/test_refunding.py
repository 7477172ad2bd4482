"""Staff give the money of one item back, once; the customer reads what became of it."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.db import connection
from django.test import Client
from django.utils import timezone

from django_flowwise import services
from django_flowwise.client import FlowwiseClient
from django_flowwise.models import Order, Payment, Refund
from example_project.shop import receivers
from example_project.shop.models import Line, ShopOrder
from example_project.shop.refunding import NothingToRefund, is_refundable, line_of, refund_line

pytestmark = [pytest.mark.django_db, pytest.mark.urls("example_project.urls")]


@pytest.fixture
def tea(paid: ShopOrder) -> Line:
    return paid.lines.get(product__name="Tea for two")


@pytest.fixture
def staff(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("anna"))
    return client


def refund_page(line: Line) -> str:
    return f"/admin/shop/shoporder/{line.order_id}/lines/{line.pk}/refund/"


def order_page(client: Client, line: Line) -> str:
    return client.get(line.order.get_absolute_url()).content.decode()


def admin_page(client: Client, line: Line) -> str:
    return client.get(f"/admin/shop/shoporder/{line.order_id}/change/").content.decode()


def become(emulator: Any, refund_status: str) -> None:
    emulator.behaviour = dataclasses.replace(emulator.behaviour, refund_status=refund_status)


def test_refund__of_one_item_from_the_button_to_the_customers_page(
    staff: Client, tea: Line, flowwise_emulator: Any
) -> None:
    assert refund_page(tea) in admin_page(staff, tea)
    asked = staff.get(refund_page(tea)).content.decode()
    assert "1 x Tea for two" in asked
    assert "INR\xa01,275.75" in asked
    assert flowwise_emulator.refunds == {}

    response = staff.post(refund_page(tea), follow=True)
    page = response.content.decode()
    assert response.redirect_chain == [(f"/admin/shop/shoporder/{tea.order_id}/change/", 302)]
    assert "1 x Tea for two: INR\xa01,275.75, accepted by Flowwise" in page
    assert refund_page(tea) not in page
    [refund] = flowwise_emulator.refunds.values()
    assert (refund["refund_amount"], refund["refund_id"]) == (tea.total, f"{tea.refund_prefix}1")

    shown = order_page(staff, tea)
    assert "INR\xa01,275.75 is on its way back to you (accepted by Flowwise on" in shown
    assert shown.count("on its way back") == 1
    assert "Paid on" in shown
    tea.refresh_from_db()
    assert tea.refunded_at == Refund.objects.get().settled_at
    assert (
        "Refunded 1 x Tea for two" in staff.get(f"/admin/shop/shoporder/{tea.order_id}/history/").content.decode()
    )


def test_refund__asked_for_twice_is_one(staff: Client, tea: Line, flowwise_emulator: Any) -> None:
    for _ in range(2):
        assert "accepted by Flowwise" in staff.post(refund_page(tea), follow=True).content.decode()
    assert staff.get(refund_page(tea)).status_code == 302
    assert len(flowwise_emulator.refunds) == Refund.objects.count() == 1


def test_refund__every_item_for_itself(tea: Line, flowwise_emulator: Any) -> None:
    for line in tea.order.lines.all():
        refund_line(line)
    order = Order.objects.get()
    assert len(flowwise_emulator.refunds) == 2
    assert (order.amount_refunded, services.refundable_amount(order.payments.get())) == (order.order_amount, 0)


@pytest.mark.parametrize("permissions", [[], ["view_shoporder"], ["refund_payment"]])
def test_refund__needs_both_permissions(
    client: Client, tea: Line, flowwise_emulator: Any, permissions: list[str]
) -> None:
    user = User.objects.create_user("ben", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    assert client.get(refund_page(tea)).status_code == 403
    assert client.post(refund_page(tea)).status_code == 403
    assert flowwise_emulator.refunds == {}
    if "view_shoporder" in permissions:
        assert refund_page(tea) not in admin_page(client, tea)


def test_refund__those_with_both_permissions(client: Client, tea: Line, flowwise_emulator: Any) -> None:
    user = User.objects.create_user("ben", is_staff=True)
    codenames = ["view_shoporder", "view_line", "refund_payment"]
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    client.force_login(user)
    assert refund_page(tea) in admin_page(client, tea)
    client.post(refund_page(tea))
    assert len(flowwise_emulator.refunds) == 1


def test_refund__a_line_of_another_order(staff: Client, tea: Line) -> None:
    other = ShopOrder.objects.create(name="x", email="x@example.com", phone="1", address="x")
    assert staff.get(f"/admin/shop/shoporder/{other.pk}/lines/{tea.pk}/refund/").status_code == 404


@pytest.mark.parametrize(
    ("status", "settled", "text", "is_refunded"),
    [
        ("PENDING", "", "The refund of INR\xa01,275.75 is pending", False),
        ("PENDING", "SUCCESS", "INR\xa01,275.75 is on its way back to you", True),
        ("PENDING", "FAILED", "The refund of INR\xa01,275.75 failed. We will contact you.", False),
        ("FAILED", "", "The refund of INR\xa01,275.75 failed. We will contact you.", False),
        ("SUCCESS", "", "INR\xa01,275.75 is on its way back to you", True),
    ],
)
def test_refund__the_customer_reads_what_became_of_it(
    staff: Client, tea: Line, flowwise_emulator: Any, status: str, settled: str, text: str, is_refunded: bool
) -> None:
    become(flowwise_emulator, status)
    refund = refund_line(tea)
    if settled:
        flowwise_emulator.settle_refund(refund.refund_id, settled)
        services.refresh_order(tea.order.flowwise_order)
    assert text in order_page(staff, tea)
    tea.refresh_from_db()
    assert (tea.refunded_at is not None) is is_refunded
    assert is_refundable(tea) is ("failed" in text)


def test_refund__after_one_that_failed_is_a_new_one(staff: Client, tea: Line, flowwise_emulator: Any) -> None:
    become(flowwise_emulator, "FAILED")
    failed = refund_line(tea)
    become(flowwise_emulator, "SUCCESS")
    assert "this is a new one" in staff.get(refund_page(tea)).content.decode()
    second = refund_line(tea)
    assert [failed.refund_id, second.refund_id] == [f"{tea.refund_prefix}1", f"{tea.refund_prefix}2"]
    shown = order_page(staff, tea)
    assert "is on its way back" in shown
    assert "We will contact you" not in shown
    receivers.note_refund(tea.order.flowwise_order, failed)  # told once more, and later
    tea.refresh_from_db()
    assert tea.refunded_at == second.settled_at


@pytest.mark.parametrize("fault", ["reset_after_accept", "status_500_after_accept"])
def test_refund__with_an_unknown_outcome_is_asked_for_again_as_the_same(
    staff: Client, tea: Line, flowwise_emulator: Any, fault: str
) -> None:
    flowwise_emulator.fail_next(fault, operation="refund_payment")
    flowwise_emulator.fail_all("status_503", operation="get_refund")
    said = staff.post(refund_page(tea), follow=True).content.decode()
    assert "was not refunded" in said
    assert "it stays one refund" in said
    assert "The refund of INR\xa01,275.75 is pending" in order_page(staff, tea)
    flowwise_emulator.mend()
    assert "it stays one refund" in staff.get(refund_page(tea)).content.decode()
    assert "accepted by Flowwise" in staff.post(refund_page(tea), follow=True).content.decode()
    assert len(flowwise_emulator.refunds) == Refund.objects.count() == 1


def test_refund__refused(staff: Client, tea: Line, flowwise_emulator: Any) -> None:
    flowwise_emulator.fail_next("status_400", operation="refund_payment")
    assert "was not refunded" in staff.post(refund_page(tea), follow=True).content.decode()
    shown = order_page(staff, tea)
    assert "refund" not in shown.lower()
    shown = admin_page(staff, tea)
    assert "refused by Flowwise<br>" in shown
    assert refund_page(tea) in shown
    staff.post(refund_page(tea))
    assert "is on its way back" in order_page(staff, tea)


def test_refund__more_than_is_left(staff: Client, tea: Line, flowwise_emulator: Any) -> None:
    payment = Payment.objects.get()
    services.refund_payment(payment)
    assert "can still be refunded" in staff.post(refund_page(tea), follow=True).content.decode()
    assert len(flowwise_emulator.refunds) == 1
    shown = order_page(staff, tea)
    assert shown.count("is on its way back to you") == 1
    assert "INR\xa04,973.75 is on its way back to you" in shown


def test_refund__of_what_is_not_paid(staff: Client, ordered: ShopOrder, flowwise_emulator: Any) -> None:
    line = ordered.lines.first()
    assert refund_page(line) not in admin_page(staff, line)
    assert staff.get(refund_page(line))["Location"] == f"/admin/shop/shoporder/{ordered.pk}/change/"
    said = staff.post(refund_page(line), follow=True).content.decode()
    assert "has brought money that could be given back" in said
    ordered.flowwise_order = None
    ordered.save()
    with pytest.raises(NothingToRefund):
        refund_line(ordered.lines.first())
    assert flowwise_emulator.refunds == {}


def test_refund__from_the_payment_that_has_most_left(tea: Line, flowwise_emulator: Any) -> None:
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, second_payment_allowed=True)
    second = flowwise_emulator.pay(Order.objects.get().order_id)
    services.refresh_order(tea.order.flowwise_order)
    services.refund_payment(Payment.objects.first())
    assert refund_line(tea).payment.payment_id == second["payment_id"]


def test_receiver__of_a_refund_that_is_no_items(tea: Line, flowwise_emulator: Any) -> None:
    payment = Payment.objects.get()
    forged = f"item-{'0' * 12}-{tea.pk}-1"
    gone = f"item-{'0' * 12}-{tea.pk + 1000}-1"
    for refund_id in ("wrong-size", forged, gone):
        refund = services.refund_payment(payment, 1, refund_id=refund_id)
        assert line_of(refund) is None
    receivers.note_refund(payment.order, refund)
    assert Line.objects.filter(refunded_at__isnull=False).count() == 0


def test_receiver__told_twice_notes_it_once(tea: Line, flowwise_emulator: Any) -> None:
    refund = refund_line(tea)
    Refund.objects.filter(pk=refund.pk).update(settled_at=refund.settled_at)
    receivers.note_refund(tea.order.flowwise_order, refund)
    tea.refresh_from_db()
    assert tea.refunded_at == refund.settled_at <= timezone.now()


@pytest.mark.django_db(transaction=True)
def test_refund__under_atomic_requests(
    staff: Client, tea: Line, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert "accepted by Flowwise" in staff.post(refund_page(tea), follow=True).content.decode()
    assert len(flowwise_emulator.refunds) == 1


def test_refund__a_double_click_is_one(
    staff: Client, tea: Line, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, said = FlowwiseClient.refund_payment, []

    def click_again_first(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(FlowwiseClient, "refund_payment", send)
        said.append(staff.post(refund_page(tea), follow=True).content.decode())
        return send(*args, **kwargs)

    monkeypatch.setattr(FlowwiseClient, "refund_payment", click_again_first)
    assert "accepted by Flowwise" in staff.post(refund_page(tea), follow=True).content.decode()
    assert "is being sent by another call" in said[0]
    assert len(flowwise_emulator.refunds) == Refund.objects.count() == 1
