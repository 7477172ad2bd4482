"""The table of places: where marks are searched for. Another place is another line."""

from __future__ import annotations

import dataclasses
import logging
import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType, SimpleNamespace
from typing import Any

from django.apps import apps
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import RequestFactory, override_settings
from django.views.debug import ExceptionReporter, technical_500_response

import django_flowwise
from django_flowwise import services
from django_flowwise.client import FlowwiseClient
from django_flowwise.conf import get_account
from django_flowwise.models import Order, Payment, Refund
from tests.factories import make_order
from tests.secrecy.marks import ALL, CREDENTIALS, CUSTOMERS, OWN_COLUMNS, THE_SECRET, WITHOUT_NOTE
from tests.secrecy.world import World

PACKAGE = Path(django_flowwise.__file__).parent
DISCREET = (PACKAGE / "client", PACKAGE / "services")
"""Whose frames hold no customer's data,"""
ENTRIES = frozenset(
    {"create_order", "place_order", "aplace_order", "correct_order", "refund_payment", "arefund_payment"}
)
"""but for the services that are given it."""

BARE = {"order_amount": 5, "order_currency": "INR", "customer_details": {}}
"""An order at the emulator, but for its order_id."""


@dataclasses.dataclass(frozen=True)
class Place:
    """One place that is searched."""

    marks: Mapping[str, str]
    """What must not be there."""
    read: Callable[[World], Iterator[str]]
    plant: Callable[[World, str], Any]
    """Put a text there, to see that the search finds it."""


def records(world: World) -> Iterator[str]:
    formatter = logging.Formatter()
    for record in world.records:
        yield formatter.format(record)
        yield repr(vars(record))


def reprs(world: World) -> Iterator[str]:
    client = FlowwiseClient(get_account())
    yield from map(repr, world.objects)
    yield from map(str, world.objects)
    yield repr([get_account(), client, vars(client), world.emulator, world.emulator.behaviour])
    yield repr([world.emulator._ledger, world.emulator._ledger.switches, *world.emulator.requests])
    yield repr([*world.emulator._ledger.all_orders().values(), *Order.objects.all()])
    yield repr([world.emulator._ledger._refunds, *Payment.objects.all(), *Refund.objects.all()])
    yield repr([client.get_refund(refund_id) for refund_id in world.emulator.refunds])
    for order_id in world.emulator.orders:
        yield repr([client.get_order(order_id), client.list_payments(order_id)])


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Give an error and what it came of."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def errors(world: World) -> Iterator[str]:
    for raised in world.errors:
        for error in chain(raised):
            yield f"{error} {error!r} {vars(error)}"
        yield pickle.dumps(raised, protocol=0).decode("latin-1")


def traces(world: World) -> Iterator[traceback.TracebackException]:
    for raised in world.errors:
        for error in chain(raised):
            yield traceback.TracebackException(
                type(error), error, error.__traceback__, capture_locals=True, compact=False
            )


def tracebacks(world: World) -> Iterator[str]:
    for trace in traces(world):
        yield "".join(trace.format())


def our_frames(world: World) -> Iterator[str]:
    for trace in traces(world):
        for frame in trace.stack:
            is_ours = any(Path(frame.filename).is_relative_to(folder) for folder in DISCREET)
            if is_ours and frame.name not in ENTRIES:
                yield f"{frame.filename}:{frame.lineno} {frame.name} {frame.locals}"


def debug_pages(world: World) -> Iterator[str]:
    for error in world.errors:
        request = RequestFactory().get("/")
        with override_settings(DEBUG=True):
            yield technical_500_response(request, type(error), error, error.__traceback__).content.decode()


def reports(world: World) -> Iterator[str]:
    for error in world.errors:
        reporter = ExceptionReporter(RequestFactory().get("/"), type(error), error, error.__traceback__)
        yield reporter.get_traceback_text()
        yield reporter.get_traceback_html()


def answers(responses: list[Any]) -> Iterator[str]:
    for response in responses:
        yield f"{response.content.decode()} {response.headers} {response.cookies}"


def emulator_pages(world: World) -> Iterator[str]:
    return answers(list(world.emulator_pages()))


def rows(world: World, *, leave_out: Mapping[str, frozenset[str]] = MappingProxyType({})) -> Iterator[str]:
    for model in apps.get_models():
        hidden = leave_out.get(model.__name__, frozenset())
        for row in model._base_manager.values():
            yield str({name: value for name, value in row.items() if name not in hidden})
    for session in Session.objects.all():
        yield str(session.get_decoded())


def plant_in_frame(world: World, text: str) -> None:
    """Have an error raised below a frame of the services that holds this text, which is no number of seconds."""
    world.attempt(services.refresh_order, make_order(), deadline_seconds=text)


PLACES = {
    "log records": Place(ALL, records, lambda world, text: logging.getLogger("urllib3").debug("%s", text)),
    "reprs": Place(ALL, reprs, lambda world, text: world.objects.append(SimpleNamespace(planted=text))),
    "errors": Place(ALL, errors, lambda world, text: world.errors.append(LookupError(text))),
    "tracebacks": Place(THE_SECRET, tracebacks, plant_in_frame),
    "tracebacks, in our frames": Place(ALL, our_frames, plant_in_frame),
    "debug pages": Place(THE_SECRET, debug_pages, plant_in_frame),
    "error reports": Place(THE_SECRET, reports, plant_in_frame),
    "customer's pages": Place(
        ALL, lambda world: answers(world.pages), lambda world, text: world.pages.append(HttpResponse(text))
    ),
    "staff's pages": Place(
        ALL, lambda world: answers(world.staff_pages), lambda world, text: make_order(reference=text)
    ),
    "API's answers": Place(
        ALL, lambda world: answers(world.api_answers), lambda world, text: make_order(reference=text)
    ),
    "staff's page of an order": Place(
        CREDENTIALS, lambda world: answers(world.change_pages), lambda world, text: make_order(reference=text)
    ),
    "emulator's pages": Place(
        WITHOUT_NOTE,
        emulator_pages,
        lambda world, text: world.emulator._ledger.create({**BARE, "order_id": text}),
    ),
    "rows": Place(CREDENTIALS, rows, lambda world, text: make_order(customer_id=text)),
    "rows, but for their own columns": Place(
        CUSTOMERS,
        lambda world: rows(world, leave_out=OWN_COLUMNS),
        lambda world, text: make_order(reference=text),
    ),
}
