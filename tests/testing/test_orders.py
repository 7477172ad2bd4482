"""`flowwise_order()` saves valid orders, and the services bring them to their states."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError

from django_flowwise import services
from django_flowwise.emulator import Behaviour, Emulator
from django_flowwise.models import Order
from django_flowwise.states import OrderState
from django_flowwise.testing import CannedAnswers, flowwise_emulator, flowwise_order, flowwise_responses

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("state", [state for state in OrderState.values if state != "SUBMITTING"])
def test_state__is_that_of_the_saved_order(state: str) -> None:
    with flowwise_emulator() as emulator:
        order = flowwise_order(state=state, emulator=emulator)
        assert Order.objects.get(pk=order.pk).state == order.state == state
        assert emulator.faults == []


def test_states__that_no_service_leaves_are_refused() -> None:
    with pytest.raises(ValueError, match="No service leaves an order SUBMITTING; choose one of DRAFT"):
        flowwise_order(state="SUBMITTING")


def test_states__beyond_draft_need_an_emulator() -> None:
    with pytest.raises(ValueError, match="brings an order to PAID: pass emulator="):
        flowwise_order(state="PAID")
    assert Order.objects.count() == 0


def test_content__is_the_callers_and_valid() -> None:
    first, second = flowwise_order(order_amount=5), flowwise_order(reference="INV-7")
    assert (first.order_amount, second.order_amount) == (5, Decimal("2299.50"))
    assert second.reference == "INV-7"
    with pytest.raises(ValidationError):
        flowwise_order(order_amount=-1)


def test_unconfirmed__is_at_flowwise_and_found_by_a_look() -> None:
    with flowwise_emulator() as emulator:
        order = flowwise_order(state="UNCONFIRMED", emulator=emulator)
        assert services.refresh_order(order).state == "ACTIVE"


@pytest.mark.parametrize("state", [state for state in OrderState.values if state not in {"SUBMITTING", "DRAFT"}])
def test_states__beyond_draft_are_refused_before_canned_answers(state: str) -> None:
    with (
        flowwise_emulator() as emulator,
        flowwise_responses(),
        pytest.raises(ValueError, match=f"Canned answers stand .* nothing brings an order to {state}"),
    ):
        flowwise_order(state=state, emulator=emulator)
    assert Order.objects.count() == 0


def test_drafts__are_made_beside_canned_answers() -> None:
    with flowwise_responses() as flowwise:
        assert flowwise_order().state == "DRAFT"
    assert flowwise.requests == []


def test_emulator__is_the_one_that_the_settings_lead_to() -> None:
    with flowwise_emulator() as outer, flowwise_emulator() as inner:
        with pytest.raises(
            ValueError, match=rf"lead to {inner.base_url}, and not to the emulator at {outer.base_url}"
        ):
            flowwise_order(state="ACTIVE", emulator=outer)
        assert (outer.requests, inner.requests) == ([], [])
        assert flowwise_order(state="ACTIVE", emulator=inner).order_id in inner.orders


@pytest.mark.parametrize(
    ("state", "fault", "became"),
    [("REFUSED", "status_503", "UNCONFIRMED"), ("UNCONFIRMED", "status_400", "REFUSED")],
)
def test_state__that_a_fault_prevents_is_an_error(state: str, fault: str, became: str) -> None:
    with flowwise_emulator() as emulator:
        emulator.fail_all(fault)
        with pytest.raises(
            RuntimeError,
            match=rf"was to become {state}, and is {became}\. Switched on before: {fault}; now: {fault}, ",
        ):
            flowwise_order(state=state, emulator=emulator)


def test_state__that_the_behaviour_prevents_is_an_error() -> None:
    said = r"become PAID, and is ACTIVE\. .* Not as usual: capture_status='AUTHORISED'\."
    behaviour = Behaviour(capture_status="AUTHORISED")
    with flowwise_emulator(behaviour=behaviour) as emulator, pytest.raises(RuntimeError, match=said):
        flowwise_order(state="PAID", emulator=emulator)


def test_faults__of_the_test_are_not_used_up_on_the_way() -> None:
    with flowwise_emulator() as emulator:
        emulator.fail_next("latency", operation="get_order", seconds=0)
        with pytest.raises(
            RuntimeError, match=r"Switched on before: latency; now: no fault\. Not as usual: nothing\."
        ):
            flowwise_order(state="PAID", emulator=emulator)


def test_faults__of_other_operations_may_be_there_already() -> None:
    with flowwise_emulator() as emulator:
        emulator.fail_all("status_503", operation="refund_payment")
        assert flowwise_order(state="PAID", emulator=emulator).state == "PAID"


@pytest.mark.parametrize("state", ["DRAFT", "PAID"])
def test_fixture__makes_orders_at_the_emulator_of_the_test(
    flowwise_order: Any, flowwise_emulator: Emulator, state: str
) -> None:
    order = flowwise_order(state=state)
    assert order.state == state
    assert list(flowwise_emulator.orders) == [order.order_id] * (state == "PAID")


def test_fixture__takes_another_emulator(flowwise_order: Any) -> None:
    with flowwise_emulator() as emulator:
        order = flowwise_order(state="PAID", emulator=emulator)
        assert emulator.orders[order.order_id]["order_status"] == "PAID"
        with pytest.raises(ValueError, match="pass as emulator= the one whose settings are in force"):
            flowwise_order(state="PAID")


def test_fixture__starts_no_emulator_beside_canned_answers(
    flowwise_order: Any, flowwise_responses: CannedAnswers
) -> None:
    assert flowwise_order().state == "DRAFT"
    assert settings.FLOWWISE["default"]["CLIENT_ID"] == "tests-client-id"
    with pytest.raises(ValueError, match="Canned answers stand before Flowwise"):
        flowwise_order(state="ACTIVE")
