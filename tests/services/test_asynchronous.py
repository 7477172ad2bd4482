"""The asynchronous twins."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import connections

from django_flowwise import services

pytestmark = pytest.mark.django_db(transaction=True)


def test_twins__do_what_the_services_do(flowwise_emulator: Any) -> None:
    async def walk() -> list[str]:
        order = await services.aplace_order(
            reference="INV-1", order_amount=Decimal(5), order_currency="INR", customer_id="c"
        )
        states = [order.state]
        states.append((await services.asubmit_order(order)).state)
        flowwise_emulator.pay(order.order_id)
        states.append((await services.arefresh_order(order)).state)
        return states

    def run() -> list[str]:
        try:
            return async_to_sync(walk)()
        finally:
            connections.close_all()

    # Once a browser has been started, its event loop runs in the main thread, where no other may.
    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(run).result() == ["ACTIVE", "ACTIVE", "PAID"]
