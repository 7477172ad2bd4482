"""Which orders?"""

from __future__ import annotations

import datetime

import pytest
from django.utils import timezone

from django_flowwise.models import Order
from django_flowwise.models.fields import FORGOTTEN
from django_flowwise.states import OrderState
from tests.factories import make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def every_state() -> dict[str, Order]:
    orders = {}
    for state in OrderState:
        order = make_order()
        live_key = None if state == OrderState.WITHDRAWN else order.live_key
        Order.objects.filter(pk=order.pk).update(
            state=state, live_key=live_key, checkout_url="https://x.flowwise.com/"
        )
        orders[state.value] = order
    return orders


def states_of(orders: object) -> set[str]:
    return set(orders.values_list("state", flat=True))  # type: ignore[attr-defined]  # any queryset


def test_adjectives__by_state(every_state: dict[str, Order]) -> None:
    assert states_of(Order.objects.live()) == set(OrderState.values) - {"WITHDRAWN"}
    assert states_of(Order.objects.in_doubt()) == {"SUBMITTING", "UNCONFIRMED"}
    assert states_of(Order.objects.payable()) == {"ACTIVE"}
    assert states_of(Order.objects.submittable(timezone.now())) == {"DRAFT", "UNCONFIRMED", "REFUSED"}
    assert states_of(Order.objects.due(timezone.now())) == {"UNCONFIRMED"}


def test_adjectives__an_expired_claim(every_state: dict[str, Order]) -> None:
    moment = timezone.now()
    Order.objects.filter(state="SUBMITTING").update(claim_expires_at=moment)
    later = moment + datetime.timedelta(seconds=1)
    assert "SUBMITTING" not in states_of(Order.objects.submittable(moment))
    assert "SUBMITTING" in states_of(Order.objects.submittable(later))
    assert "SUBMITTING" in states_of(Order.objects.due(later))


def test_adjectives__due_by_time(every_state: dict[str, Order]) -> None:
    moment = timezone.now()
    Order.objects.filter(state__in=["ACTIVE", "PAID"]).update(next_check_at=moment)
    assert states_of(Order.objects.due(moment)) == {"UNCONFIRMED", "ACTIVE", "PAID"}
    assert states_of(Order.objects.due(moment - datetime.timedelta(seconds=1))) == {"UNCONFIRMED"}


def test_adjectives__by_what_is_open(every_state: dict[str, Order]) -> None:
    Order.objects.filter(state="PAID").update(signal_due=2)
    Order.objects.filter(state="ACTIVE").update(attention=[{"reason": "paid_twice", "at": "2026-01-01"}])
    assert states_of(Order.objects.with_signals_due()) == {"PAID"}
    assert states_of(Order.objects.needing_attention()) == {"ACTIVE"}


def test_adjectives__needing_a_person(every_state: dict[str, Order]) -> None:
    moment = timezone.now()

    def found(**base_urls: str) -> set[str]:
        needing = Order.objects.needing_a_person(moment, base_urls=base_urls, own_fault_codes=["credentials"])
        return states_of(needing)

    assert found() == {"UNCONFIRMED"}
    Order.objects.filter(state="REFUSED").update(error_code="http_400")
    assert found() == {"UNCONFIRMED"}
    Order.objects.filter(state="REFUSED").update(error_code="credentials")
    Order.objects.filter(state="PAID").update(attention=[{"reason": "paid_twice", "at": "2026-01-01"}])
    assert found() == {"UNCONFIRMED", "REFUSED", "PAID"}
    Order.objects.update(base_url="https://here.example", claim_expires_at=moment)
    assert found(default="https://here.example", other="https://x.example") == {"UNCONFIRMED", "REFUSED", "PAID"}
    assert found(default="https://there.example") == {"UNCONFIRMED", "REFUSED", "PAID", "SUBMITTING"}
    moment += datetime.timedelta(seconds=1)
    assert "SUBMITTING" in found()


@pytest.fixture
def over() -> Order:
    order = make_order()
    long_ago = timezone.now() - datetime.timedelta(days=40)
    Order.objects.filter(pk=order.pk).update(state="PAID", updated_at=long_ago)
    return order


@pytest.mark.parametrize(
    ("values", "is_forgettable"),
    [
        ({}, True),
        ({"state": "REVERSED"}, True),
        ({"state": "EXPIRED"}, True),
        ({"state": "WITHDRAWN", "live_key": None}, True),
        *(({"state": state}, False) for state in ("DRAFT", "SUBMITTING", "UNCONFIRMED", "REFUSED")),
        ({"state": "ACTIVE", "checkout_url": "https://payments.flowwise.com/c"}, False),
        ({"next_check_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)}, False),
        ({"attention": [{"reason": "paid_twice", "at": "2026-01-01"}]}, False),
        ({"signal_due": 1}, False),
    ],
    ids=str,
)
def test_adjectives__forgettable(over: Order, values: dict[str, object], is_forgettable: bool) -> None:
    Order.objects.filter(pk=over.pk).update(**values)
    before = timezone.now() - datetime.timedelta(days=30)
    assert Order.objects.forgettable(before).exists() is is_forgettable
    assert not Order.objects.forgettable(before - datetime.timedelta(days=11)).exists()


@pytest.mark.parametrize("kept", [*FORGOTTEN, None])
def test_adjectives__forgettable_as_long_as_anything_is_known(over: Order, kept: str | None) -> None:
    nothing: dict[str, object] = {**FORGOTTEN}
    if kept:
        nothing[kept] = {"source": "web"} if kept == "order_tags" else "something"
    Order.objects.filter(pk=over.pk).update(**nothing)
    assert Order.objects.forgettable(timezone.now()).exists() is (kept is not None)
