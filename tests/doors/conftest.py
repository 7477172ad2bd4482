"""Staff with exactly these permissions, orders in any state, and what a page or an answer leads to."""

from __future__ import annotations

import base64
import datetime
import uuid
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from django_flowwise import services
from django_flowwise.admin.acts import ACTS
from django_flowwise.admin.payment_acts import PAYMENT_ACTS, SEND_REFUND
from django_flowwise.exceptions import OutcomeUnknown
from django_flowwise.models import Order, Payment, Refund
from tests.factories import make_order

PUBLIC = ("checkout", "continue", "return")
CHECKOUT_URL = "https://payments.flowwise.com/checkout/order_1"
GUESSES_OF_KEYS: dict[str, Callable[[uuid.UUID], str]] = {
    "another": lambda _: str(uuid.uuid4()),
    "of another kind": lambda _: str(uuid.uuid1()),
    "nil": lambda _: str(uuid.UUID(int=0)),
    "all ones": lambda _: "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "its neighbour": lambda key: str(uuid.UUID(int=key.int ^ 1)),
    "in capitals": lambda key: "A" + str(key).upper()[1:],
    "without hyphens": lambda key: key.hex,
    "in braces": lambda key: f"{{{key}}}",
    "as an address": lambda key: key.urn,
    "as a number": lambda key: str(key.int),
    "as base64": lambda key: base64.urlsafe_b64encode(key.bytes).decode().rstrip("="),
    "with junk behind": lambda key: f"{key}x",
    "with a newline behind": lambda key: f"{key}%0A",
    "with a blank before": lambda key: f"%20{key}",
    "with a NUL behind": lambda key: f"{key}%00",
    "cut off": lambda key: str(key)[:-1],
    "with another hyphen": lambda key: str(key).replace("-", "‐", 1),  # noqa: RUF001  # the trick
    "the number of the row": lambda _: "1",
    "a quote": lambda key: f"{key}'--",
    "the way up": lambda key: f"..%2f{key}",
}
"""Ways to guess a key, or to write a known one otherwise."""
_LEADING = frozenset({"href", "src", "action", "formaction", "content", "data", "poster", "cite"})


@pytest.fixture
def staff(db: None) -> Any:
    """Log a person of the staff in who has these permissions and no other."""

    def log_in(*permissions: str, strict: bool = False) -> Client:
        user, _ = User.objects.get_or_create(username="anna", is_staff=True)
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
        client = Client(enforce_csrf_checks=strict)
        client.force_login(user)
        return client

    return log_in


@pytest.fixture
def boss(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("boss"))
    return client


def order_in(state: str, **values: Any) -> Order:
    """Put an order into this state; just looked at, so that no page asks Flowwise."""
    order = make_order()
    live_key = None if state == "WITHDRAWN" else order.live_key
    soon = timezone.now() + datetime.timedelta(hours=1)
    values = {"checkout_url": CHECKOUT_URL, "order_expiry_time": soon, "attempts": 1, "checked_at": soon, **values}
    Order.objects.filter(pk=order.pk).update(state=state, live_key=live_key, **values)
    order.refresh_from_db()
    return order


def active() -> Order:
    return services.submit_order(make_order())


def expired(emulator: Any) -> Order:
    order = active()
    emulator.expire(order.order_id)
    return services.refresh_order(order)


def paid(emulator: Any) -> Order:
    """Give an order that is ACTIVE here, and paid at the gateway."""
    order = active()
    emulator.pay(order.order_id)
    return order


def needing_a_person(_: Any) -> Order:
    """Give an order in doubt of which the gateway refuses to say whether it has it."""
    order = make_order()
    attention = [{"reason": "cannot_tell", "evidence": "400", "at": "2026-01-01"}]
    Order.objects.filter(pk=order.pk).update(state="UNCONFIRMED", attempts=1, attention=attention)
    order.refresh_from_db()
    return order


def refundable(emulator: Any) -> Order:
    """Give an order whose payment has been taken, and is known."""
    return services.refresh_order(paid(emulator))


def held(emulator: Any) -> Order:
    """Give an order whose payment is authorised, and not captured."""
    order = active()
    emulator.authorise(order.order_id)
    return services.refresh_order(order)


def with_refund_in_doubt(emulator: Any) -> Order:
    """Give an order with a refund of which no answer came; long ago, so that it may be sent again."""
    order = refundable(emulator)
    emulator.fail_next("status_500_before_accept", calls=2)
    with pytest.raises(OutcomeUnknown):
        services.refund_payment(order.payments.get(), "1.00")
    Refund.objects.update(maybe_sent_at=timezone.now() - datetime.timedelta(hours=1))
    emulator.mend()
    return order


ARRANGED: dict[str, Callable[[Any], Order]] = {
    "create": lambda _: make_order(),
    "send_again": needing_a_person,
    "refresh": paid,
    "reissue": expired,
    "withdraw": lambda _: active(),
    "settle": needing_a_person,
    "refund": refundable,
    "capture": held,
    "void": held,
    "send_refund": with_refund_in_doubt,
}
"""For each act of the admin, an order that it fits."""
NAMES = ({act.name for act in ACTS} | {act.name for act in PAYMENT_ACTS}) | {SEND_REFUND}
"""What the admin can do to an order or its money."""
TYPED: dict[str, dict[str, str]] = {
    "settle": {"note": "seen"},
    "refund": {"amount": "1.00", "note": "seen", "refund_id": "refund_doors", "confirmed": "1"},
    "capture": {"amount": "2299.50", "confirmed": "1"},
    "void": {"confirmed": "1"},
}
"""What is sent with an act, where it asks for something."""


def page_of(name: str, order: Order) -> str:
    return reverse(f"django_flowwise:{name}", args=[order.key])


def admin_page(name: str, *args: Any) -> str:
    return reverse(f"admin:django_flowwise_order_{name}", args=args)


def act_page(name: str, order: Order) -> str:
    """Give the address of what is done to an order, its one payment, or that one's refund."""
    if name in {act.name for act in PAYMENT_ACTS}:
        return admin_page(name, order.pk, order.payments.get().pk)
    if name == SEND_REFUND:
        return admin_page(name, order.pk, Refund.objects.get(payment__order=order).pk)
    return admin_page(name, order.pk)


def rows() -> list[Any]:
    """Read every order with its payments and refunds, to see that none has changed."""
    return [list(model.objects.order_by("pk").values()) for model in (Order, Payment, Refund)]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        is_refresh = tag == "meta" and (given.get("http-equiv") or "").lower() == "refresh"
        self.found += [
            value or "" for name, value in attrs if name in _LEADING and (name != "content" or is_refresh)
        ]


def leads_to(response: Any) -> Iterator[str]:
    """Give every address to which an answer leads a browser: by header, link, form, image or script."""
    if "Location" in response:
        yield response["Location"]
    if "Refresh" in response:
        yield response["Refresh"].partition("url=")[2]
    links = _Links()
    links.feed(response.content.decode())
    yield from links.found


def leads_away(response: Any) -> list[str]:
    """Give those that are not plain paths of our own host."""
    return [
        address
        for address in leads_to(response)
        if address.startswith("//") or address[:1] not in {"", "/", "?", "#"}
    ]
