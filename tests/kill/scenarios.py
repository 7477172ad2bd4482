"""What is killed: each call that a shop may make, from each state in which it matters."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone

from django_flowwise import services
from django_flowwise.client import FlowwiseClient
from django_flowwise.conf import get_account
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order
from django_flowwise.services.order_request import order_request
from tests.gateway import Gateway

CONTENT: Mapping[str, Any] = {
    "reference": "INV-1",
    "order_amount": Decimal("2299.50"),
    "order_currency": "INR",
    "customer_id": "cust_priya_sharma_2024",
    "customer_email": "priya.sharma@example.com",
    "customer_phone": "+919876543210",
    "order_tags": {"source": "web"},
}
OTHER: Mapping[str, Any] = {"order_amount": Decimal(3000)}


@dataclasses.dataclass(frozen=True, kw_only=True)
class Scenario:
    """One call to be killed."""

    prepare: Callable[[Gateway], Order]
    run: Callable[[Order], object]
    """The call; takes what was prepared."""
    changes: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    """What differs from the usual content once the shop asks again, after everything."""
    gives_up: bool = False
    """Whether the call may leave the reference without a live order."""
    again: Callable[[Order], object] | None = None
    """What the shop asks for once more, after everything."""
    refunds: Mapping[str, Decimal] = dataclasses.field(default_factory=dict)
    """What has then gone back, by refund_id."""


def create(**changes: Any) -> Order:
    return services.create_order(**{**CONTENT, **changes})


def nothing(_gateway: Gateway) -> Order:
    return Order(**CONTENT)


def draft(_gateway: Gateway) -> Order:
    return create()


def active(_gateway: Gateway) -> Order:
    return services.submit_order(create())


def in_vain(gateway: Gateway, fault: str, *, calls: int = 1, reference: str = "INV-1") -> Order:
    gateway.fail_next(fault, calls=calls)
    order = create(reference=reference)
    with contextlib.suppress(FlowwiseError):
        services.submit_order(order)
    return order


def refused(gateway: Gateway) -> Order:
    return in_vain(gateway, "status_400")


def in_doubt(*, is_there: bool, **changes: Any) -> Callable[..., Order]:
    """Prepare an order in doubt for so long that a look is believed."""

    def prepare(gateway: Gateway, reference: str = "INV-1") -> Order:
        fault = "reset_after_accept" if is_there else "reset_before_accept"
        order = in_vain(gateway, fault, calls=2, reference=reference)
        Order.objects.filter(pk=order.pk).update(maybe_sent_at=an_hour_ago(), **changes)
        order.refresh_from_db()
        return order

    return prepare


def an_hour_ago() -> datetime.datetime:
    return timezone.now() - datetime.timedelta(hours=1)


lapsed = {"state": "SUBMITTING", "claim_expires_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}
unconfirmed_there = in_doubt(is_there=True)
unconfirmed_absent = in_doubt(is_there=False)
lapsed_there = in_doubt(is_there=True, **lapsed)
lapsed_absent = in_doubt(is_there=False, **lapsed)


def faced_with(fault: str, *, calls: int = 1) -> Callable[[Gateway], Order]:
    """Prepare a draft whose submission will go wrong."""

    def prepare(gateway: Gateway) -> Order:
        gateway.fail_next(fault, calls=calls)
        return create()

    return prepare


def expired(gateway: Gateway) -> Order:
    order = active(gateway)
    gateway.expire(order.order_id)
    return order


def known_expired(gateway: Gateway) -> Order:
    return services.refresh_order(expired(gateway))


def paid(gateway: Gateway) -> Order:
    order = active(gateway)
    gateway.pay(order.order_id)
    return order


def underpaid(gateway: Gateway) -> Order:
    order = active(gateway)
    gateway.pay(order.order_id, amount="1")
    return services.refresh_order(order)


def withdrawn_then_paid(gateway: Gateway) -> Order:
    order = services.withdraw_order(active(gateway))
    gateway.pay(order.order_id)
    return order


def replaced_then_paid(gateway: Gateway) -> Order:
    order = active(gateway)
    services.submit_order(create(**OTHER, supersede=True))
    gateway.pay(order.order_id)
    return order


def all_due(gateway: Gateway) -> Order:
    """Prepare one order of each kind that reconcile moves."""
    order = paid(gateway)
    lapsed_there(gateway, reference="INV-2")
    lapsed_absent(gateway, reference="INV-3")
    Order.objects.update(next_check_at=an_hour_ago())
    return order


def place(_order: Order) -> Order:
    return services.place_order(**CONTENT)


def supersede(_order: Order) -> Order:
    return create(**OTHER, supersede=True)


def place_superseding(_order: Order) -> Order:
    return services.place_order(**{**CONTENT, **OTHER}, supersede=True)


def correct(order: Order) -> Order:
    return services.submit_order(services.correct_order(order, **OTHER))


def reconcile(_order: Order) -> services.ReconcileReport:
    return services.reconcile()


def accept(order: Order) -> Order:
    return services.settle_attention(order, "The rest came in cash.", accept_as_paid=True)


_submit, _refresh, _withdraw = services.submit_order, services.refresh_order, services.withdraw_order
SCENARIOS = {
    "submit-draft": Scenario(prepare=draft, run=_submit),
    "submit-refused": Scenario(prepare=refused, run=_submit),
    "submit-unconfirmed-there": Scenario(prepare=unconfirmed_there, run=_submit),
    "submit-unconfirmed-absent": Scenario(prepare=unconfirmed_absent, run=_submit),
    "submit-lapsed-there": Scenario(prepare=lapsed_there, run=_submit),
    "submit-lapsed-absent": Scenario(prepare=lapsed_absent, run=_submit),
    "submit-gets-no": Scenario(prepare=faced_with("status_400"), run=_submit),
    "submit-gets-no-answer": Scenario(prepare=faced_with("reset_after_accept"), run=_submit),
    "submit-gets-lost": Scenario(prepare=faced_with("reset_before_accept", calls=2), run=_submit),
    "place-new": Scenario(prepare=nothing, run=place),
    "place-refused": Scenario(prepare=refused, run=place),
    "place-unconfirmed": Scenario(prepare=unconfirmed_there, run=place),
    "place-expired": Scenario(prepare=known_expired, run=place),
    "place-superseding": Scenario(prepare=active, run=place_superseding, changes=OTHER),
    "refresh-paid": Scenario(prepare=paid, run=_refresh),
    "refresh-expired": Scenario(prepare=expired, run=_refresh),
    "refresh-unconfirmed-there": Scenario(prepare=unconfirmed_there, run=_refresh),
    "refresh-unconfirmed-absent": Scenario(prepare=unconfirmed_absent, run=_refresh),
    "refresh-lapsed-there": Scenario(prepare=lapsed_there, run=_refresh),
    "refresh-withdrawn-paid": Scenario(prepare=withdrawn_then_paid, run=_refresh),
    "refresh-replaced-paid": Scenario(prepare=replaced_then_paid, run=_refresh, changes=OTHER),
    "reconcile": Scenario(prepare=all_due, run=reconcile),
    "reissue": Scenario(prepare=expired, run=services.reissue_order),
    "supersede-draft": Scenario(prepare=draft, run=supersede, changes=OTHER),
    "supersede-refused": Scenario(prepare=refused, run=supersede, changes=OTHER),
    "supersede-active": Scenario(prepare=active, run=supersede, changes=OTHER),
    "correct-draft": Scenario(prepare=draft, run=correct, changes=OTHER),
    "correct-refused": Scenario(prepare=refused, run=correct, changes=OTHER),
    "withdraw-draft": Scenario(prepare=draft, run=_withdraw, gives_up=True),
    "withdraw-refused": Scenario(prepare=refused, run=_withdraw, gives_up=True),
    "withdraw-unconfirmed": Scenario(prepare=unconfirmed_there, run=_withdraw, gives_up=True),
    "withdraw-active": Scenario(prepare=active, run=_withdraw, gives_up=True),
    "settle": Scenario(prepare=underpaid, run=accept),
}


def post_unclaimed(order: Order) -> Order:
    """Do what the package must never do."""
    account = get_account(order.account)
    FlowwiseClient(account).create_order(order_request(order, account))
    return services.submit_order(order)


BROKEN = {"self-test": Scenario(prepare=draft, run=post_unclaimed)}
"""What must be found out, or this proof proves nothing."""
