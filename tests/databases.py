"""Databases for the programs among the tests, which run in several processes and so cannot use pytest's own.

A program calls ``set_up`` before it imports a model, and works within ``own_database``.
"""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import django
import pytest
from django.conf import settings
from django.db import connections

PORTS = {"postgresql": 5432, "mariadb": 3306}
OPTIONS: dict[str, dict[str, Any]] = {
    # A process is killed here, never the machine, so nothing has to reach the disk.
    "sqlite": {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=wal; PRAGMA synchronous=OFF",
    },
    "postgresql": {"options": "-c synchronous_commit=off"},
}
NAMES = ("sqlite", "sqlite-deferred", "postgresql", "mariadb")
"""``sqlite-deferred`` is what startproject leaves: a file, and no options at all."""


def require(name: str) -> None:
    """Skip the test, or fail it where everything is required, if the database's server is not there."""
    try:
        if name in PORTS:
            socket.create_connection(("127.0.0.1", PORTS[name]), timeout=1).close()
    except OSError:  # pragma: no cover  # measured where there is a server
        message = f"there is no {name} server on this machine"
        (pytest.fail if os.environ.get("FLOWWISE_TEST_REQUIRE") == "all" else pytest.skip)(message)


def set_up(name: str, *, pool: dict[str, Any] | None = None) -> None:
    """Set Django up on that database, for this process and its forks; PostgreSQL's connections may be pooled."""
    os.environ["FLOWWISE_TEST_DATABASE"] = name.partition("-")[0]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
    settings.DATABASES["default"] |= {
        "OPTIONS": OPTIONS.get(name, {}) | ({"pool": pool} if pool and name == "postgresql" else {})
    }
    django.setup()


@contextmanager
def own_database() -> Iterator[None]:
    """Make a database that nobody else has, with all tables, and drop it at the end."""
    with tempfile.TemporaryDirectory() as folder:
        connection = connections["default"]
        name = f"flowwise_{os.getpid()}"
        path = str(Path(folder) / "db.sqlite3")
        connection.settings_dict["TEST"] |= {
            "NAME": path if connection.vendor == "sqlite" else name,
            "MIGRATE": False,
        }
        before = connection.settings_dict["NAME"]
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
        try:
            yield
        finally:
            connections.close_all()
            connection.creation.destroy_test_db(before, verbosity=0)
