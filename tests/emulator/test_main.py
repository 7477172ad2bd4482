"""`python -m django_flowwise.emulator`: no Django project, no Python client; everything over plain HTTP."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from django_flowwise.emulator import Emulator

ROOT = Path(__file__).resolve().parents[2]
ORDER = {"order_id": "o/1", "order_amount": 12.50, "order_currency": "INR", "customer_details": {}}
CREDENTIALS = {"x-client-id": "me", "x-client-secret": "mine", "Content-Type": "application/json"}
WITHOUT_A_PROJECT = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}


@contextmanager
def running(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run it, and give the process with what it says of itself."""
    command = [sys.executable, "-W", "error", "-m", "django_flowwise.emulator", *options]
    with subprocess.Popen(
        command,
        cwd=ROOT,
        env=WITHOUT_A_PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout
        said = ""
        for line in process.stdout:
            said += line
            if "until Ctrl-C" in line:
                break
        try:
            yield process, said
        finally:
            process.kill()


class Driver:
    """What a program in any language can do: HTTP/1.1, forms and JSON."""

    def __init__(self, port: int) -> None:
        self._port = port

    def _ask(self, verb: str, path: str, body: str | None, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=5)
        connection.request(verb, path, body, headers)
        answer = connection.getresponse()
        answered = answer.status, answer.read()
        connection.close()
        return answered

    def act(self, path: str, **form: str) -> int:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._ask("POST", path, urlencode(form), headers)[0]

    def post(self, path: str, body: str, kind: str, accept: str = "*/*") -> tuple[int, Any]:
        status, answer = self._ask("POST", path, body, {"Content-Type": kind, "Accept": accept})
        return status, json.loads(answer)

    def told(self, path: str, accept: str = "application/json", **form: str) -> tuple[int, Any]:
        return self.post(path, urlencode(form), "application/x-www-form-urlencoded", accept)

    def call(self, verb: str, path: str, body: object = None) -> tuple[int, Any]:
        written = None if body is None else json.dumps(body)
        status, answer = self._ask(verb, f"/router{path}", written, CREDENTIALS)
        return status, json.loads(answer) if answer else None

    def read(self, path: str) -> Any:
        status, answer = self._ask("GET", path, None, {})
        assert status == 200
        return json.loads(answer)

    @property
    def state(self) -> Any:
        return self.read("/state")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_process__says_where_it_is_and_ends_when_told(number: signal.Signals) -> None:
    options = ["--port=0", "--client-id=me", "--client-secret=mine", "--fault=status_503:get_order"]
    with running(*options, "--behaviour=create_status=201", "--behaviour", "known_refund_types=A, B") as (
        process,
        said,
    ):
        found = re.search(r"answers at http://127\.0\.0\.1:(\d+)/", said)
        assert found, process.communicate()
        driver = Driver(int(found[1]))
        assert driver.call("POST", "/orders", ORDER)[0] == 201
        assert driver.call("GET", "/orders/o%2F1")[0] == 503
        assert driver.state["behaviour"]["known_refund_types"] == ["A", "B"]
        process.send_signal(number)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")
    assert "has stopped" in rest


IMPATIENCE = [(signal.SIGINT,) * 3, (signal.SIGTERM, signal.SIGINT), (signal.SIGTERM,) * 2]


@pytest.mark.parametrize("pause", [0, 0.02])
@pytest.mark.parametrize("numbers", IMPATIENCE)
def test_process__is_not_ended_halfway(numbers: tuple[signal.Signals, ...], pause: float) -> None:
    with running("--port=0") as (process, _):
        for number in numbers:
            process.send_signal(number)
            time.sleep(pause)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, errors) == (0, "")
    assert rest.count("has stopped") == 1


def test_process__taken_port_is_exit_code_1() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with running(f"--port={taken.getsockname()[1]}") as (process, said):
            _, errors = process.communicate(timeout=10)
    assert (process.returncode, said) == (1, "")
    assert "choose another port" in errors


@pytest.mark.parametrize(
    ("option", "complaint"),
    [
        ("repeated_order=same", "did you mean 'repeated_order_id'?"),
        ("repeated_order_id=maybe", "is one of '409', '400', 'same', 'second', not 'maybe'"),
        ("create_status=fine", "create_status is a number, not 'fine'"),
        ("minimum_amount=NaN", "minimum_amount is a number, not 'NaN'"),
        ("late_payment_allowed=perhaps", "late_payment_allowed is true or false, not 'perhaps'"),
        ("minimum_amount=1e999999999", "minimum_amount is a number from 0 to 1000000000000000"),
        ("minimum_amount=5,maximum_amount=4", "minimum_amount is at most maximum_amount: 5 is above 4"),
        ("order_id_pattern=(", "order_id_pattern is a regular expression, not '('"),
    ],
)
def test_process__a_misspelt_assumption_is_refused(option: str, complaint: str) -> None:
    with running(*(f"--behaviour={part}" for part in option.split(","))) as (process, _):
        _, errors = process.communicate(timeout=10)
    assert process.returncode == 2
    assert complaint in errors


@pytest.fixture
def driver() -> Iterator[Driver]:
    with Emulator(client_id="me", client_secret="mine") as emulator:
        yield Driver(int(emulator.url.rpartition(":")[2]))


@pytest.fixture
def order(driver: Driver) -> str:
    assert driver.call("POST", "/orders", ORDER)[0] == 200
    return "o/1"


@pytest.mark.parametrize(
    ("act", "status", "word"),
    [
        ("pay", "SUCCESS", "PAID"),
        ("fail", "FAILED", "ACTIVE"),
        ("leave", "USER_DROPPED", "ACTIVE"),
        ("hold", "SUCCESS", "ACTIVE"),
        ("start", "PENDING", "ACTIVE"),
    ],
)
def test_order__is_acted_on_as_its_customer_would(
    driver: Driver, order: str, act: str, status: str, word: str
) -> None:
    assert driver.act("/checkout/o%2F1", act=act, method="upi", amount="7.25", currency="USD") == 303
    state = driver.state
    [payment] = state["payments"][order]
    assert (payment["status"], payment["payment_amount"], payment["payment_currency"]) == (status, 7.25, "USD")
    assert state["orders"][order]["order_status"] == word
    assert state["sent"][order] == ORDER


def test_order__without_an_amount_is_paid_in_full(driver: Driver, order: str) -> None:
    assert driver.act("/checkout/o%2F1", act="pay", method="upi") == 303
    assert driver.state["payments"][order][0]["payment_amount"] == 12.5
    assert driver.act("/checkout/o%2F1", act="pay", method="upi") == 409


@pytest.mark.parametrize("amount", ["", "-1", "1e3", "1.23456", "0", "0.0"])
def test_order__odd_amounts_are_refused(driver: Driver, order: str, amount: str) -> None:
    assert driver.act("/checkout/o%2F1", act="pay", method="upi", amount=amount) == 400
    assert driver.state["payments"][order] == []


@pytest.mark.parametrize("currency", ["", " ", "IN\nR"])
def test_order__odd_currencies_are_refused(driver: Driver, order: str, currency: str) -> None:
    assert driver.act("/checkout/o%2F1", act="leave", currency=currency) == 400
    assert driver.state["payments"][order] == []


def test_order__expires(driver: Driver, order: str) -> None:
    assert driver.act("/checkout/o%2F1", act="expire") == 303
    assert driver.state["orders"][order]["order_status"] == "EXPIRED"


def test_payment__is_finished_and_reversed(driver: Driver, order: str) -> None:
    driver.act("/checkout/o%2F1", act="start", method="upi")
    payment_id = driver.state["payments"][order][0]["payment_id"]
    assert driver.act("/orders/o%2F1", act="SUCCESS", payment_id=payment_id) == 303
    assert driver.call("GET", f"/payments/{payment_id}")[1]["status"] == "SUCCESS"
    assert driver.act("/orders/o%2F1", act="reverse", payment_id=payment_id) == 303
    assert driver.call("GET", f"/payments/{payment_id}")[1]["status"] == "REVERSED"


def test_refund__is_settled(driver: Driver, order: str) -> None:
    assert driver.act("/behaviour", refund_status="PENDING") == 303
    driver.act("/checkout/o%2F1", act="pay", method="upi")
    refund = {"refund_id": "r", "refund_amount": 2, "refund_type": "MERCHANT_INITIATED"}
    assert driver.call("POST", "/orders/o%2F1/refunds", refund)[1]["refund_status"] == "PENDING"
    assert driver.act("/orders/o%2F1", act="FAILED", refund_id="r") == 303
    assert driver.state["refunds"]["r"]["refund_status"] == "FAILED"


@pytest.mark.parametrize(("calls", "wrong"), [("2", 2), ("next", 1), ("", 1), ("all", 3)])
def test_faults__strike_so_many_calls(driver: Driver, order: str, calls: str, wrong: int) -> None:
    assert driver.act("/faults", fault="status_503", operation="get_order", calls=calls) == 303
    assert driver.state["faults"] == ["status_503"]
    statuses = [driver.call("GET", "/orders/o%2F1")[0] for _ in range(3)]
    assert statuses == [503] * wrong + [200] * (3 - wrong)
    driver.act("/faults", act="mend")
    assert driver.state["faults"] == []


def test_faults__odd_numbers_of_calls_are_refused(driver: Driver) -> None:
    assert driver.act("/faults", fault="status_503", calls="many") == 400


def test_behaviour__is_changed_and_the_rest_stays(driver: Driver, order: str) -> None:
    assert driver.act("/behaviour", repeated_order_id="same", late_payment_allowed="yes") == 303
    assert driver.act("/behaviour", create_status="201", minimum_amount="0.5") == 303
    assert driver.call("POST", "/orders", ORDER)[0] == 201
    behaviour = driver.state["behaviour"]
    assert (behaviour["late_payment_allowed"], behaviour["minimum_amount"]) == (True, 0.5)
    assert driver.act("/behaviour", return_parameter="") == 303
    assert driver.state["behaviour"]["return_parameter"] == ""


def test_reset__begins_anew(driver: Driver, order: str) -> None:
    driver.act("/behaviour", create_status="201")
    driver.act("/faults", fault="status_503", calls="all")
    assert driver.act("/reset") == 303
    state = driver.state
    assert (state["orders"], state["faults"], state["behaviour"]["create_status"]) == ({}, [], 200)


def test_state__has_customers_and_requests_without_the_secret(driver: Driver) -> None:
    driver.call("POST", "/customer", {"customer_id": "c", "scope": "PROJECT"})
    state = driver.state
    assert state["customers"]["c"]["scope"] == "PROJECT"
    [asked] = state["requests"]
    assert (asked["method"], asked["path"], json.loads(asked["body"])["customer_id"]) == (
        "POST",
        "/router/customer",
        "c",
    )
    assert "mine" not in json.dumps(state)
    assert asked["headers"]["X-Client-Id"] == "me"
    assert "X-Client-Secret" not in asked["headers"]
    assert state["failures"] == []


def test_description__is_served(driver: Driver) -> None:
    described = driver.read("/openapi.json")
    assert described["openapi"].startswith("3.")
    assert described == json.loads((ROOT / "django_flowwise/emulator/openapi.json").read_text())


def test_act__tells_a_program_what_has_changed(driver: Driver, order: str) -> None:
    """A program that asks for JSON is not sent on; one that takes anything is told on the way."""
    status, said = driver.told("/checkout/o%2F1", act="start", method="upi")
    payment_id = said["payment"]["payment_id"]
    assert (status, said["payment"]["status"]) == (200, "PENDING")
    status, said = driver.told("/orders/o%2F1", accept="*/*", act="FAILED", payment_id=payment_id)
    assert (status, said["payment"]["status"]) == (303, "FAILED")
    status, said = driver.told("/orders/o%2F1", accept="*/*", act="FAILED", payment_id=payment_id)
    assert (status, said["message"]) == (409, f"Payment {payment_id} is FAILED.")
    assert driver.told("/redirect/none", act="fail")[0] == 404
    started = driver.told("/checkout/o%2F1", act="start", method="upi")[1]["payment"]["payment_id"]
    assert driver.told(f"/redirect/{started}", act="fail")[1]["payment"]["status"] == "FAILED"
    assert driver.told("/checkout/o%2F1", act="leave")[1]["payment"]["status"] == "USER_DROPPED"
    assert driver.told("/checkout/o%2F1", act="expire")[1]["order"]["order_status"] == "EXPIRED"
    assert driver.told("/checkout/o%2F1", act="leave") == (200, {"payment": None})
    status, said = driver.told("/checkout/o%2F1", act="pay", method="upi")
    assert (status, said["message"]) == (409, "Order o/1 is EXPIRED.")
    assert driver.told("/faults", fault="status_503") == (200, {"faults": ["status_503"]})
    status, said = driver.told("/behaviour", refund_status="PENDING", return_schemes="https, app")
    assert (status, said["behaviour"]["refund_status"]) == (200, "PENDING")
    assert said["behaviour"]["return_schemes"] == ["https", "app"]
    assert driver.told("/reset")[1]["behaviour"]["refund_status"] == "SUCCESS"


ODD_FORMS = [
    ("/checkout/o%2F1", "act=pay&method=upi&ammount=5", 400, "no field 'ammount' here; did you mean 'amount'?"),
    ("/checkout/o%2F1", "act=pay&method=upi&amount=5&amount=6", 400, "'amount' comes twice"),
    ("/checkout/o%2F1", "act=dance&method=upi", 400, "act is one of pay, fail, hold, start, leave, expire."),
    ("/checkout/o%2F1", "act=leave&method=cash", 400, "Choose one of the payment methods"),
    ("/checkout/o%2F1", "{}", 400, "There is no field '{}' here; there are: act, method, amount, currency."),
    ("/redirect/none", "act=fail&zz=1", 404, "not found"),
    ("/orders/o%2F1", "act=SUCCESS", 400, "Name one payment_id, or one refund_id."),
    ("/orders/o%2F1", "act=SUCCES&payment_id=p", 400, "act is one of SUCCESS, FAILED"),
    ("/orders/o%2F1", "act=SUCCES&refund_id=r", 400, "act is one of SUCCESS, FAILED"),
    ("/faults", "act=mnd", 400, "act is one of mend, switch_on."),
    ("/faults", "fault=status_503&call=2", 400, "did you mean 'calls'?"),
    ("/faults", "", 400, "There is no fault ''"),
    ("/behaviour", "", 400, "Name at least one assumption"),
    ("/behaviour", "repeated_order=same", 400, "did you mean 'repeated_order_id'?"),
    ("/behaviour", "create_status=9", 400, "create_status is a status"),
    ("/reset", "orders=1", 400, "There is no field 'orders' here; there are: none."),
]


@pytest.mark.parametrize(("path", "form", "status", "says"), ODD_FORMS)
def test_act__an_odd_form_changes_nothing_and_says_why(
    driver: Driver, order: str, path: str, form: str, status: int, says: str
) -> None:
    before = driver.state
    answer = driver.post(path, form, "application/x-www-form-urlencoded")
    assert (answer[0], says in answer[1]["message"]) == (status, True), answer
    assert driver.state == before


@pytest.mark.parametrize("path", ["/behaviour", "/faults", "/reset", "/checkout/o%2F1", "/orders/o%2F1"])
@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", ""])
def test_act__what_is_no_form_changes_nothing(driver: Driver, order: str, path: str, kind: str) -> None:
    before = driver.state
    status, said = driver.post(path, '{"create_status": 201}', kind)
    assert (status, said["code"]) == (415, "content_type_unsupported")
    assert driver.state == before
