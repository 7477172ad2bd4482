"""Every way in which an act of the API can end, provoked: what the description says is held against it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple, NoReturn

from django.contrib.auth.models import Permission, User
from django.core.cache import cache
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, TokenAuthentication
from rest_framework.authtoken.models import Token
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.settings import api_settings
from rest_framework.test import APIClient

from django_flowwise import services
from django_flowwise.api.endpoint import Endpoint
from django_flowwise.api.schema.bodies import ORDER_BODY_EXAMPLES, REFUND_BODY_EXAMPLES
from django_flowwise.exceptions import OutcomeUnknown
from django_flowwise.models import Order, Refund
from tests.api.conftest import ORDERS, url_of
from tests.doors.conftest import held

LEAST = ORDER_BODY_EXAMPLES["least"]["value"]
SUBMITTED = ORDER_BODY_EXAMPLES["submitted"]["value"]
PART = REFUND_BODY_EXAMPLES["part"]["value"]
LATE = timezone.now().replace(year=2100)


class Nameless(BaseAuthentication):
    """Refuse everybody, and name no scheme."""

    def authenticate(self, request: Any) -> NoReturn:
        raise AuthenticationFailed("Invalid token.")


class Shop:
    """A shop's server that may do everything, and what stands behind the API."""

    def __init__(self, emulator: Any, settings: Any, monkeypatch: Any) -> None:
        self.emulator, self.settings, self.monkeypatch = emulator, settings, monkeypatch
        self.user = User.objects.create_user("server")
        self.user.user_permissions.set(Permission.objects.filter(content_type__app_label="django_flowwise"))
        self.headers = {"HTTP_AUTHORIZATION": f"Token {Token.objects.create(user=self.user).key}"}
        self.authenticate_by(TokenAuthentication)
        cache.clear()

    def authenticate_by(self, *classes: Any) -> None:
        self.monkeypatch.setattr(Endpoint, "authentication_classes", list(classes))

    def order(self, **content: Any) -> Order:
        """Save the order of the examples, as the API would."""
        asked = {name: value for name, value in SUBMITTED.items() if name != "submit"}
        return services.create_order(**{**asked, **content})

    def active(self) -> Order:
        return services.submit_order(self.order())

    def paid(self) -> Order:
        order = self.active()
        self.emulator.pay(order.order_id)
        return services.refresh_order(order)

    def expired(self) -> Order:
        order = self.active()
        self.emulator.expire(order.order_id)
        return services.refresh_order(order)

    def get(self, address: str, **headers: Any) -> Any:
        return APIClient().get(address, **{**self.headers, **headers})

    def post(self, address: str, body: Any = None, *, raw: str | None = None, **headers: Any) -> Any:
        headers = {"content_type": "application/json", **self.headers, **headers}
        return APIClient().post(address, json.dumps(body or {}) if raw is None else raw, **headers)

    def create(self, body: Any = SUBMITTED, **how: Any) -> Any:
        return self.post(ORDERS, body, **how)

    def refund(self, order: Order, **changed: Any) -> Any:
        body = {**PART, "payment_id": order.payments.get().payment_id, **changed}
        return self.post(url_of(order, "refunds"), body)

    def fails(self, fault: str, operation: str = "") -> None:
        self.emulator.fail_all(fault, operation=operation)

    def loses_its_secret(self) -> None:
        self.settings.FLOWWISE["default"]["CLIENT_SECRET"] = ""


class Act(NamedTuple):
    """One operation: what it needs, and how it is asked for."""

    arrange: Callable[[Shop], Order]
    ask: Callable[..., Any]
    """Takes the shop, the order, and headers."""
    operation: str = ""
    """What it asks of Flowwise first."""


def getting(act: str = "") -> Callable[..., Any]:
    return lambda shop, order, **headers: shop.get(url_of(order, act), **headers)


def posting(act: str) -> Callable[..., Any]:
    return lambda shop, order, **headers: shop.post(url_of(order, act), **headers)


def refunding(shop: Shop, order: Order, **headers: Any) -> Any:
    body = {**PART, "payment_id": getattr(order.payments.first(), "payment_id", "5114915190391")}
    return shop.post(url_of(order, "refunds"), body, **headers)


ACTS = {
    "flowwise_orders_list": Act(Shop.active, lambda shop, _, **headers: shop.get(ORDERS, **headers)),
    "flowwise_orders_create": Act(
        lambda _: Order(), lambda shop, _, **headers: shop.create(**headers), "create_order"
    ),
    "flowwise_orders_retrieve": Act(Shop.active, getting()),
    "flowwise_orders_submit": Act(Shop.order, posting("submit"), "create_order"),
    "flowwise_orders_refresh": Act(Shop.active, posting("refresh"), "get_order"),
    "flowwise_orders_reissue": Act(Shop.expired, posting("reissue"), "create_order"),
    "flowwise_payments_list": Act(Shop.paid, getting("payments")),
    "flowwise_refunds_list": Act(Shop.paid, getting("refunds")),
    "flowwise_refunds_create": Act(Shop.paid, refunding, "refund_payment"),
}
ACTING = [name for name, act in ACTS.items() if act.operation]
CREATE, SUBMIT, REFRESH, REISSUE, REFUND = ACTING


def without_credentials(shop: Shop, act: Act) -> Any:
    order = act.arrange(shop)
    shop.headers = {}
    return act.ask(shop, order)


def without_a_scheme(shop: Shop, act: Act) -> Any:
    shop.authenticate_by(SessionAuthentication)
    return without_credentials(shop, act)


def with_a_wrong_token(shop: Shop, act: Act) -> Any:
    return act.ask(shop, act.arrange(shop), HTTP_AUTHORIZATION="Token wrong")


def with_a_wrong_token_without_a_scheme(shop: Shop, act: Act) -> Any:
    shop.authenticate_by(Nameless)
    return act.ask(shop, act.arrange(shop))


def without_permission(shop: Shop, act: Act) -> Any:
    order = act.arrange(shop)
    shop.user.user_permissions.clear()
    return act.ask(shop, order)


def of_what_is_not_there(shop: Shop, act: Act) -> Any:
    order = act.arrange(shop)
    return act.ask(shop, order, QUERY_STRING="format=xml")


def in_another_language(shop: Shop, act: Act) -> Any:
    return act.ask(shop, act.arrange(shop), HTTP_ACCEPT="text/html")


def too_often(shop: Shop, act: Act) -> Any:
    order = act.arrange(shop)
    shop.monkeypatch.setitem(api_settings.DEFAULT_THROTTLE_RATES, "flowwise", "0/min")
    return act.ask(shop, order)


BY_ANYBODY: dict[tuple[int, str], Callable[[Shop, Act], Any]] = {
    (401, "not_authenticated"): without_credentials,
    (401, "authentication_failed"): with_a_wrong_token,
    (403, "not_authenticated"): without_a_scheme,
    (403, "authentication_failed"): with_a_wrong_token_without_a_scheme,
    (403, "permission_denied"): without_permission,
    (404, "not_found"): of_what_is_not_there,
    (406, "not_acceptable"): in_another_language,
    (429, "throttled"): too_often,
}


def misconfigured(shop: Shop, act: Act) -> Any:
    order = act.arrange(shop)
    shop.loses_its_secret()
    return act.ask(shop, order)


def offline(shop: Shop, act: Act) -> Any:
    order = act.arrange(shop)
    shop.emulator.stop()
    return act.ask(shop, order)


def failing(fault: str) -> Callable[[Shop, Act], Any]:
    def fail(shop: Shop, act: Act) -> Any:
        order = act.arrange(shop)
        shop.fails(fault, act.operation)
        return act.ask(shop, order)

    return fail


unanswered = failing("reset_before_accept")

BY_FLOWWISE: dict[tuple[int, str], Callable[[Shop, Act], Any]] = {
    (422, "refused"): failing("status_400"),
    (500, "misconfigured"): misconfigured,
    (502, "credentials_refused"): failing("status_401"),
    (502, "not_at_flowwise"): failing("status_404"),
    (503, "not_sent"): offline,
}


def as_text(shop: Shop, act: Act) -> Any:
    return act.ask(shop, act.arrange(shop), content_type="text/plain")


def broken_off(shop: Shop, act: Act) -> Any:
    return act.ask(shop, act.arrange(shop), raw="{")


def too_long(shop: Shop, act: Act) -> Any:
    shop.settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1
    return act.ask(shop, act.arrange(shop))


BY_BODY: dict[tuple[int, str], Callable[[Shop, Act], Any]] = {
    (400, "parse_error"): broken_off,
    (413, "too_large"): too_long,
    (415, "unsupported_media_type"): as_text,
}


def while_it_is_submitted(shop: Shop) -> Any:
    Order.objects.filter(pk=shop.order().pk).update(state="SUBMITTING", claim_expires_at=LATE)
    return shop.create()


def submit_while_it_is_submitted(shop: Shop) -> Any:
    order = shop.order()
    Order.objects.update(state="SUBMITTING", claim_expires_at=LATE)
    return shop.post(url_of(order, "submit"))


def reissue_while_its_successor_is_submitted(shop: Shop) -> Any:
    order = shop.expired()
    fresh = services.reissue_order(order)
    Order.objects.filter(pk=fresh.pk).update(state="SUBMITTING", claim_expires_at=LATE)
    return shop.post(url_of(order, "reissue"))


def refund_while_it_is_sent(shop: Shop) -> Any:
    order = shop.paid()
    shop.refund(order)
    Refund.objects.update(state="SUBMITTING", claim_expires_at=LATE)
    return shop.refund(order)


def create_what_was_reversed(shop: Shop) -> Any:
    Order.objects.filter(pk=shop.order().pk).update(state="REVERSED")
    return shop.create()


def submit_what_was_withdrawn(shop: Shop) -> Any:
    order = services.withdraw_order(shop.order())
    return shop.post(url_of(order, "submit"))


def refresh_what_was_made_elsewhere(shop: Shop) -> Any:
    order = shop.active()
    Order.objects.update(base_url="https://sandbox.flowwise.example/router")
    return shop.post(url_of(order, "refresh"))


def of_what_cannot_be_sent(shop: Shop, order: Order, act: str) -> Any:
    Order.objects.update(order_amount="2299.505")
    return shop.post(url_of(order, act))


def in_doubt(service: str) -> Callable[..., Any]:
    def ask(shop: Shop, act: Act) -> Any:
        def doubt(*_args: Any, **_content: Any) -> NoReturn:
            raise OutcomeUnknown("Whether Flowwise did it is unknown.")

        order = act.arrange(shop)
        shop.monkeypatch.setattr(services, service, doubt)
        return act.ask(shop, order)

    return ask


def again(shop: Shop, act: Act) -> Any:
    order = act.arrange(shop)
    act.ask(shop, order)
    return act.ask(shop, order)


def at_once(shop: Shop, act: Act) -> Any:
    return act.ask(shop, act.arrange(shop))


def paid_meanwhile(shop: Shop) -> Any:
    order = shop.active()
    shop.emulator.pay(order.order_id)
    return shop.post(url_of(order, "refresh"))


def with_a_refund(shop: Shop) -> Any:
    order = shop.paid()
    shop.refund(order)
    return shop.get(url_of(order, "refunds"))


def _of(name: str, ending: Callable[[Shop, Act], Any]) -> Callable[[Shop], Any]:
    return lambda shop: ending(shop, ACTS[name])


ENDINGS: dict[tuple[str, int, str], Callable[[Shop], Any]] = {
    **{(name, *ends): _of(name, ending) for name in ACTS for ends, ending in BY_ANYBODY.items()},
    **{(name, *ends): _of(name, ending) for name in ACTING for ends, ending in {**BY_FLOWWISE, **BY_BODY}.items()},
    **{
        (name, *ends): _of(name, ending)
        for name in (CREATE, SUBMIT, REFRESH, REISSUE, REFUND)
        for ends, ending in BY_BODY.items()
    },
    ("flowwise_orders_list", 200, "page"): _of("flowwise_orders_list", at_once),
    ("flowwise_orders_list", 400, "invalid"): lambda shop: shop.get(f"{ORDERS}?page_size=0"),
    ("flowwise_orders_retrieve", 200, "active"): _of("flowwise_orders_retrieve", at_once),
    ("flowwise_payments_list", 200, "paid"): _of("flowwise_payments_list", at_once),
    ("flowwise_refunds_list", 200, "accepted"): with_a_refund,
    (CREATE, 200, "again"): _of(CREATE, again),
    (CREATE, 201, "draft"): lambda shop: shop.create(LEAST),
    (CREATE, 201, "submitted"): _of(CREATE, at_once),
    (CREATE, 202, "unconfirmed"): _of(CREATE, unanswered),
    (CREATE, 400, "invalid"): lambda shop: shop.create({**LEAST, "order_amount": "2299.505"}),
    (CREATE, 409, "reference_in_use"): lambda shop: [
        shop.create(),
        shop.create({**SUBMITTED, "order_amount": "1.00"}),
    ][-1],
    (CREATE, 409, "order_id_in_use"): lambda shop: [
        shop.create({**LEAST, "order_id": "INV-1"}),
        shop.create({**SUBMITTED, "order_id": "INV-1"}),
    ][-1],
    (CREATE, 409, "busy"): while_it_is_submitted,
    (CREATE, 409, "move_not_allowed"): create_what_was_reversed,
    (CREATE, 503, "outcome_unknown"): _of(CREATE, in_doubt("place_order")),
    (SUBMIT, 200, "active"): _of(SUBMIT, at_once),
    (SUBMIT, 202, "unconfirmed"): _of(SUBMIT, unanswered),
    (SUBMIT, 400, "invalid"): lambda shop: of_what_cannot_be_sent(shop, shop.order(), "submit"),
    (SUBMIT, 409, "busy"): submit_while_it_is_submitted,
    (SUBMIT, 409, "move_not_allowed"): submit_what_was_withdrawn,
    (REFRESH, 200, "paid"): paid_meanwhile,
    (REFRESH, 400, "invalid"): lambda shop: shop.post(url_of(shop.active(), "refresh"), {"note": "x"}),
    (REFRESH, 409, "move_not_allowed"): refresh_what_was_made_elsewhere,
    (REFRESH, 503, "outcome_unknown"): _of(REFRESH, unanswered),
    (REISSUE, 200, "again"): _of(REISSUE, again),
    (REISSUE, 201, "active"): _of(REISSUE, at_once),
    (REISSUE, 202, "unconfirmed"): _of(REISSUE, unanswered),
    (REISSUE, 400, "invalid"): lambda shop: of_what_cannot_be_sent(shop, shop.expired(), "reissue"),
    (REISSUE, 409, "busy"): reissue_while_its_successor_is_submitted,
    (REISSUE, 409, "move_not_allowed"): lambda shop: shop.post(url_of(shop.active(), "reissue")),
    (REISSUE, 503, "outcome_unknown"): lambda shop: unanswered(
        shop, ACTS[REISSUE]._replace(operation="get_order")
    ),
    (REFUND, 200, "again"): _of(REFUND, again),
    (REFUND, 201, "accepted"): _of(REFUND, at_once),
    (REFUND, 202, "unconfirmed"): _of(REFUND, unanswered),
    (REFUND, 400, "invalid"): lambda shop: shop.refund(shop.paid(), amount="2299.51"),
    (REFUND, 409, "reference_in_use"): lambda shop: [
        shop.refund(order := shop.paid()),
        shop.refund(order, amount="1.00"),
    ][-1],
    (REFUND, 409, "busy"): refund_while_it_is_sent,
    (REFUND, 409, "move_not_allowed"): lambda shop: shop.refund(held(shop.emulator)),
    (REFUND, 503, "outcome_unknown"): _of(REFUND, in_doubt("refund_payment")),
}
"""By operation, status, and the name of what the description shows: the code, where it is a problem."""
