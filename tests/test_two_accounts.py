"""Two merchant accounts in one project: each order is at its own Flowwise, with its own credentials."""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import connections
from django.test import Client
from django.utils import timezone

from django_flowwise import services
from django_flowwise.emulator import Emulator
from django_flowwise.exceptions import AuthenticationRefused, FlowwiseConfigurationError, ReferenceInUse
from django_flowwise.models import Order, Payment, Refund
from tests.databases import OPTIONS
from tests.factories import make_order

pytestmark = pytest.mark.django_db

ALIASES = ("default", "kuwait")
MONEY = {"default": (Decimal("2299.50"), "INR"), "kuwait": (Decimal("12.345"), "KWD")}
PART = {"default": Decimal("1149.75"), "kuwait": Decimal("1.005")}
LONG_AGO = datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)


@pytest.fixture(scope="module")
def _kuwait() -> Iterator[Emulator]:
    with Emulator(client_id="kuwait-client", client_secret="kuwait-secret") as emulator:
        yield emulator


@pytest.fixture
def flowwise(_kuwait: Emulator, flowwise_emulator: Any, settings: Any) -> Iterator[dict[str, Emulator]]:
    """Give the two local Flowwises by alias; the settings know both."""
    _kuwait.reset()
    settings.FLOWWISE = {"default": flowwise_emulator.account, "kuwait": _kuwait.account}
    yield {"default": flowwise_emulator, "kuwait": _kuwait}
    _kuwait.reset()


@pytest.fixture
def same_payment_ids(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both Flowwises give every payment the same payment_id."""
    alike = SimpleNamespace(token_hex=lambda size: "5a" * size)
    monkeypatch.setattr("django_flowwise.emulator.payments.secrets", alike)


def order_in(alias: str, **values: Any) -> Order:
    amount, currency = MONEY[alias]
    return make_order(account=alias, order_amount=amount, order_currency=currency, **values)


def both(**values: Any) -> dict[str, Order]:
    """Submit an order in each account, alike in everything but the money."""
    return {alias: services.submit_order(order_in(alias, **values)) for alias in ALIASES}


def alike() -> dict[str, Order]:
    return both(reference="INV-SAME", order_id="order_same")


def calls(emulator: Emulator) -> list[tuple[str, str]]:
    """Give what the emulator was asked, and see to it that everybody came with the account's own client_id."""
    assert {request.headers["x-client-id"] for request in emulator.requests} <= {emulator.account["CLIENT_ID"]}
    return [(request.method, request.path.removeprefix("/router")) for request in emulator.requests]


def test_life__alike_in_both_accounts_and_never_mixed(
    flowwise: dict[str, Emulator], same_payment_ids: None
) -> None:
    orders = alike()
    refunds = {}
    for alias, order in orders.items():
        flowwise[alias].pay(order.order_id)
        services.refresh_order(order)
        payment = order.payments.get()
        refunds[alias] = services.refund_payment(payment, PART[alias], refund_id="refund_same")
        assert services.refundable_amount(payment) == MONEY[alias][0] - PART[alias]
    for alias, order in orders.items():
        order.refresh_from_db()
        kept = flowwise[alias].sent["order_same"]
        assert (kept["order_amount"], kept["order_currency"]) == MONEY[alias]
        assert (order.state, order.amount_paid) == ("PAID", MONEY[alias][0])
        assert (order.base_url, order.amount_refunded) == (flowwise[alias].base_url, PART[alias])
        assert order.checkout_url.startswith(flowwise[alias].url)
        assert flowwise[alias].refunds["refund_same"]["refund_amount"] == PART[alias]
        assert refunds[alias].refund_currency == MONEY[alias][1]
        assert calls(flowwise[alias]) == [
            ("POST", "/orders"),
            ("GET", "/orders/order_same"),
            ("GET", "/orders/order_same/payments"),
            ("POST", f"/payments/pay_{'5a' * 10}"),
        ]
    assert len({payment.payment_id for payment in Payment.objects.all()}) == 1
    assert {refund.account for refund in Refund.objects.all()} == set(ALIASES)


def test_money__of_one_account_pays_nothing_in_the_other(flowwise: dict[str, Emulator]) -> None:
    orders = alike()
    flowwise["kuwait"].pay("order_same")
    for order in orders.values():
        services.refresh_order(order)
    assert {alias: order.state for alias, order in orders.items()} == {"default": "ACTIVE", "kuwait": "PAID"}
    assert Payment.objects.get().order == orders["kuwait"]
    with pytest.raises(ReferenceInUse):
        # In its own account a reference is still taken.
        services.create_order(reference="INV-SAME", order_amount=1, order_currency="INR", customer_id="c")


def test_reconcile__all_or_one(flowwise: dict[str, Emulator]) -> None:
    orders = alike()
    for alias in ALIASES:
        flowwise[alias].pay("order_same")
    Order.objects.update(next_check_at=LONG_AGO)
    assert services.count_due() == 2
    assert services.count_due("kuwait") == 1
    asked = calls(flowwise["default"])
    report = services.reconcile("kuwait")
    assert [(found.pk, found.after) for found in report.moved] == [(orders["kuwait"].pk, "PAID")]
    assert calls(flowwise["default"]) == asked
    report = services.reconcile()
    assert [(found.pk, found.after) for found in report.moved] == [(orders["default"].pk, "PAID")]
    assert Order.objects.filter(state="PAID").count() == 2
    assert [calls(flowwise[alias])[1:] for alias in ALIASES] == [
        [("GET", "/orders/order_same"), ("GET", "/orders/order_same/payments")]
    ] * 2


def test_reconcile__one_account_that_is_down_holds_up_no_other(flowwise: dict[str, Emulator]) -> None:
    orders = alike()
    for emulator in flowwise.values():
        emulator.pay("order_same")
    flowwise["default"].fail_all("status_503")
    Order.objects.update(next_check_at=LONG_AGO)
    report = services.reconcile()
    assert [found.pk for found in report.moved] == [orders["kuwait"].pk]
    assert [found.pk for found in report.unlearned] == [orders["default"].pk]


def test_held_money__captured_here_and_voided_there(flowwise: dict[str, Emulator], same_payment_ids: None) -> None:
    orders = alike()
    for alias, order in orders.items():
        flowwise[alias].authorise("order_same")
        services.refresh_order(order)
    captured = services.capture_payment(orders["kuwait"].payments.get())
    assert (captured.amount_captured, captured.payment_currency) == MONEY["kuwait"]
    assert orders["default"].payments.get().is_held
    voided = services.void_payment(orders["default"].payments.get())
    assert not voided.is_held
    states = {order.account: order.state for order in Order.objects.all()}
    assert states == {"default": "ACTIVE", "kuwait": "PAID"}
    [there] = flowwise["kuwait"].payments["order_same"]
    assert (there["capture_status"], there["capture_amount"]) == ("SUCCESS", MONEY["kuwait"][0])
    assert flowwise["default"].payments["order_same"][0]["capture_status"] == "VOIDED"
    assert sum(path.endswith("/authorize") for emulator in flowwise.values() for _, path in calls(emulator)) == 2


def test_credentials__of_the_other_account_are_refused(flowwise: dict[str, Emulator], settings: Any) -> None:
    """What a mixed-up client would meet, so that the tests above would notice one."""
    right = copy.deepcopy(settings.FLOWWISE)
    for key in ("CLIENT_ID", "CLIENT_SECRET"):
        settings.FLOWWISE["kuwait"][key] = right["default"][key]
    order = order_in("kuwait")
    with pytest.raises(AuthenticationRefused):
        services.submit_order(order)
    assert flowwise["kuwait"].orders == flowwise["default"].orders == {}
    assert flowwise["default"].requests == []
    settings.FLOWWISE = right
    assert services.submit_order(order).state == "ACTIVE"


class InAFile:
    """Keep orders where threads can share them: in a database file."""

    def db_for_read(self, model: type, **hints: Any) -> str | None:
        return "file" if model in MODELS else None

    db_for_write = db_for_read


MODELS = (Order, Payment, Refund)


@pytest.fixture
def in_a_file(transactional_db: None, settings: Any, tmp_path: Path) -> Iterator[None]:
    connections.settings["file"] = {
        **connections.settings["default"],
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": tmp_path / "orders.sqlite3",
        "OPTIONS": OPTIONS["sqlite"],
    }
    settings.DATABASE_ROUTERS = ["tests.test_two_accounts.InAFile"]
    connections["file"].connect()  # here, since a test's case lets only its own databases be connected to
    with connections["file"].schema_editor() as editor:
        for model in MODELS:
            editor.create_model(model)
    try:
        yield
    finally:
        connections["file"].close()
        del connections["file"]
        del connections.settings["file"]


def at_once(work: Callable[[str], Any], count: int) -> list[Any]:
    """Do it in both accounts, so often in each, all in threads of their own."""

    def alone(alias: str) -> Any:
        connections["file"].connect()
        try:
            return work(alias)
        finally:
            connections["file"].close()

    aliases = list(ALIASES) * count
    with ThreadPoolExecutor(len(aliases)) as pool:
        return list(pool.map(alone, aliases))


@pytest.mark.django_db(transaction=True)
def test_threads__each_order_lives_in_its_own_account(in_a_file: None, flowwise: dict[str, Emulator]) -> None:
    def live(alias: str) -> str:
        order = services.submit_order(order_in(alias))
        flowwise[alias].pay(order.order_id)
        services.refresh_order(order)
        services.refund_payment(order.payments.get(), PART[alias])
        return order.order_id

    order_ids = at_once(live, 4)
    for alias in ALIASES:
        orders = Order.objects.filter(account=alias)
        assert {order.order_id for order in orders} == flowwise[alias].orders.keys()
        assert [(order.state, order.amount_paid, order.amount_refunded) for order in orders] == [
            ("PAID", MONEY[alias][0], PART[alias])
        ] * 4
        assert [refund["refund_amount"] for refund in flowwise[alias].refunds.values()] == [PART[alias]] * 4
        assert len(calls(flowwise[alias])) == 16
    assert len(set(order_ids)) == 8


@pytest.mark.django_db(transaction=True)
def test_threads__held_money_of_both_at_once(in_a_file: None, flowwise: dict[str, Emulator]) -> None:
    orders = alike()
    for alias, order in orders.items():
        flowwise[alias].authorise("order_same")
        services.refresh_order(order)

    def end(alias: str) -> bool:
        payment = Payment.objects.get(account=alias)
        act = services.capture_payment if alias == "default" else services.void_payment
        return act(payment).is_successful

    assert at_once(end, 1) == [True, False]
    words = {alias: flowwise[alias].payments["order_same"][0]["capture_status"] for alias in ALIASES}
    assert words == {"default": "SUCCESS", "kuwait": "VOIDED"}


@pytest.fixture
def gone(flowwise: dict[str, Emulator], settings: Any) -> dict[str, Order]:
    """Give paid orders of both accounts, of which kuwait is no longer in the settings."""
    orders = alike()
    for alias, order in orders.items():
        flowwise[alias].pay("order_same")
        services.refresh_order(order)
    del settings.FLOWWISE["kuwait"]
    return orders


def rows() -> list[list[dict[str, Any]]]:
    return [list(model.objects.order_by("pk").values()) for model in MODELS]


def refuse(call: Callable[[], Any], flowwise: dict[str, Emulator]) -> None:
    """See that the call names the account that is not there, and that nothing was sent or saved."""
    before, asked = rows(), [calls(emulator) for emulator in flowwise.values()]
    with pytest.raises(FlowwiseConfigurationError, match="has no account 'kuwait'"):
        call()
    assert rows() == before
    assert [calls(emulator) for emulator in flowwise.values()] == asked


def test_gone__money_stays_where_it_is(gone: dict[str, Order], flowwise: dict[str, Emulator]) -> None:
    order = gone["kuwait"]
    payment = order.payments.get()
    refuse(lambda: services.refund_payment(payment), flowwise)
    refuse(lambda: services.refund_payment(payment, PART["kuwait"], refund_id="refund_same"), flowwise)
    refuse(lambda: services.refresh_order(order), flowwise)
    refuse(lambda: services.reconcile("kuwait"), flowwise)
    refuse(lambda: services.count_due("kuwait"), flowwise)
    assert services.refundable_amount(payment) == MONEY["kuwait"][0]
    assert services.refund_payment(gone["default"].payments.get()).state == "ACCEPTED"


def test_gone__held_money_stays_held(flowwise: dict[str, Emulator], settings: Any) -> None:
    order = alike()["kuwait"]
    flowwise["kuwait"].authorise("order_same")
    services.refresh_order(order)
    del settings.FLOWWISE["kuwait"]
    payment = order.payments.get()
    refuse(lambda: services.capture_payment(payment), flowwise)
    refuse(lambda: services.void_payment(payment), flowwise)


@pytest.mark.parametrize("state", ["DRAFT", "ACTIVE", "EXPIRED"])
def test_gone__nothing_new_is_sent(flowwise: dict[str, Emulator], settings: Any, state: str) -> None:
    order = order_in("kuwait")
    if state != "DRAFT":
        services.submit_order(order)
    if state == "EXPIRED":
        flowwise["kuwait"].expire(order.order_id)
        services.refresh_order(order)
    del settings.FLOWWISE["kuwait"]
    act = services.submit_order if state == "DRAFT" else services.reissue_order
    refuse(lambda: act(order), flowwise)
    with pytest.raises(ValidationError, match="no account 'kuwait'"):
        services.create_order(
            account="kuwait", reference="X", order_amount=1, order_currency="KWD", customer_id="c"
        )
    assert Order.objects.count() == 1


def test_gone__reconcile_serves_the_others(gone: dict[str, Order], flowwise: dict[str, Emulator]) -> None:
    Order.objects.update(next_check_at=LONG_AGO)
    asked = calls(flowwise["kuwait"])
    assert services.count_due() == 1
    report = services.reconcile()
    assert [found.pk for found in report.looked_at] == [gone["default"].pk]
    assert (report.unlearned, report.elsewhere) == ((), 1)
    assert calls(flowwise["kuwait"]) == asked


def test_gone__comes_back(gone: dict[str, Order], flowwise: dict[str, Emulator], settings: Any) -> None:
    settings.FLOWWISE["kuwait"] = flowwise["kuwait"].account
    refund = services.refund_payment(gone["kuwait"].payments.get())
    assert (refund.state, refund.refund_amount) == ("ACCEPTED", MONEY["kuwait"][0])


@pytest.mark.parametrize("state", ["DRAFT", "SUBMITTING", "UNCONFIRMED", "REFUSED", "ACTIVE", "EXPIRED", "PAID"])
def test_gone__staff_still_see_its_orders(
    client: Client, flowwise: dict[str, Emulator], settings: Any, state: str
) -> None:
    order = services.submit_order(order_in("kuwait"))
    attention = [{"reason": "cannot_tell", "at": LONG_AGO.isoformat()}]
    Order.objects.filter(pk=order.pk).update(state=state, attention=attention)
    del settings.FLOWWISE["kuwait"]
    client.force_login(User.objects.create_superuser("anna"))
    page = "/admin/django_flowwise/order/"
    for address in (page, f"{page}?account=kuwait", f"{page}in-doubt/", f"{page}{order.pk}/change/"):
        response = client.get(address)
        assert response.status_code == 200, address
        assert order.reference in response.content.decode(), address
    asked = calls(flowwise["kuwait"])
    for act in ("refresh", "create", "reissue"):
        said = client.post(f"{page}{order.pk}/{act}/", follow=True)
        assert said.status_code == 200
    assert calls(flowwise["kuwait"]) == asked


@pytest.mark.parametrize(
    ("state", "at_checkout", "at_return"),
    [
        ("DRAFT", 200, 302),
        ("SUBMITTING", 200, 200),
        ("UNCONFIRMED", 200, 200),
        ("REFUSED", 200, 302),
        ("ACTIVE", 409, 200),
        ("EXPIRED", 410, 200),
        ("PAID", 302, 200),
        ("REVERSED", 302, 200),
    ],
)
def test_gone__customers_still_see_their_orders(
    client: Client,
    flowwise: dict[str, Emulator],
    settings: Any,
    state: str,
    at_checkout: int,
    at_return: int,
) -> None:
    order = services.submit_order(order_in("kuwait"))
    soon = timezone.now() + datetime.timedelta(hours=1)
    Order.objects.filter(pk=order.pk).update(state=state, claim_expires_at=soon)
    del settings.FLOWWISE["kuwait"]
    asked = calls(flowwise["kuwait"])
    assert client.get(order.get_absolute_url()).status_code == at_checkout
    assert client.get(f"/flowwise/checkout/{order.key}/continue/").status_code == 303
    assert client.get(f"/flowwise/return/{order.key}/").status_code == at_return
    response = client.post(order.get_absolute_url(), follow=True)
    assert response.status_code in {200, 409, 502}
    assert calls(flowwise["kuwait"]) == asked
    order.refresh_from_db()
    assert order.state == state
