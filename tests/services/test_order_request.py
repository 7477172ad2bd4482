"""What an order says to Flowwise."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from msgspec import UNSET

from django_flowwise import wire
from django_flowwise.conf import get_account
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.models import Order
from django_flowwise.services.order_request import order_request


def order(**changes: Any) -> Order:
    return Order(
        **{"reference": "INV-1", "order_amount": 5, "order_currency": "INR", "customer_id": "c", **changes}
    )


def test_request__leaves_out_what_is_empty(settings: Any) -> None:
    settings.FLOWWISE["default"].pop("RETURN_ORIGIN", None)
    body = wire.encode(order_request(order(order_id="o"), get_account()))
    assert body == (
        b'{"order_id":"o","order_amount":5.00,"order_currency":"INR","customer_details":{"customer_id":"c"}}'
    )


def test_request__return_address(settings: Any) -> None:
    settings.FLOWWISE["default"]["RETURN_ORIGIN"] = "https://shop.example/"
    mine = order()
    assert (
        order_request(mine, get_account()).return_base_url == f"https://shop.example/flowwise/return/{mine.key}/"
    )
    given = order(return_base_url="https://shop.example/thanks")
    assert order_request(given, get_account()).return_base_url == "https://shop.example/thanks"
    settings.FLOWWISE["default"].pop("RETURN_ORIGIN")
    assert order_request(mine, get_account()).return_base_url is UNSET


def test_request__return_page_without_an_address(settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.no_urls"
    with pytest.raises(FlowwiseConfigurationError, match=r"include django_flowwise\.urls"):
        order_request(order(), get_account())


@pytest.mark.parametrize("changes", [{"order_note": "\ud800"}, {"order_tags": {"a": object()}}])
def test_request__that_json_cannot_carry(changes: Any) -> None:
    with pytest.raises(ValidationError, match="JSON"):
        order_request(order(**changes), get_account())


def test_request__amount_that_the_currency_does_not_have() -> None:
    with pytest.raises(ValidationError) as caught:
        order_request(order(order_amount="5.5", order_currency="JPY"), get_account())
    assert "order_amount" in caught.value.message_dict
