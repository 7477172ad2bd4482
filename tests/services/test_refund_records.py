"""What becomes of a refund is written down as one, with what it calls for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from django_flowwise import services
from django_flowwise.models import Order, Refund
from django_flowwise.services import refund_records

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The process ends here."""


def test_record_answer__a_process_killed_after_the_commit_has_called_for_a_person(
    paid: Order, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def end(*_args: Any, **_kwargs: Any) -> None:
        raise Killed

    flowwise_emulator.behaviour = replace(flowwise_emulator.behaviour, refund_status="FAILED")
    for name in ("require_attention", "conclude"):
        monkeypatch.setattr(refund_records, name, end)
    with pytest.raises(Killed):
        services.refund_payment(paid.payments.get())
    order, refund = Order.objects.get(), Refund.objects.get()
    assert refund.state == "FAILED"
    assert [(entry["reason"], entry["evidence"]) for entry in order.attention] == [
        ("refund_failed", refund.refund_id)
    ]
    assert order.signal_due == 4 + 8
