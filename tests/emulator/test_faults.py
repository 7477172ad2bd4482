"""What the emulator does when it is told to go wrong, as a client on a socket sees it."""

from __future__ import annotations

import gzip
import io
import json
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import requests
import trustme

from django_flowwise.emulator import FAULTS, OPERATIONS, Emulator, UnknownFault
from django_flowwise.emulator.faults.deliveries import HUGE_BYTES
from tests.emulator.conftest import CUSTOMER_ID, CUSTOMER_REQUEST, PAYMENT_REQUEST, REFUND_ID, REFUND_REQUEST, Call

CREDENTIALS = {"x-client-id": "emulator", "x-client-secret": "emulator-secret"}
BODY = json.dumps(
    {"order_id": "o1", "order_amount": 5, "order_currency": "INR", "customer_details": {"customer_id": "c"}}
)


def created(emulator: Emulator, **settings: Any) -> requests.Response:
    return requests.post(
        f"{emulator.base_url}/orders",
        data=BODY,
        headers={**CREDENTIALS, "Content-Type": "application/json"},
        allow_redirects=False,
        timeout=settings.pop("timeout", 0.4),
        **settings,
    )


def heard(emulator: Emulator, *, size: int, seconds: float = 1) -> bytes:
    """Send Create Order on a bare socket, and give what comes back within that time."""
    host, port = emulator.url.partition("://")[2].split(":")
    head = "".join(f"{name}: {value}\r\n" for name, value in CREDENTIALS.items())
    head += f"Content-Type: application/json\r\nContent-Length: {len(BODY)}\r\n"
    received = b""
    with socket.create_connection((host, int(port)), timeout=seconds) as raw:
        raw.sendall(f"POST /router/orders HTTP/1.1\r\nHost: x\r\n{head}\r\n{BODY}".encode())
        while len(received) < size and (chunk := raw.recv(65536)):
            received += chunk
    return received


@pytest.mark.parametrize("name", [name for name in FAULTS if name.startswith(("status_", "redirect_"))])
def test_status__is_the_one_that_it_names(emulator: Emulator, name: str) -> None:
    emulator.fail_next(name)
    response = created(emulator)
    assert response.status_code == int(name.split("_")[1])
    assert response.headers.get("Retry-After") == ("7" if name.endswith("retry_after") else None)
    assert (len(emulator.orders) == 1) is FAULTS[name].is_carried_out
    if name.startswith("redirect_"):
        assert response.headers["Location"] == "https://elsewhere.example/router/orders"
    if name == "status_502_html":
        assert "<h1>Bad Gateway</h1>" in response.text


@pytest.mark.parametrize(("name", "kept"), [("reset_before_accept", 0), ("reset_after_accept", 1)])
def test_reset__is_one(emulator: Emulator, name: str, kept: int) -> None:
    emulator.fail_next(name)
    with pytest.raises(ConnectionResetError):
        heard(emulator, size=1)
    assert len(emulator.orders) == kept
    assert created(emulator).status_code in {200, 409}


def test_latency__keeps_at_once_and_answers_late(emulator: Emulator) -> None:
    emulator.fail_next("latency", seconds=2)
    with pytest.raises(requests.ReadTimeout):
        created(emulator, timeout=0.5)
    assert list(emulator.orders) == ["o1"]
    emulator.reset()
    emulator.fail_next("latency", seconds=0.2)
    began = time.monotonic()
    assert created(emulator).json()["order_id"] == "o1"
    assert time.monotonic() - began >= 0.2


def test_kept_late__keeps_only_after_the_wait(emulator: Emulator) -> None:
    emulator.fail_next("kept_late", seconds=1)
    with pytest.raises(requests.ReadTimeout):
        created(emulator, timeout=0.05)
    assert emulator.orders == {}
    until = time.monotonic() + 30
    while not emulator.orders:
        assert time.monotonic() < until
        time.sleep(0.01)
    assert list(emulator.orders) == ["o1"]


def test_kept_late__a_reset_forgets_what_was_still_to_be_kept(emulator: Emulator) -> None:
    emulator.fail_next("kept_late", seconds=0.1)
    with pytest.raises(requests.ReadTimeout):
        created(emulator, timeout=0.05)
    emulator.reset()
    time.sleep(0.15)
    assert emulator.orders == {}


@pytest.mark.parametrize(
    ("name", "start"),
    [
        ("dripping_headers", b"HTTP/1.1 200 OK\r\n"),
        ("endless_continue", b"HTTP/1.1 100 Continue\r\n\r\n" * 3),
    ],
)
def test_drips__come_bit_by_bit(emulator: Emulator, name: str, start: bytes) -> None:
    emulator.fail_next(name, seconds=0.001)
    assert heard(emulator, size=len(start)).startswith(start)


def test_drips__the_body_comes_whole_in_the_end(emulator: Emulator) -> None:
    emulator.fail_next("dripping_body", seconds=0.0001)
    assert created(emulator, timeout=5).json()["order_id"] == "o1"
    emulator.reset()
    emulator.fail_next("dripping_headers", seconds=0.0001)
    assert created(emulator, timeout=5).json()["order_id"] == "o1"


def test_truncated__is_shorter_than_announced(emulator: Emulator) -> None:
    emulator.fail_next("truncated_body")
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        created(emulator)


def test_huge__announces_400_mebibytes_and_sends_them(emulator: Emulator) -> None:
    emulator.fail_next("huge_body")
    with created(emulator, stream=True, timeout=5) as response:
        assert int(response.headers["Content-Length"]) > HUGE_BYTES
        assert len(response.raw.read(3 << 20)) == 3 << 20


def test_huge__comes_to_its_end(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_flowwise.emulator.faults.deliveries.HUGE_BYTES", 2 << 20)
    monkeypatch.setattr("django_flowwise.emulator.faults.alterations.HUGE_BYTES", 2 << 20)
    emulator.fail_next("huge_body")
    assert created(emulator, timeout=5).json()["order_id"] == "o1"


def test_bomb__is_small_and_unpacks_to_400_mebibytes(emulator: Emulator) -> None:
    emulator.fail_next("gzip_bomb")
    with created(emulator, stream=True, timeout=5) as response:
        packed = response.raw.read(decode_content=False)
    assert len(packed) < 1 << 20
    with gzip.open(io.BytesIO(packed)) as unpacked:
        assert len(unpacked.read(2 << 20)) == 2 << 20


def test_broken_tls__sends_no_record(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with Emulator(tls=context) as emulator:
        assert emulator.url.startswith("https://")
        verify = str(tmp_path / "ca.pem")
        assert created(emulator, verify=verify, timeout=5).status_code == 200
        emulator.fail_next("broken_tls")
        with pytest.raises(requests.exceptions.RequestException) as caught:
            created(emulator, verify=verify, timeout=5)
        assert "SSL" in str(caught.value)
        with pytest.raises(requests.exceptions.RequestException):
            requests.get(emulator.url.replace("https", "http"), timeout=5)


BODIES: dict[str, Any] = {
    "empty_body": lambda text: text == "",
    "not_json": lambda text: text.startswith("<p>"),
    "other_json_shape": lambda text: isinstance(json.loads(text), list),
    "wrong_types": lambda text: json.loads(text)["checkout_url"] == 7,
    "nul_characters": lambda text: json.loads(text)["order_status"] == "ACTIVE\0",
    "missing_fields": lambda text: set(json.loads(text)) == {"order_id", "customer_id"},
    "missing_checkout_url": lambda text: "checkout_url" not in text and "order_hash" in text,
    "checkout_url_other_scheme": lambda text: json.loads(text)["checkout_url"].startswith("ftp://127"),
    "checkout_url_other_host": lambda text: "//elsewhere.example/" in text,
    "checkout_url_user_info": lambda text: "//pay@127" in text,
    "checkout_url_backslash": lambda text: "elsewhere.example\\@" in json.loads(text)["checkout_url"],
    "checkout_url_control_characters": lambda text: json.loads(text)["checkout_url"].startswith("\x01"),
    "checkout_url_3000_characters": lambda text: len(json.loads(text)["checkout_url"]) == 3000,
    "other_order_id": lambda text: json.loads(text)["order_id"] == "order_of_somebody_else",
    "other_currency": lambda text: json.loads(text)["order_currency"] == "XXX",
    "unknown_status": lambda text: json.loads(text)["order_status"] == "BREWING",
}


@pytest.mark.parametrize("name", BODIES)
def test_body__says_what_it_names(emulator: Emulator, name: str) -> None:
    emulator.fail_next(name)
    response = created(emulator)
    assert response.status_code == 200
    assert BODIES[name](response.text)
    assert list(emulator.orders) == ["o1"]


def test_body__of_a_list_and_of_a_refusal(emulator: Emulator) -> None:
    created(emulator)
    emulator.pay("o1")
    address = f"{emulator.base_url}/orders/o1/payments"
    emulator.fail_next("other_json_shape", calls=2)
    assert isinstance(requests.get(address, headers=CREDENTIALS, timeout=5).json(), dict)
    assert "code" in requests.get(f"{emulator.base_url}/orders/nobody", headers=CREDENTIALS, timeout=5).json()
    emulator.fail_next("wrong_types", calls=2)
    assert requests.get(address, headers=CREDENTIALS, timeout=5).json()[0]["payment_amount"] == "5"
    assert "code" in requests.get(f"{emulator.base_url}/orders/nobody", headers=CREDENTIALS, timeout=5).json()


DOCUMENTED_STATUS = {
    "create_order": "order_status",
    "get_order": "order_status",
    "create_payment": "payment_status",
    "get_payment": "status",
    "list_payments": "status",
    "authorize_payment": "status",
    "refund_payment": "refund_status",
    "refund_order": "refund_status",
    "get_refund": "refund_status",
    "create_customer": "status",
    "update_customer": "status",
}
Calls = dict[str, Callable[[], requests.Response]]


@pytest.fixture
def every_call(emulator: Emulator, create: Any, call: Call) -> Calls:
    """Give a call of each operation that succeeds, each with an order of its own."""
    for number in range(6):
        create(order_id=f"o{number}")
    paid = {order_id: emulator.pay(order_id)["payment_id"] for order_id in ("o1", "o2", "o3")}
    held = emulator.authorise("o4")["payment_id"]
    call("POST", f"/payments/{paid['o3']}", REFUND_REQUEST)
    call("POST", "/customer", CUSTOMER_REQUEST)
    order_hash = emulator.orders["o5"]["order_hash"]
    capture = {"action": "CAPTURE", "capture_amount": 5}
    customer = f"/customer/{CUSTOMER_ID}"
    return {
        "create_order": lambda: create(order_id="new"),
        "get_order": lambda: call("GET", "/orders/o0"),
        "create_payment": lambda: call("POST", f"/order/pay/{order_hash}", PAYMENT_REQUEST),
        "get_payment": lambda: call("GET", f"/payments/{paid['o1']}"),
        "list_payments": lambda: call("GET", "/orders/o1/payments"),
        "authorize_payment": lambda: call("POST", f"/orders/o4/payments/{held}/authorize", capture),
        "refund_payment": lambda: call("POST", f"/payments/{paid['o1']}", REFUND_REQUEST, refund_id="r1"),
        "refund_order": lambda: call("POST", "/orders/o2/refunds", REFUND_REQUEST, refund_id="r2"),
        "get_refund": lambda: call("GET", f"/refunds/{REFUND_ID}"),
        "create_customer": lambda: call("POST", "/customer", CUSTOMER_REQUEST, customer_id="c2"),
        "update_customer": lambda: call("PUT", customer, CUSTOMER_REQUEST, name="Priya"),
    }


def state(emulator: Emulator) -> str:
    return repr((emulator.orders, emulator.payments, emulator.refunds, emulator.customers))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation__faults_strike_before_and_after(emulator: Emulator, every_call: Calls, operation: str) -> None:
    before = state(emulator)
    emulator.fail_next("status_503", operation=operation)
    assert every_call[operation]().status_code == 503
    emulator.fail_next("reset_before_accept", operation=operation)
    with pytest.raises(requests.ConnectionError):
        every_call[operation]()
    assert state(emulator) == before
    emulator.fail_next("status_500_after_accept", operation=operation)
    assert every_call[operation]().status_code == 500
    is_reading = operation.startswith(("get", "list"))
    assert (state(emulator) == before) is is_reading
    assert emulator.faults == []


def first_object(response: requests.Response) -> dict[str, Any]:
    body = response.json()
    found: dict[str, Any] = body[0] if isinstance(body, list) else body
    return found


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation__answers_without_fields(emulator: Emulator, every_call: Calls, operation: str) -> None:
    emulator.fail_next("missing_fields", operation=operation)
    left = set(first_object(every_call[operation]()))
    assert left
    assert left <= {"order_id", "payment_id", "refund_id", "customer_id"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation__answers_with_an_unknown_status(emulator: Emulator, every_call: Calls, operation: str) -> None:
    emulator.fail_next("unknown_status", operation=operation)
    assert first_object(every_call[operation]())[DOCUMENTED_STATUS[operation]] == "BREWING"


@pytest.mark.parametrize("key", ["order_id", "order_id "])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation__answers_about_another_order(
    emulator: Emulator, every_call: Calls, behave: Any, operation: str, key: str
) -> None:
    behave(refund_order_id_key=key)
    emulator.fail_next("other_order_id", operation=operation)
    answer = first_object(every_call[operation]())
    named = {value for name, value in answer.items() if name.strip() == "order_id"}
    assert named == (set() if "customer" in operation else {"order_of_somebody_else"})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation__only_addresses_for_customers_are_foreign(
    emulator: Emulator, every_call: Calls, operation: str
) -> None:
    emulator.fail_next("checkout_url_other_host", operation=operation)
    answer = first_object(every_call[operation]())
    foreign = {name for name, value in answer.items() if "elsewhere" in str(value)}
    named = {"create_order": {"checkout_url"}, "get_order": {"checkout_url"}, "create_payment": {"redirect_url"}}
    assert foreign == named.get(operation, set())
    assert DOCUMENTED_STATUS[operation] in answer


@pytest.mark.parametrize("operation", OPERATIONS)
def test_operation__answers_nonsense(emulator: Emulator, every_call: Calls, operation: str) -> None:
    call = every_call[operation]
    emulator.behaviour = replace(
        emulator.behaviour,
        repeated_order_id="same",
        repeated_refund_id="same",
        repeated_customer_id="same",
        second_payment_allowed=True,
        second_capture_allowed=True,
    )
    for name in ("wrong_types", "nul_characters", "other_json_shape", "not_json", "empty_body"):
        emulator.fail_next(name, operation=operation)
    assert first_object(call())[DOCUMENTED_STATUS[operation]] == 7
    assert first_object(call())[DOCUMENTED_STATUS[operation]].endswith("\0")
    assert isinstance(call().json(), dict) is (operation == "list_payments")
    assert (call().text, call().text) == ("<p>Welcome!</p>", "")


def test_body__of_a_create_that_answers_201(emulator: Emulator, behave: Any) -> None:
    behave(create_status=201)
    emulator.fail_next("unknown_status")
    response = created(emulator)
    assert (response.status_code, response.json()["order_status"]) == (201, "BREWING")


def test_table__covers_every_fault() -> None:
    elsewhere = {
        "latency",
        "kept_late",
        "dripping_headers",
        "dripping_body",
        "endless_continue",
        "broken_tls",
        "reset_before_accept",
        "reset_after_accept",
        "truncated_body",
        "huge_body",
        "gzip_bomb",
    }
    statuses = {name for name in FAULTS if name.startswith(("status_", "redirect_"))}
    assert set(FAULTS) == elsewhere | statuses | BODIES.keys()
    assert all(fault.does and fault.meets for fault in FAULTS.values())


def test_switches__next_few_of_one_operation(emulator: Emulator) -> None:
    emulator.fail_next("status_503", operation="get_order", calls=2)
    look = f"{emulator.base_url}/orders/o1"
    assert created(emulator).status_code == 200
    assert [requests.get(look, headers=CREDENTIALS, timeout=5).status_code for _ in range(3)] == [503, 503, 200]
    assert emulator.faults == []


def test_switches__all_until_mended_and_pages_never(emulator: Emulator) -> None:
    emulator.fail_all("status_503")
    assert [created(emulator).status_code for _ in range(2)] == [503, 503]
    assert requests.get(f"{emulator.base_url}/nowhere", timeout=5).status_code == 503
    assert requests.get(emulator.url, timeout=5).status_code == 200
    assert emulator.faults == ["status_503"]
    emulator.mend()
    assert created(emulator).status_code == 200


def test_switches__the_oldest_strikes_first(emulator: Emulator) -> None:
    emulator.fail_all("status_503", operation="create_order")
    emulator.fail_next("status_429")
    assert created(emulator).status_code == 503
    assert requests.get(f"{emulator.base_url}/orders/o1", headers=CREDENTIALS, timeout=5).status_code == 429


@pytest.mark.parametrize(
    ("name", "operation", "nearest"),
    [("reset_after", "", "reset_after_accept"), ("latency", "createorder", "create_order")],
)
def test_switches__a_misspelt_name_says_which_was_meant(
    emulator: Emulator, name: str, operation: str, nearest: str
) -> None:
    with pytest.raises(UnknownFault, match=f"did you mean '{nearest}'"):
        emulator.fail_next(name, operation=operation)
    with pytest.raises(UnknownFault, match="did you mean"):
        emulator.fail_all(name, operation=operation)


def test_page__switches_on_and_off(emulator: Emulator) -> None:
    form = {"fault": "latency", "operation": "get_order", "calls": "all", "seconds": "2.5", "act": "switch_on"}
    shown = requests.post(f"{emulator.url}/faults", data=form, timeout=5)
    assert shown.status_code == 200
    assert "every call" in shown.text
    assert "get_order</li>" in shown.text
    assert emulator.faults == ["latency"]
    shown = requests.post(f"{emulator.url}/faults", data={"act": "mend"}, timeout=5)
    assert "Nothing goes wrong." in shown.text
    requests.post(f"{emulator.url}/faults", data={"fault": "status_503", "calls": "next"}, timeout=5)
    assert [created(emulator).status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(
    ("form", "says"),
    [({"fault": "nonsense"}, "There is no fault"), ({"fault": "latency", "seconds": "soon"}, "Write seconds")],
)
def test_page__says_what_is_wrong(emulator: Emulator, form: dict[str, str], says: str) -> None:
    response = requests.post(f"{emulator.url}/faults", data=form, timeout=5)
    assert response.status_code == 400
    assert says in response.text
    assert emulator.faults == []


@pytest.mark.parametrize("calls", [0, -1, 1.5, True])
def test_fail_next__of_no_call_is_refused(emulator: Emulator, calls: Any) -> None:
    with pytest.raises(ValueError, match=f"calls is a whole number above 0, not {calls!r}"):
        emulator.fail_next("status_503", calls=calls)
    assert emulator.faults == []


@pytest.mark.parametrize("seconds", [-1, float("nan"), float("inf"), 100_000])
def test_fail__of_no_time_is_refused(emulator: Emulator, seconds: Any) -> None:
    for fail in (emulator.fail_next, emulator.fail_all):
        with pytest.raises(ValueError, match=f"seconds is a number from 0 to below 100000, not {seconds!r}"):
            fail("latency", seconds=seconds)
    assert emulator.faults == []
