"""The operations on customers answer as documented, and say no by the name of what is wrong."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from django_flowwise.emulator import Emulator
from tests.emulator.conftest import CUSTOMER_ID, CUSTOMER_REQUEST, Call, verdict

Behave = Callable[..., None]

CUSTOMER_FIELDS = [
    "id",
    "added_on",
    "updated_on",
    "customer_id",
    "project_id",
    "scope",
    "status",
    "name",
    "email",
    "phone",
    "address",
]


def test_create_customer__the_documented_example(emulator: Emulator, call: Call) -> None:
    response = call("POST", "/customer", CUSTOMER_REQUEST)
    made = response.json()
    assert response.status_code == 200
    assert list(made) == CUSTOMER_FIELDS
    assert {name: made[name] for name in CUSTOMER_REQUEST} == CUSTOMER_REQUEST
    assert made["status"] == "ACTIVE"
    assert made["added_on"] == made["updated_on"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made["added_on"])
    assert made["id"].startswith("cust_rec_")
    assert emulator.customers == {CUSTOMER_ID: made}


@pytest.mark.parametrize("verb", ["POST", "PUT"])
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"customer_id": ...}, "customer_id_missing"),
        ({"scope": ...}, "scope_missing"),
        ({"customer_id": ""}, "customer_id_value_invalid"),
        ({"scope": "project"}, "scope_value_invalid"),
        ({"name": None}, "name_value_invalid"),
        ({"phone": 9876543210}, "phone_value_invalid"),
        ({"email": []}, "email_value_invalid"),
        ({"address": {}}, "address_value_invalid"),
        ({"customer_email": "a@example.com"}, "customer_email_unsupported"),
    ],
)
def test_customer__refuses_by_name(call: Call, verb: str, changes: dict[str, Any], code: str) -> None:
    path = "/customer" if verb == "POST" else f"/customer/{CUSTOMER_ID}"
    call("POST", "/customer", CUSTOMER_REQUEST)
    assert verdict(call(verb, path, CUSTOMER_REQUEST, **changes)) == (400, code)


@pytest.mark.parametrize("choice", ["409", "400"])
def test_repeated_customer_id__refused(emulator: Emulator, call: Call, behave: Behave, choice: str) -> None:
    behave(repeated_customer_id=choice, customer_id_pattern="cust_.+")
    call("POST", "/customer", CUSTOMER_REQUEST)
    again = call("POST", "/customer", CUSTOMER_REQUEST, name="X")
    assert verdict(again) == (int(choice), "customer_already_exists")
    assert emulator.customers[CUSTOMER_ID]["name"] == "Priya Sharma"
    assert verdict(call("POST", "/customer", CUSTOMER_REQUEST, customer_id="x"))[1] == "customer_id_value_invalid"


@pytest.mark.parametrize(("choice", "name"), [("same", "Priya Sharma"), ("second", "X")])
def test_repeated_customer_id__same_or_second(call: Call, behave: Behave, choice: str, name: str) -> None:
    behave(repeated_customer_id=choice)
    first = call("POST", "/customer", CUSTOMER_REQUEST).json()
    again = call("POST", "/customer", CUSTOMER_REQUEST, name="X").json()
    assert again["name"] == name
    assert (again["id"] == first["id"]) is (choice == "same")


@pytest.mark.parametrize(("clears", "expected"), [(True, None), (False, "Priya Sharma")])
def test_update_customer__omitted_fields_as_assumed(
    call: Call, behave: Behave, clears: bool, expected: str | None
) -> None:
    behave(update_clears_omitted_fields=clears, absent_fields="null")
    call("POST", "/customer", CUSTOMER_REQUEST)
    changed = call(
        "PUT", f"/customer/{CUSTOMER_ID}", CUSTOMER_REQUEST, name=..., phone="+1", scope="GLOBAL"
    ).json()
    assert list(changed) == CUSTOMER_FIELDS
    assert (changed["name"], changed["phone"], changed["scope"]) == (expected, "+1", "GLOBAL")


def test_update_customer__moves_updated_on() -> None:
    moments = [datetime(2024, 12, 3, 14, 30, tzinfo=UTC)]
    with Emulator(clock=lambda: moments[-1]) as emulator, requests.Session() as session:
        session.headers.update({"x-client-id": "emulator", "x-client-secret": "emulator-secret"})
        session.post(f"{emulator.base_url}/customer", json=CUSTOMER_REQUEST, timeout=5)
        moments.append(moments[0] + timedelta(minutes=75, seconds=20))
        session.put(f"{emulator.base_url}/customer/{CUSTOMER_ID}", json=CUSTOMER_REQUEST, timeout=5)
        kept = emulator.customers[CUSTOMER_ID]
    assert (kept["added_on"], kept["updated_on"]) == ("2024-12-03T14:30:00Z", "2024-12-03T15:45:20Z")


def test_update_customer__unknown(emulator: Emulator, call: Call, behave: Behave) -> None:
    path = f"/customer/{CUSTOMER_ID}"
    assert verdict(call("PUT", path, CUSTOMER_REQUEST)) == (404, "customer_not_found")
    behave(unknown_customer_status=400)
    assert call("PUT", path, CUSTOMER_REQUEST).status_code == 400
    assert emulator.customers == {}


def test_update_customer__other_id_in_the_body(emulator: Emulator, call: Call, behave: Behave) -> None:
    call("POST", "/customer", CUSTOMER_REQUEST)
    path = f"/customer/{CUSTOMER_ID}"
    assert verdict(call("PUT", path, CUSTOMER_REQUEST, customer_id="x")) == (400, "customer_id_value_invalid")
    behave(refuses_other_customer_id=False)
    assert call("PUT", path, CUSTOMER_REQUEST, customer_id="x").json()["customer_id"] == CUSTOMER_ID
    assert list(emulator.customers) == [CUSTOMER_ID]


def test_customer__only_what_was_sent(call: Call) -> None:
    made = call("POST", "/customer", {"customer_id": "c", "scope": "PROJECT"}).json()
    assert list(made) == [name for name in CUSTOMER_FIELDS if name not in {"name", "email", "phone", "address"}]
