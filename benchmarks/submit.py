"""What submit_order costs beside one pooled POST by requests and two guarded UPDATEs."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

import requests
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from benchmarks.ratio import cpu_ratio
from django_flowwise import services
from django_flowwise.models import Order

GOAL = 1.25
ROUNDS = 30
BATCH = 40
_SERVER = """
import sys
from django.conf import settings
settings.configure()
from django_flowwise.emulator import Emulator
with Emulator() as emulator:
    print(emulator.base_url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def emulator_in_another_process() -> Iterator[str]:
    """Run an emulator whose CPU time is not ours, and give its base URL."""
    process = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", _SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout
        yield process.stdout.readline().strip()
        assert process.stdin
        process.stdin.close()


def measure() -> tuple[float, list[float]]:
    """Submit orders both ways, and give the ratio of the CPU times."""
    with emulator_in_another_process() as base_url:
        settings.FLOWWISE = {
            "default": {
                "CLIENT_ID": "emulator",
                "CLIENT_SECRET": "emulator-secret",
                "BASE_URL": base_url,
                "CHECKOUT_HOSTS": ["127.0.0.1"],
            }
        }
        ours = [_draft(f"ours-{number}") for number in range(ROUNDS * BATCH)]
        floor = [_draft(f"floor-{number}") for number in range(ROUNDS * BATCH)]
        session = requests.Session()
        ratio, ratios = cpu_ratio(
            lambda number: services.submit_order(ours[number]),
            lambda number: _post_and_update(session, base_url, floor[number]),
            rounds=ROUNDS,
            batch=BATCH,
        )
        session.close()
    assert not Order.objects.exclude(state="ACTIVE").exists()
    return ratio, list(ratios)


def _draft(reference: str) -> Order:
    return services.create_order(
        reference=reference,
        order_amount=Decimal("2299.50"),
        order_currency="INR",
        customer_id="cust_priya_sharma_2024",
        customer_email="priya.sharma@example.com",
        customer_phone="+919876543210",
        customer_address="123 Connaught Place, New Delhi, Delhi 110001, India",
        payment_methods="cc,dc,upi,nb,wallet",
        expiry_time_in_minutes=120,
        order_note="Summer collection dress - Medium size, Blue color",
        order_tags={"source": "mobile_app", "campaign": "summer_sale_2024"},
        return_base_url="https://mystore.com/payment-success",
    )


def _post_and_update(session: requests.Session, base_url: str, order: Order) -> None:
    """Do what any shop must: note that the order is under way, post it, and store the answer."""
    with transaction.atomic():
        claimed = Order.objects.filter(pk=order.pk, state="DRAFT").update(
            state="SUBMITTING", attempts=1, maybe_sent_at=timezone.now()
        )
    answer = session.post(f"{base_url}/orders", json=_body(order), headers=_HEADERS, timeout=(3.05, 10))
    answer.raise_for_status()
    stored: dict[str, Any] = answer.json()
    with transaction.atomic():
        recorded = Order.objects.filter(pk=order.pk, state="SUBMITTING").update(
            state="ACTIVE",
            order_status=stored["order_status"],
            checkout_url=stored["checkout_url"],
            order_hash=stored["order_hash"],
            project_id=stored["project_id"],
        )
    assert claimed == recorded == 1


_HEADERS = {"x-client-id": "emulator", "x-client-secret": "emulator-secret"}


def _body(order: Order) -> dict[str, Any]:
    return {
        "order_id": order.order_id,
        "order_amount": float(order.order_amount),
        "order_currency": order.order_currency,
        "customer_details": {
            "customer_id": order.customer_id,
            "customer_email": order.customer_email,
            "customer_phone": order.customer_phone,
            "customer_address": order.customer_address,
        },
        "payment_methods": order.payment_methods,
        "expiry_time_in_minutes": order.expiry_time_in_minutes,
        "order_note": order.order_note,
        "order_tags": order.order_tags,
        "return_base_url": order.return_base_url,
    }
