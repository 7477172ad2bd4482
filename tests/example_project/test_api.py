"""The shop's "place my basket" address, as its script uses it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from django_flowwise.models import Order
from example_project.shop.models import Product, ShopOrder
from tests.api.conftest import is_problem
from tests.example_project.test_shop import ADDRESS, fill, hidden_fields

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("example_project.urls")]


def buy(client: Client, sent: Any) -> Any:
    return client.post("/buy/", json.dumps(sent), content_type="application/json")


def test_buy__twice_is_one_order_at_the_shops_price(client: Client, lamp: Product, flowwise_emulator: Any) -> None:
    fill(client, lamp, 2)
    sent = {**ADDRESS, **hidden_fields(client, "/one-click/"), "order_amount": "1"}
    first, second = buy(client, sent), buy(client, sent)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json() == second.json()
    assert (first.json()["order_amount"], first.json()["state"]) == ("3698.00", "ACTIVE")
    order = Order.objects.get()
    assert ShopOrder.objects.get().flowwise_order == order
    assert len(flowwise_emulator.orders) == 1
    assert client.get("/basket/").context["basket"].address["name"] == ADDRESS["name"]


def test_buy__without_a_basket(client: Client, lamp: Product) -> None:
    fill(client, lamp)
    sent = ADDRESS | hidden_fields(client, "/one-click/")
    client.post(f"/basket/remove/{lamp.pk}/")
    assert client.get("/one-click/")["Location"] == "/basket/"
    problem = is_problem(buy(client, sent), 400, "invalid")
    assert problem["errors"] == {"non_field_errors": ["The basket is empty."]}


@pytest.mark.parametrize("total", ["1849.00", "1", "3698.01"])
def test_buy__at_another_total_than_was_shown(
    total: str, client: Client, lamp: Product, flowwise_emulator: Any
) -> None:
    fill(client, lamp, 2)
    sent = {**ADDRESS, **hidden_fields(client, "/one-click/"), "total": total}
    problem = is_problem(buy(client, sent), 400, "invalid")
    assert problem["errors"]["non_field_errors"][0].startswith("The basket has changed")
    assert (ShopOrder.objects.count(), Order.objects.count(), flowwise_emulator.requests) == (0, 0, [])
    assert "Basket (2)" in client.get("/").content.decode()


def test_buy__that_is_refused_leaves_the_order_where_the_basket_was(
    client: Client, lamp: Product, flowwise_emulator: Any
) -> None:
    fill(client, lamp)
    flowwise_emulator.fail_next("status_400")
    is_problem(buy(client, ADDRESS | hidden_fields(client, "/one-click/")), 422, "refused")
    order = ShopOrder.objects.get()
    assert client.get("/one-click/")["Location"] == order.get_absolute_url()
    ShopOrder.objects.update(paid_at=timezone.now())
    assert client.get("/one-click/")["Location"] == "/basket/"


@pytest.mark.parametrize("sent", [[], {}, {**ADDRESS, "phone": "none"}])
def test_buy__with_a_form_that_cannot_be(sent: Any, client: Client, lamp: Product) -> None:
    fill(client, lamp)
    errors = is_problem(buy(client, sent), 400, "invalid")["errors"]
    assert set(errors) == ({"key", "total", "phone"} if sent else {"key", "total", *ADDRESS})
    assert not ShopOrder.objects.exists()


@pytest.mark.parametrize("name", ["name", "address"])
def test_buy__with_text_that_only_json_can_carry(name: str, client: Client, lamp: Product) -> None:
    fill(client, lamp)
    sent = {**ADDRESS, **hidden_fields(client, "/one-click/"), name: "\ud800"}
    assert set(is_problem(buy(client, sent), 400, "invalid")["errors"]) == {name}
