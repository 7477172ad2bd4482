"""`flowwise_emulator()`: a local Flowwise for as long as a block lasts."""

from __future__ import annotations

import socket
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from django_flowwise import services
from django_flowwise.conf import get_account
from django_flowwise.emulator import Behaviour
from django_flowwise.testing import flowwise_emulator, flowwise_order


def test_settings__are_in_force_inside_and_back_afterwards(settings: Any) -> None:
    before = settings.FLOWWISE
    with flowwise_emulator(accounts=("default", "export"), return_origin="http://shop.test") as emulator:
        assert {"default": emulator.account, "export": emulator.account} == settings.FLOWWISE
        assert settings.FLOWWISE["default"] is not settings.FLOWWISE["export"]
        assert settings.FLOWWISE["export"]["RETURN_ORIGIN"] == "http://shop.test"
        address = urlsplit(emulator.url)
    assert settings.FLOWWISE is before
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=5)


@pytest.mark.django_db
def test_services__reach_it() -> None:
    with flowwise_emulator(behaviour=Behaviour(create_status=201)) as emulator:
        order = services.submit_order(flowwise_order())
        assert emulator.orders[order.order_id]["order_status"] == "ACTIVE"
        assert emulator.behaviour.create_status == 201


def test_settings__of_the_shop_stay_for_every_account(settings: Any) -> None:
    settings.FLOWWISE["default"] |= {"PAYMENT_METHODS": "upi", "EXPIRY_MINUTES": 30, "QUIET_SECONDS": 1}
    settings.FLOWWISE["india"] = {"CLIENT_ID": "shop", "CLIENT_SECRET": "shops", "READ_TIMEOUT_SECONDS": 3}
    with flowwise_emulator() as emulator:
        india, default = get_account("india"), get_account()
        assert (default.payment_methods, default.expiry_minutes, default.quiet_seconds) == ("upi", 30, 1)
        assert (india.payment_methods, india.read_timeout_seconds) == ("", 3)
        for account in (india, default):
            reached = (account.base_url, account.client_id, account.client_secret, account.return_origin)
            assert reached == (emulator.base_url, "emulator", "emulator-secret", "http://127.0.0.1:8000")


@pytest.mark.django_db
def test_services__reach_it_for_every_account(settings: Any) -> None:
    settings.FLOWWISE["india"] = {"CLIENT_ID": "shop", "CLIENT_SECRET": "shops", "PAYMENT_METHODS": "upi"}
    with flowwise_emulator() as emulator:
        order = flowwise_order(account="india", state="PAID", emulator=emulator)
        assert emulator.sent[order.order_id]["payment_methods"] == "upi"


@pytest.mark.django_db
def test_fixture__has_every_account_of_the_shop(
    shop_of_two_accounts: None, flowwise_emulator: Any, flowwise_order: Any
) -> None:
    order = flowwise_order(account="india", state="PAID")
    assert flowwise_emulator.sent[order.order_id]["payment_methods"] == "upi"


@pytest.fixture
def shop_of_two_accounts(settings: Any) -> None:
    settings.FLOWWISE["india"] = {"CLIENT_ID": "shop", "CLIENT_SECRET": "shops", "PAYMENT_METHODS": "upi"}


@pytest.mark.parametrize("written", [None, {}])
def test_settings__without_an_account_get_the_usual_one(settings: Any, written: dict[str, Any] | None) -> None:
    if written is None:
        del settings.FLOWWISE
    else:
        settings.FLOWWISE = written
    with flowwise_emulator() as emulator:
        assert {"default": emulator.account} == settings.FLOWWISE


def open_descriptors() -> int:
    return sum(1 for _ in Path("/dev/fd").iterdir())


@pytest.mark.django_db
def test_sockets__none_is_left() -> None:
    before = open_descriptors()
    for _ in range(5):
        with flowwise_emulator() as emulator:
            flowwise_order(state="ACTIVE", emulator=emulator)
    assert open_descriptors() <= before


@pytest.mark.django_db
def test_settings__that_a_test_spoils_are_no_error_at_the_end(settings: Any) -> None:
    with flowwise_emulator() as emulator:
        settings.FLOWWISE["default"]["CLIENT_ID"] = ""
    with pytest.raises(RuntimeError):
        assert emulator.url
