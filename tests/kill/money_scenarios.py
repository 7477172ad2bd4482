"""What is killed of the calls about payments and refunds."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django_flowwise import services
from django_flowwise.client import FlowwiseClient
from django_flowwise.conf import get_account
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order, Payment, Refund
from django_flowwise.wire import RefundRequest
from tests.gateway import Gateway
from tests.kill.scenarios import Scenario, active, an_hour_ago, lapsed, paid, reconcile

PART = Decimal("1000.25")
ONCE = {"refund_1": PART}
Prepare = Callable[[Gateway], Order]


def refundable(gateway: Gateway) -> Order:
    return services.refresh_order(paid(gateway))


def refund(order: Order) -> Refund:
    """Give a part back, under the shop's own key."""
    return services.refund_payment(order.payments.latest("pk"), PART, note="wrong size", refund_id="refund_1")


def faced_with(prepare: Prepare, fault: str, operation: str, *, calls: int = 1, looks: int = 0) -> Prepare:
    """Prepare it, and let what follows go wrong, and so many looks too."""

    def prepare_and_fail(gateway: Gateway) -> Order:
        order = prepare(gateway)
        gateway.fail_next(fault, operation=operation, calls=calls)
        if looks:
            gateway.fail_next(fault, operation="get_refund", calls=looks)
        return order

    return prepare_and_fail


def in_doubt(*, is_there: bool, **changes: Any) -> Prepare:
    """Prepare a refund in doubt for so long that a look is believed."""
    fault = "reset_after_accept" if is_there else "reset_before_accept"

    def prepare(gateway: Gateway) -> Order:
        order = faced_with(refundable, fault, "refund_payment", looks=1)(gateway)
        with contextlib.suppress(FlowwiseError):
            refund(order)
        Refund.objects.update(maybe_sent_at=an_hour_ago(), **changes)
        return order

    return prepare


def pending(gateway: Gateway) -> Order:
    order = refundable(gateway)
    gateway.behave(refund_status="PENDING")
    refund(order)
    return order


def failed(gateway: Gateway) -> Order:
    """Prepare a refund that has come to its end at the gateway alone."""
    order = pending(gateway)
    gateway.settle_refund("refund_1", "FAILED")
    return order


def all_due(gateway: Gateway) -> Order:
    """Prepare a refund in each state that reconcile moves, and one of them that never arrived."""
    order = failed(gateway)
    payment = order.payments.get()
    gateway.behave(refund_status="SUCCESS")
    for refund_id, fault in (("refund_2", "reset_after_accept"), ("refund_3", "reset_before_accept")):
        gateway.fail_next(fault, calls=2)
        with contextlib.suppress(FlowwiseError):
            services.refund_payment(payment, Decimal(200), refund_id=refund_id)
    Refund.objects.filter(refund_id="refund_2").update(next_check_at=None, **lapsed)
    Refund.objects.exclude(refund_id="refund_2").update(next_check_at=an_hour_ago())
    Refund.objects.update(maybe_sent_at=an_hour_ago())
    return order


def held(gateway: Gateway) -> Order:
    order = active(gateway)
    gateway.authorise(order.order_id)
    return services.refresh_order(order)


def capture(order: Order) -> Payment:
    return services.capture_payment(order.payments.get())


def void(order: Order) -> Payment:
    return services.void_payment(order.payments.get())


def refund_the_lost(order: Order) -> Refund:
    return services.refund_payment(order.payments.get(), Decimal(200), refund_id="refund_3")


_refresh = services.refresh_order
MONEY: dict[str, Scenario] = {
    **{
        name: Scenario(prepare=prepare, run=refund, again=refund, refunds=ONCE)
        for name, prepare in {
            "refund": refundable,
            "refund-gets-no": faced_with(refundable, "status_400", "refund_payment"),
            "refund-gets-no-answer": faced_with(refundable, "reset_after_accept", "refund_payment"),
            "refund-gets-lost": faced_with(refundable, "reset_before_accept", "refund_payment", looks=1),
            "refund-unconfirmed-there": in_doubt(is_there=True),
            "refund-lapsed-absent": in_doubt(is_there=False, next_check_at=None, **lapsed),
        }.items()
    },
    "refresh-refund-failed": Scenario(prepare=failed, run=_refresh, again=refund, refunds=ONCE),
    "reconcile-refunds": Scenario(
        prepare=all_due,
        run=reconcile,
        again=refund_the_lost,
        refunds={**ONCE, "refund_2": Decimal(200), "refund_3": Decimal(200)},
    ),
    "capture": Scenario(prepare=held, run=capture, again=capture),
    "void-gets-no-answer": Scenario(
        prepare=faced_with(held, "reset_after_accept", "authorize_payment"), run=void, again=void
    ),
}


def refund_unclaimed(order: Order) -> Refund:
    """Do what the package must never do."""
    payment = order.payments.get()
    request = RefundRequest(refund_id="refund_1", refund_amount=PART, refund_type="MERCHANT_INITIATED")
    FlowwiseClient(get_account(order.account)).refund_payment(payment.payment_id, request)
    return refund(order)


def capture_unclaimed(order: Order) -> Payment:
    """Do what the package must never do."""
    payment = order.payments.get()
    FlowwiseClient(get_account(order.account)).capture_payment(order.order_id, payment.payment_id, PART)
    with contextlib.suppress(FlowwiseError):
        capture(order)
    return payment


MONEY_BROKEN = {
    "self-test-refund": Scenario(prepare=refundable, run=refund_unclaimed, again=refund, refunds=ONCE),
    "self-test-capture": Scenario(prepare=held, run=capture_unclaimed, again=capture),
}
"""What must be found out, or this proof proves nothing."""
