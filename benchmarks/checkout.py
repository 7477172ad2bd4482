"""What CheckoutView costs beside a bare view with one query and a redirect."""

from __future__ import annotations

import datetime
import uuid
from decimal import Decimal

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseRedirect
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import resolve
from django.utils import timezone

from benchmarks.ratio import cpu_ratio
from django_flowwise.models import Order

GOAL = 1.25
ROUNDS = 30
BATCH = 200


def bare_checkout(request: HttpRequest, key: uuid.UUID) -> HttpResponseRedirect:
    """Redirect to the order's checkout, and do nothing else."""
    return HttpResponseRedirect(Order.objects.get(key=key).checkout_url)


def measure() -> tuple[float, list[float]]:
    """Open the same checkout both ways, and give the ratio of the CPU times."""
    settings.FLOWWISE = {"default": {"CLIENT_ID": "benchmark", "CLIENT_SECRET": "benchmark"}}
    order = Order.objects.create(
        reference="checkout",
        customer_id="cust_1",
        order_amount=Decimal("2299.50"),
        state="ACTIVE",
        checkout_url="https://payments.flowwise.com/checkout/order_summer_fashion_001",
        order_expiry_time=timezone.now() + datetime.timedelta(hours=2),
    )
    ours, floor = order.get_absolute_url(), f"/bare/{order.key}/"
    with CaptureQueriesContext(connection) as queries:
        _open(ours)
    assert len(queries) == 1, f"the checkout takes {len(queries)} queries, not one"
    ratio, ratios = cpu_ratio(
        lambda _number: _open(ours), lambda _number: _open(floor), rounds=ROUNDS, batch=BATCH
    )
    return ratio, list(ratios)


_factory = RequestFactory()


def _open(path: str) -> None:
    view, args, kwargs = resolve(path)
    response = view(_factory.get(path), *args, **kwargs)
    assert response.status_code == 302, response.status_code
