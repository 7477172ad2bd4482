"""Which buttons an order has, and for whom."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.http import HttpRequest
from django.utils import timezone

from django_flowwise.admin.acts import ACTS, has_permission, offered_acts, settling
from django_flowwise.admin.forms import SettleForm
from django_flowwise.models import Order

AGO = timezone.now() - datetime.timedelta(days=1)
CANNOT_TELL = [{"reason": "cannot_tell", "evidence": "400", "at": AGO.isoformat()}]


def as_user(*permissions: str) -> HttpRequest:
    request = HttpRequest()
    request.user = User.objects.create_user("anna")
    request.user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return request


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("state", "values", "offered"),
    [
        ("DRAFT", {"attempts": 0}, {"create", "withdraw"}),
        ("DRAFT", {}, {"create", "withdraw"}),
        ("REFUSED", {}, {"create", "refresh", "withdraw"}),
        ("UNCONFIRMED", {}, {"create", "refresh", "withdraw", "settle"}),
        ("UNCONFIRMED", {"attention": CANNOT_TELL}, {"create", "send_again", "refresh", "withdraw", "settle"}),
        ("SUBMITTING", {}, {"refresh"}),
        ("SUBMITTING", {"claim_expires_at": AGO}, {"create", "refresh"}),
        ("ACTIVE", {}, {"refresh", "withdraw"}),
        ("ACTIVE", {"order_expiry_time": AGO}, {"refresh", "reissue", "withdraw"}),
        ("ACTIVE", {"attention": CANNOT_TELL}, {"refresh", "withdraw", "settle"}),
        ("EXPIRED", {}, {"refresh", "reissue", "withdraw"}),
        ("PAID", {}, {"refresh"}),
        ("PAID", {"attention": CANNOT_TELL}, {"refresh", "settle"}),
        ("WITHDRAWN", {}, {"refresh"}),
        ("WITHDRAWN", {"attempts": 0}, set()),
    ],
)
def test_offers__are_those_that_fit(state: str, values: Any, offered: set[str]) -> None:
    order = Order(**{"state": state, "attempts": 1, **values})
    request = as_user("submit_order", "settle_order")
    assert {act.name for act in offered_acts(request, order)} == offered


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("permissions", "allowed"),
    [
        (("view_order", "change_order"), set()),
        (("submit_order",), {"create", "refresh", "reissue", "withdraw"}),
        (("settle_order",), {"settle"}),
        (
            ("submit_order", "settle_order"),
            {"create", "refresh", "reissue", "withdraw", "settle", "send_again"},
        ),
    ],
)
def test_permissions__sending_again_needs_both(permissions: tuple[str, ...], allowed: set[str]) -> None:
    request = as_user(*permissions)
    assert {act.name for act in ACTS if has_permission(request, act)} == allowed


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("typed", "done", "state"),
    [
        ({"note": "fine"}, "Settled.", "UNCONFIRMED"),
        ({"note": "fine", "accept_as_paid": "on"}, "Taken for paid.", "PAID"),
    ],
)
def test_settling__in_this_persons_name(typed: Any, done: str, state: str) -> None:
    order = Order.objects.create(
        reference="INV-1", order_amount=5, customer_id="c", state="UNCONFIRMED", attempts=1, attention=CANNOT_TELL
    )
    form = SettleForm(order, typed)
    assert form.is_valid()
    act = settling(form, "anna")
    act.run(order)
    assert (order.state, order.settlement_notes[0]["note"]) == (state, "anna: fine")
    assert (act.done, act.note) == (done, "fine")
