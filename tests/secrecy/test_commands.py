"""What commands print: checks no credential, the emulator no secret but its own throwaway one."""

from __future__ import annotations

import io
import signal
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError

from tests.emulator.test_command import SignallingOutput
from tests.secrecy.marks import ALL, CLIENT_ID, CREDENTIALS, SECRET, found
from tests.secrecy.world import World, every_record


def lost() -> str:
    raise LookupError("the store is sealed")


ACCOUNTS: dict[str, dict[str, Any]] = {
    "right": {},
    "no text": {"CLIENT_ID": [CLIENT_ID], "CLIENT_SECRET": SECRET.encode()},
    "not printable": {"CLIENT_ID": f"{CLIENT_ID}\x07", "CLIENT_SECRET": f"{SECRET}é"},
    "under the wrong name": {"SECRET": SECRET, "CLIENTID": CLIENT_ID},
    "in the address": {"BASE_URL": f"http://{CLIENT_ID}:{SECRET}@flowwise.example/router"},
    "in every other setting": dict.fromkeys(
        ("CHECKOUT_HOSTS", "RETURN_ORIGIN", "PAYMENT_METHODS", "EXPIRY_MINUTES", "DEADLINE_SECONDS"), SECRET
    ),
    "a list of hosts": {"CHECKOUT_HOSTS": [SECRET, f"https://{SECRET}"], "RETURN_ORIGIN": f"http://x/{SECRET}"},
    "from callables": {"CLIENT_ID": lambda: CLIENT_ID, "CLIENT_SECRET": lambda: SECRET},
    "from callables, no text": {"CLIENT_ID": lambda: 7, "CLIENT_SECRET": lambda: [SECRET]},
    "from callables, not printable": {
        "CLIENT_ID": lambda: f"{CLIENT_ID}\n\n{CLIENT_ID}",
        "CLIENT_SECRET": lambda: f"{SECRET}é",
    },
    "from callables, nothing": {"CLIENT_ID": lambda: None, "CLIENT_SECRET": lambda: ""},
}


def printed(*options: str) -> str:
    output, errors = io.StringIO(), io.StringIO()
    try:
        call_command("check", *options, stdout=output, stderr=errors)
    except SystemCheckError as error:
        errors.write(str(error))
    return output.getvalue() + errors.getvalue()


@pytest.mark.parametrize("options", [(), ("--deploy",)], ids=str)
@pytest.mark.parametrize("name", ACCOUNTS)
def test_check__shows_no_credential(name: str, options: tuple[str, ...], settings: Any) -> None:
    settings.FLOWWISE["default"] |= {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": SECRET, **ACCOUNTS[name]}
    text = printed(*options, "--tag", "django_flowwise")
    assert text
    assert list(found(text, CREDENTIALS)) == []


@pytest.mark.parametrize("other", ["CLIENT_ID", "CLIENT_SECRET"])
def test_check__lets_the_error_of_a_store_through(other: str, settings: Any) -> None:
    settings.FLOWWISE["default"] |= {"CLIENT_ID": CLIENT_ID, "CLIENT_SECRET": SECRET, other: lost}
    with pytest.raises(LookupError, match=r"\Athe store is sealed\Z"):
        printed("--deploy", "--tag", "django_flowwise")


def test_emulator__prints_the_secret_that_it_was_given_and_logs_none(world: World) -> None:
    output = SignallingOutput(signal.SIGTERM)
    with every_record() as records:
        call_command("flowwise_emulator", port=0, client_id=CLIENT_ID, client_secret=SECRET, stdout=output)
    assert set(found(output.getvalue(), CREDENTIALS))
    assert [leak for record in records for leak in found(f"{record.getMessage()} {vars(record)}", ALL)] == []
