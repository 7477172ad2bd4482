"""The example shop: from the catalogue to an order that is paid."""

from __future__ import annotations

import datetime
import re
import runpy
import uuid
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

import example_project
from django_flowwise import services
from django_flowwise.models import Order
from example_project.security import content_security_policy
from example_project.shop import receivers
from example_project.shop.basket import Basket
from example_project.shop.models import Line, Product, ShopOrder
from example_project.shop.ordering import TotalChanged, take_order
from example_project.shop.stock import fill_shelves
from tests.factories import make_order

pytestmark = [pytest.mark.django_db, pytest.mark.urls("example_project.urls")]

SETTINGS = Path(example_project.__file__).parent / "settings.py"
ADDRESS = {
    "name": "Priya Sharma",
    "email": "priya.sharma@example.com",
    "phone": "+919876543210",
    "address": "123 Connaught Place\nNew Delhi",
}


def fill(client: Client, product: Product, times: int = 1) -> None:
    for _ in range(times):
        client.post(f"/basket/add/{product.pk}/")


def hidden_fields(client: Client, page: str = "/checkout/") -> dict[str, str]:
    """Read what the form says by itself: which basket it is about, and the total that it shows."""
    fields = dict(
        re.findall(r'<input type="hidden" name="(key|total)" value="([^"]+)"', client.get(page).content.decode())
    )
    assert set(fields) == {"key", "total"}
    return fields


def buy(client: Client, product: Product) -> Any:
    fill(client, product)
    return client.post("/checkout/", ADDRESS | hidden_fields(client))


def test_catalogue__shows_what_there_is(client: Client, lamp: Product) -> None:
    page = client.get("/").content.decode()
    assert Product.objects.count() == 6
    assert str(lamp) in page
    assert "INR\xa01,849.00" in page
    assert "Basket (0)" in page
    fill_shelves()
    assert Product.objects.count() == 6


def test_catalogue__empty(client: Client) -> None:
    assert "shelves are empty" in client.get("/").content.decode()


def test_basket__adds_and_removes(client: Client, lamp: Product) -> None:
    assert "nothing in it yet" in client.get("/basket/").content.decode()
    fill(client, lamp, times=2)
    page = client.get("/basket/").content.decode()
    assert "Basket (2)" in page
    assert "INR\xa03,698.00" in page
    client.post(f"/basket/remove/{lamp.pk}/")
    assert "nothing in it yet" in client.get("/basket/").content.decode()
    assert client.get(f"/basket/add/{lamp.pk}/").status_code == 405
    assert client.post("/basket/add/4711/").status_code == 404


def test_checkout__needs_something_in_the_basket(client: Client) -> None:
    assert client.get("/checkout/")["Location"] == "/basket/"


@pytest.mark.parametrize(
    ("changes", "text"),
    [
        ({"name": ""}, "required"),
        ({"email": "x"}, "valid email"),
        ({"phone": "call me"}, "telephone number"),
        ({"address": "  \n "}, "required"),
    ],
)
def test_checkout__bad_input_keeps_the_basket(client: Client, lamp: Product, changes: Any, text: str) -> None:
    fill(client, lamp)
    assert "INR\xa01,849.00" in client.get("/checkout/").content.decode()
    response = client.post("/checkout/", ADDRESS | hidden_fields(client) | changes)
    assert response.status_code == 422
    assert text in response.content.decode()
    assert ShopOrder.objects.count() == 0
    assert "Basket (1)" in client.get("/").content.decode()


def test_buying__from_the_basket_to_paid(client: Client, lamp: Product, flowwise_emulator: Any) -> None:
    response = buy(client, lamp)
    order = ShopOrder.objects.get()
    flowwise_order = order.flowwise_order
    assert response["Location"] == f"/flowwise/checkout/{flowwise_order.key}/continue/"
    assert (flowwise_order.state, flowwise_order.reference) == ("ACTIVE", order.reference)
    sent = flowwise_emulator.sent[flowwise_order.order_id]
    assert sent["order_amount"] == Decimal(1849)
    assert sent["customer_details"]["customer_address"] == "123 Connaught Place, New Delhi"
    assert "Basket (0)" in client.get("/").content.decode()
    assert "Not paid yet" in client.get(order.get_absolute_url()).content.decode()

    flowwise_emulator.pay(flowwise_order.order_id)
    back = client.get(f"/flowwise/return/{flowwise_order.key}/", {"order_id": flowwise_order.order_id})
    assert back["Location"] == order.get_absolute_url()
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Paid on" in page
    assert "Pay now" not in page
    assert str(Line.objects.get()) == "1 x Brass lamp"


def test_buying__twice_with_one_basket_is_one_order(lamp: Product, rf: RequestFactory, client: Client) -> None:
    request = rf.post("/")
    request.session = client.session
    basket = Basket(request)
    basket.add(lamp)
    typed = {**ADDRESS, "address": "here"}
    first = take_order(basket, basket.key, ShopOrder(**typed), shown_total=basket.total)
    second = take_order(basket, basket.key, ShopOrder(**typed), shown_total=basket.total)
    assert first == second
    assert (Order.objects.count(), Line.objects.count(), basket.total) == (1, 1, Decimal(1849))
    with pytest.raises(TotalChanged):
        take_order(basket, basket.key, ShopOrder(**typed), shown_total=Decimal(1))


def test_buying__by_a_page_that_shows_another_total_than_was_ordered(
    client: Client, lamp: Product, flowwise_emulator: Any
) -> None:
    fill(client, lamp)
    shown = {**ADDRESS, **hidden_fields(client, "/checkout/")}
    client.post("/checkout/", shown)
    asked = len(flowwise_emulator.requests)
    late = client.post("/checkout/", {**shown, "total": "1"})
    assert late["Location"] == ShopOrder.objects.get().get_absolute_url()
    by_script = client.post("/buy/", {**shown, "total": "1"}, content_type="application/json")
    assert (by_script.status_code, len(flowwise_emulator.requests)) == (400, asked)


def test_buying__the_form_sent_twice_leads_to_the_same_order(
    client: Client, lamp: Product, flowwise_emulator: Any
) -> None:
    fill(client, lamp)
    typed = ADDRESS | hidden_fields(client)
    second_tab = Client()
    second_tab.cookies = client.cookies
    assert hidden_fields(second_tab)["key"] == typed["key"]
    first, second = client.post("/checkout/", typed), second_tab.post("/checkout/", typed)
    assert first["Location"] == second["Location"]
    assert "/continue/" in first["Location"]
    assert (ShopOrder.objects.count(), len(flowwise_emulator.orders)) == (1, 1)
    fill(client, lamp)
    assert hidden_fields(client)["key"] != typed["key"]


def test_buying__what_costs_something_else_by_now_is_asked_again(
    client: Client, lamp: Product, flowwise_emulator: Any
) -> None:
    fill(client, lamp)
    typed = ADDRESS | hidden_fields(client)
    fill(client, lamp)  # in another tab
    response = client.post("/checkout/", typed)
    assert response.status_code == 422
    page = response.content.decode()
    assert "The basket has changed" in page
    assert "Pay INR\xa03,698.00" in page
    assert (ShopOrder.objects.count(), Order.objects.count(), flowwise_emulator.requests) == (0, 0, [])
    again = typed | dict(re.findall(r'name="(total)" value="([^"]+)"', page))
    assert "/continue/" in client.post("/checkout/", again)["Location"]
    assert Order.objects.get().order_amount == Decimal(3698)


@pytest.mark.parametrize("trouble", [{"BASE_URL": "http://127.0.0.1:9"}, {"CLIENT_SECRET": "mistyped"}])
def test_buying__nothing_is_lost_where_flowwise_fails(
    client: Client, lamp: Product, flowwise_emulator: Any, settings: Any, trouble: dict[str, str]
) -> None:
    good = dict(settings.FLOWWISE["default"])
    settings.FLOWWISE["default"] |= trouble
    response = buy(client, lamp)
    order = ShopOrder.objects.get()
    assert response["Location"] == order.get_absolute_url()
    page = client.get(order.get_absolute_url()).content.decode()
    assert "Your order is safe" in page
    settings.FLOWWISE = {"default": good}
    assert client.post(order.flowwise_order.get_absolute_url()).status_code == 303
    assert Order.objects.get().state == "ACTIVE"


def test_new_link__the_shop_follows_it(client: Client, lamp: Product, flowwise_emulator: Any) -> None:
    buy(client, lamp)
    order = ShopOrder.objects.get()
    old = order.flowwise_order
    flowwise_emulator.expire(old.order_id)
    new = services.reissue_order(old)
    order.refresh_from_db()
    assert order.flowwise_order == new
    flowwise_emulator.pay(new.order_id)
    services.refresh_order(new)
    order.refresh_from_db()
    assert order.paid_at is not None


def test_paid__told_twice_is_paid_once(client: Client, lamp: Product, flowwise_emulator: Any) -> None:
    buy(client, lamp)
    order = ShopOrder.objects.get()
    moment = timezone.now()
    for paid_at in (moment, moment + datetime.timedelta(hours=1)):
        order.flowwise_order.paid_at = paid_at
        receivers.mark_paid(order.flowwise_order)
    order.refresh_from_db()
    assert order.paid_at == moment


@pytest.mark.parametrize(
    "reference", ["1", "SHOP-000001", "SHOP-{number}-000000000000", "SHOP-999999-000000000000"]
)
def test_paid__an_order_of_somebody_else(
    client: Client, lamp: Product, flowwise_emulator: Any, reference: str
) -> None:
    buy(client, lamp)
    order = ShopOrder.objects.get()
    mine = order.flowwise_order
    number = order.number.removeprefix("SHOP-")
    stranger = make_order(reference=reference.format(number=number), order_amount=order.total)
    receivers.mark_paid(stranger)
    order.refresh_from_db()
    assert (order.paid_at, order.flowwise_order) == (None, mine)


def test_paid__another_amount_is_not_believed(client: Client, lamp: Product, flowwise_emulator: Any) -> None:
    buy(client, lamp)
    order = ShopOrder.objects.get()
    services.withdraw_order(order.flowwise_order)
    receivers.mark_paid(make_order(reference=order.reference, order_amount=Decimal(1)))
    order.refresh_from_db()
    assert order.paid_at is None


def test_return__of_an_order_that_is_not_the_shops(client: Client) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(state="PAID", checked_at=timezone.now())
    assert "your payment has arrived" in client.get(f"/flowwise/return/{order.key}/").content.decode()


def test_order__is_found_by_its_key_alone(client: Client) -> None:
    assert client.get(f"/orders/{uuid.uuid4()}/").status_code == 404


def test_admin__links_both_ways(client: Client, lamp: Product, flowwise_emulator: Any) -> None:
    buy(client, lamp)
    order = ShopOrder.objects.get()
    bare = ShopOrder.objects.create(**{**ADDRESS, "address": "x"})
    stranger = make_order()
    client.force_login(User.objects.create_superuser("anna"))
    flowwise_page = f"/admin/django_flowwise/order/{order.flowwise_order.pk}/change/"
    shop_page = f"/admin/shop/shoporder/{order.pk}/change/"
    assert f'href="{flowwise_page}"' in client.get("/admin/shop/shoporder/").content.decode()
    assert f'href="{flowwise_page}"' in client.get(shop_page).content.decode()
    assert f'href="{shop_page}"' in client.get(flowwise_page).content.decode()
    assert client.get(f"/admin/shop/shoporder/{bare.pk}/change/").status_code == 200
    assert (
        "/shoporder/"
        not in client.get(f"/admin/django_flowwise/order/{stranger.pk}/change/")
        .content.decode()
        .split("<main")[1]
        .split("module")[0]
    )
    assert client.get("/admin/django_flowwise/order/add/").status_code == 200


def test_policy__is_sent_unless_a_page_has_its_own(client: Client, rf: RequestFactory) -> None:
    respond = content_security_policy(lambda request: HttpResponse())
    assert respond(rf.get("/"))["Content-Security-Policy"] == "default-src 'self'; form-action 'self'"


def test_settings__are_those_of_the_local_flowwise(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOP_DATABASE", str(tmp_path / "new" / "shop.sqlite3"))
    read = runpy.run_path(str(SETTINGS))
    assert read["DATABASES"]["default"]["NAME"] == tmp_path / "new" / "shop.sqlite3"
    assert (tmp_path / "new").is_dir()
    assert read["FLOWWISE"]["default"]["BASE_URL"] == "http://127.0.0.1:8800/router"


def test_forged__is_told_what_to_do(lamp: Product, settings: Any) -> None:
    settings.CSRF_FAILURE_VIEW = runpy.run_path(str(SETTINGS))["CSRF_FAILURE_VIEW"]
    response = Client(enforce_csrf_checks=True).post(f"/basket/add/{lamp.pk}/")
    assert response.status_code == 403
    assert "nothing was charged" in response.content.decode()
