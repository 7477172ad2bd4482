"""A world in which everything secret and private is marked."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client
from rest_framework.test import APIClient

from django_flowwise.emulator import Emulator
from tests.secrecy.marks import CLIENT_ID, SECRET
from tests.secrecy.world import World, every_record


def may_not_see_customers() -> User:
    user = User.objects.create_user("server")
    of_package = Permission.objects.filter(content_type__app_label="django_flowwise")
    user.user_permissions.set(of_package.exclude(codename="change_order"))
    return user


@pytest.fixture(scope="module")
def marked_emulator() -> Iterator[Emulator]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    # On a port of its own, so that it is found again after a path has stopped it.
    with Emulator(port=port, client_id=CLIENT_ID, client_secret=SECRET) as emulator:
        yield emulator


@pytest.fixture
def world(db: None, marked_emulator: Emulator, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    marked_emulator.reset()
    settings.FLOWWISE = {"default": {**marked_emulator.account, "READ_TIMEOUT_SECONDS": 1, "DEADLINE_SECONDS": 3}}
    staff = Client()
    staff.force_login(User.objects.create_superuser("anna"))
    server = APIClient()
    server.force_login(may_not_see_customers())
    with every_record() as records:
        yield World(
            emulator=marked_emulator,
            settings=settings,
            patch=monkeypatch,
            staff=staff,
            customer=Client(),
            server=server,
            records=records,
        )
    monkeypatch.undo()
