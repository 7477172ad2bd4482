"""Run the whole shop offline: a local Flowwise, the shop, and the documented order placed between them."""

from __future__ import annotations

import secrets
import threading
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import requests
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.management import BaseCommand, CommandError, call_command
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.db import connection

from django_flowwise import services
from django_flowwise.emulator import Emulator
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.management.stopping import StopRequest
from django_flowwise.models import Order
from example_project.shop.stock import fill_shelves

HOST = "127.0.0.1"


class QuietHandler(WSGIRequestHandler):
    """Serve without a line on the terminal for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # http.server's own name
        """Say nothing."""


class Command(BaseCommand):
    """Show the package at work, without a key, an account or a network."""

    help = "Run the shop and a local Flowwise, place the documented order, and serve until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --once."""
        parser.add_argument("--once", action="store_true", help="pay the order, print its state, and stop")

    def handle(self, *args: Any, **options: Any) -> None:
        """Start everything, place the order, and serve or pay."""
        with fresh_database() as password, shop() as origin, Emulator(return_origin=origin) as emulator:
            settings.FLOWWISE = {"default": settings.FLOWWISE["default"] | emulator.account}
            try:
                order = place_documented_order()
            except FlowwiseError as error:
                raise CommandError(f"The order could not be placed: {error}") from error
            if options["once"]:
                self.stdout.write(pay(order))
            else:
                self.invite(origin, emulator, order, password)
                serve_until_interrupted()

    def invite(self, origin: str, emulator: Emulator, order: Order, password: str) -> None:
        """Say where to click and log in."""
        self.stdout.write(
            f"\nThe documented order is {order.state}. Pay it here:\n  {order.checkout_url}\n"
            f"\nThe shop:            {origin}/"
            f"\nThe admin:           {origin}/admin/   (staff / {password})"
            f"\nThe local Flowwise:  {emulator.url}/\n"
            "\nCtrl-C stops everything.\n"
        )
        self.stdout.flush()


@contextmanager
def fresh_database() -> Iterator[str]:
    """Use a database of its own, with products and a staff user whose password is given; no other is touched."""
    with TemporaryDirectory(prefix="flowwise-demo-") as folder:
        connection.close()
        connection.settings_dict["NAME"] = Path(folder) / "shop.sqlite3"
        call_command("migrate", verbosity=0)
        fill_shelves()
        password = secrets.token_urlsafe(8)
        get_user_model().objects.create_superuser("staff", password=password)
        try:
            yield password
        finally:
            connection.close()


@contextmanager
def shop() -> Iterator[str]:
    """Serve the shop on a free loopback port, and give its origin."""
    server = ThreadedWSGIServer((HOST, 0), QuietHandler, connections_override={})
    server.set_app(StaticFilesHandler(get_wsgi_application()))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def place_documented_order() -> Order:
    """Place the order of the vendor's Create Order page.

    Source: Create Order, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/orders/create-an-order
    (read 2026-11-24).
    """
    return services.place_order(
        reference="order_summer_fashion_001",
        order_id="order_summer_fashion_001",
        order_amount=Decimal("2299.5"),
        order_currency="INR",
        customer_id="cust_priya_sharma_2024",
        customer_email="priya.sharma@example.com",
        customer_phone="+919876543210",
        customer_address="123 Connaught Place, New Delhi, Delhi 110001, India",
        payment_methods="cc,dc,upi,nb,wallet",
        expiry_time_in_minutes=120,
        order_note="Summer collection dress - Medium size, Blue color",
        order_tags={"source": "mobile_app", "campaign": "summer_sale_2024", "customer_segment": "premium"},
    )


def pay(order: Order) -> str:
    """Pay on the local Flowwise's page as a browser would, come back to the shop, and give the order's state.

    Raises:
        CommandError: it is not paid then.
    """
    back = requests.post(order.checkout_url, data={"act": "pay", "method": "upi"}, timeout=10)
    order.refresh_from_db()
    if back.status_code != 200 or order.state != "PAID":
        raise CommandError(f"The order is {order.state} after paying, and {back.url} answered {back.status_code}.")
    return str(order.state)


def serve_until_interrupted() -> None:
    """Wait for Ctrl-C, or for a request to end."""
    with StopRequest() as stop:
        stop.wait()
