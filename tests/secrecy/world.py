"""What one path meets on its way, and what it leaves behind: everything that is searched afterwards."""

from __future__ import annotations

import dataclasses
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIClient

from django_flowwise.emulator import Emulator
from django_flowwise.emulator.ledger import payments as ledger_payments
from django_flowwise.emulator.ledger import refunds as ledger_refunds
from django_flowwise.emulator.refusals import Refusal
from django_flowwise.models import Order
from tests.secrecy.marks import CLIENT_ID, GATEWAY, SECRET, content
from tests.secrecy.writings import Writing

Operation = Callable[..., Any]
PAGES = ("checkout", "continue", "return")
API = "/api/flowwise/"
PARTS = ("", "payments/", "refunds/")


@dataclasses.dataclass(kw_only=True)
class World:
    """One shop, its staff, its customer and its Flowwise; and what they have seen."""

    emulator: Emulator
    settings: Any
    patch: pytest.MonkeyPatch
    staff: Client
    customer: Client
    server: APIClient
    """May do everything over the API but see who a customer is."""
    records: list[logging.LogRecord]
    errors: list[Exception] = dataclasses.field(default_factory=list)
    objects: list[Any] = dataclasses.field(default_factory=list)
    pages: list[Any] = dataclasses.field(default_factory=list)
    """What customers were answered."""
    staff_pages: list[Any] = dataclasses.field(default_factory=list)
    """What staff were answered, without the page that is there to show a customer's data."""
    change_pages: list[Any] = dataclasses.field(default_factory=list)
    api_answers: list[Any] = dataclasses.field(default_factory=list)

    __repr__ = object.__repr__

    def attempt(self, operation: Operation, *args: Any, **kwargs: Any) -> Any:
        """Do it; keep what it gives, or what it raises."""
        try:
            given = operation(*args, **kwargs)
        except Exception as error:  # noqa: BLE001  # whatever it is, it is searched
            self.errors.append(error)
            return None
        self.objects.append(given)
        return given

    def press(self, order: Order) -> None:
        """Press the customer's button."""
        self.pages.append(self.customer.post(order.get_absolute_url()))

    def ask(self, path: str, body: dict[str, Any] | None = None) -> None:
        """Send this to the API."""
        sent = json.dumps(body or {}, default=str)
        self.api_answers.append(self.server.post(f"{API}{path}", sent, content_type="application/json"))

    def last_order(self) -> Order:
        return Order.objects.latest("pk")

    def act(self, order: Order, name: str, **data: str) -> None:
        """Press one of the staff's buttons, and follow to the page with its message."""
        address = reverse(f"admin:django_flowwise_order_{name}", args=[order.pk])
        self._keep_with_messages(self.staff.post(address, data, follow=True))

    def fill_in(self, **changes: Any) -> None:
        """Have staff take a new order, and create it at Flowwise at once."""
        tags = "\n".join(f"{name}={text}" for name, text in content()["order_tags"].items())
        form = content() | {"account": "default", "order_id": "order_1", "order_tags": tags, **changes}
        address = reverse("admin:django_flowwise_order_add")
        self._keep_with_messages(self.staff.post(address, {**form, "_create_at_flowwise": "1"}, follow=True))

    def _keep_with_messages(self, response: Any) -> None:
        self.change_pages.append(response)
        self.objects.append([str(message) for message in response.context.get("messages", ())])

    def echo(self, writing: Writing, *, status: int = 400, code: str = "echoed") -> None:
        """Let Flowwise refuse, and repeat in its message what it was sent, the credentials too."""

        def refuse(_sent: dict[str, Any]) -> None:
            body = self.emulator.requests[-1].json
            sent = {**body.pop("customer_details"), "order_note": "", "order_tags": "", **body}
            raise Refusal(status, code, f"{writing(sent)} ({SECRET}, {CLIENT_ID})", "validation_error")

        self.patch.setattr(self.emulator._ledger, "create", refuse)

    def echo_refund(self, writing: Writing, *, status: int = 400) -> None:
        """Let Flowwise refuse a refund, and repeat in its message what it was sent, the credentials too."""

        def refuse(_payment_id: str, sent: dict[str, Any]) -> None:
            raise Refusal(status, "echoed", f"{writing(sent)} ({SECRET}, {CLIENT_ID})", "validation_error")

        self.patch.setattr(self.emulator._ledger, "refund_payment", refuse)

    def know_payers(self) -> None:
        """Let Flowwise tell more of every payer from now on, in what it calls the gateway's details."""
        for module, name in ((ledger_payments, "new_payment"), (ledger_refunds, "new_refund")):
            self.patch.setattr(module, name, _telling_more(getattr(module, name)))

    def visit(self) -> None:
        """Open every page of every order: the customer's, the staff's, the emulator's."""
        self.emulator.mend()
        for order in Order.objects.all():
            for name in PAGES:
                address = reverse(f"django_flowwise:{name}", args=[order.key])
                self.pages.append(self.customer.get(address))
            self.pages.append(self.customer.post(reverse("django_flowwise:return", args=[order.key])))
            self.change_pages.append(self.staff.get(staff_address("change", order)))
            self.staff_pages += [self.staff.get(staff_address(name, order)) for name in ("history", "withdraw")]
            self.api_answers += [self.server.get(f"{API}orders/{order.key}/{part}") for part in PARTS]
        self.staff_pages.append(self.staff.get(reverse("admin:django_flowwise_order_changelist")))
        self.api_answers.append(self.server.get(f"{API}orders/"))

    def emulator_pages(self) -> Iterator[requests.Response]:
        """Open the emulator's list, and what it shows of every order."""
        yield requests.get(self.emulator.url, timeout=5)
        for order_id in self.emulator.orders:
            for page in ("", "/outcome"):
                yield requests.get(f"{self.emulator.url}/checkout/{order_id}{page}", timeout=5)


def _telling_more(make: Callable[..., Any]) -> Callable[..., Any]:
    def telling_more(*args: Any, **kwargs: Any) -> Any:
        kept = make(*args, **kwargs)
        kept.answer["gateway_details"]["payer"] = GATEWAY
        return kept

    return telling_more


def staff_address(name: str, order: Order) -> str:
    return reverse(f"admin:django_flowwise_order_{name}", args=[order.pk])


@contextmanager
def every_record() -> Iterator[list[logging.LogRecord]]:
    """Keep every record of every logger, from DEBUG on."""
    records: list[logging.LogRecord] = []

    class Keeper(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            records.append(record)

    keeper = Keeper(logging.DEBUG)
    named = [logging.getLogger(name) for name in list(logging.root.manager.loggerDict)]
    before = [(logger, logger.level, logger.propagate) for logger in (logging.root, *named)]
    for logger, _level, _propagate in before:
        logger.setLevel(logging.DEBUG)
        logger.propagate = True
    logging.root.addHandler(keeper)
    try:
        yield records
    finally:
        logging.root.removeHandler(keeper)
        for logger, level, propagate in before:
            logger.setLevel(level)
            logger.propagate = propagate
