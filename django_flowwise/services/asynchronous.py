"""Twins of the services that make requests, for asynchronous callers.

They run in Django's one thread for synchronous code, so many at once take turns.
"""

from __future__ import annotations

from typing import Any

from asgiref.sync import sync_to_async
from django.views.decorators.debug import sensitive_variables

from django_flowwise.models import Order, Payment, Refund
from django_flowwise.services.placement import place_order
from django_flowwise.services.refunds import refund_payment
from django_flowwise.services.settlement import refresh_order
from django_flowwise.services.submission import submit_order
from django_flowwise.undisclosed import Undisclosed


@sensitive_variables("content")
async def aplace_order(**content: Any) -> Order:
    """Do what place_order does."""
    return await sync_to_async(_place)(Undisclosed(content))


async def asubmit_order(order: Order) -> Order:
    """Do what submit_order does."""
    return await sync_to_async(submit_order)(order)


async def arefresh_order(order: Order, *, deadline_seconds: float | None = None) -> Order:
    """Do what refresh_order does."""
    return await sync_to_async(refresh_order)(order, deadline_seconds=deadline_seconds)


@sensitive_variables("note")
async def arefund_payment(
    payment: Payment, amount: Any = None, note: str = "", refund_id: str | None = None
) -> Refund:
    """Do what refund_payment does."""
    return await sync_to_async(refund_payment)(payment, amount, note, refund_id)


def _place(content: Undisclosed) -> Order:
    # As one argument: asgiref keeps what it hands over in variables of its own, which error reports print.
    return place_order(**content)
