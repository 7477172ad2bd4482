"""What a report never shows, whatever a server answers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest

from django_flowwise.conf import Account
from django_flowwise.contract import Observation, observe, written_report
from django_flowwise.contract.requests import CUSTOMER
from django_flowwise.contract.vocabulary import DOCUMENTED_WORDS, is_of_known_words
from django_flowwise.emulator import Behaviour, Emulator
from tests.contract.servers import SECRETS, account, hostile_server
from tests.described import DESCRIPTION


@pytest.fixture
def sandbox() -> Iterator[Emulator]:
    with Emulator(client_id=SECRETS[0], client_secret=SECRETS[1]) as emulator:
        yield emulator


def report_of(seen: list[Observation]) -> str:
    return written_report(seen, is_whole=True).casefold()


def walk(answer: Callable[[BaseHTTPRequestHandler, bytes], tuple[bytes, str]], **server: Any) -> list[Observation]:
    with hostile_server(answer, **server) as base_url:
        return list(observe(account(base_url)))


def walk_on(body: object, **server: Any) -> list[Observation]:
    """Ask a server that always gives the same answer."""
    return walk(lambda _handler, _asked: (json.dumps(body).encode(), "application/json"), **server)


@pytest.mark.parametrize("behaviour", [Behaviour(), Behaviour(absent_fields="null", repeated_order_id="same")])
def test_report__has_no_secret_id_or_customer_in_it(sandbox: Emulator, behaviour: Behaviour) -> None:
    sandbox.behaviour = behaviour
    report = report_of(list(observe(account(sandbox.base_url))))
    payments = [payment["payment_id"] for listed in sandbox.payments.values() for payment in listed]
    hashes = [order["order_hash"] for order in sandbox.orders.values()]
    assert payments
    sent = [*sandbox.orders, *sandbox.refunds, *sandbox.customers]
    for private in (*SECRETS, *CUSTOMER, *sent, *payments, *hashes, sandbox.url):
        assert private.casefold() not in report


def echo_everywhere(handler: BaseHTTPRequestHandler, asked: bytes) -> tuple[bytes, str]:
    secret = handler.headers.get("x-client-secret", "")
    sent = json.loads(asked) if asked.startswith(b"{") and asked.endswith(b"}") else {}
    private = {
        "code": secret,
        "type": f"is_{secret.upper()}_wrong",
        "status": handler.headers.get("x-client-id"),
        "order_status": sent.get("order_id", handler.path),
        "payment_status": secret,
        "refund_status": "EXAMPLE",
        "capture_status": (sent.get("customer_details") or {}).get("customer_phone", ""),
        "scope": "somebody@example.com",
        secret: 1,
        "priya": [{"order_id": secret}] * 3,
        "deep": {"deep": {"deep": {"deep": secret}}},
        "payments": ["a", "b", "c"],
        "is_on": True,
        "note": None,
        "amount": 1.5,
        "order_id ": "",
    }
    return json.dumps(private).encode(), f"application/{secret}"


@pytest.mark.parametrize("status", [200, 400])
def test_report__shows_nothing_that_a_server_echoes(status: int) -> None:
    seen = walk(echo_everywhere, status=status)
    report = report_of(seen)
    for private in (*SECRETS, *CUSTOMER, "contract-", "somebody", "priya", "deep"):
        assert private.casefold() not in report
    first = seen[0]
    shown = ("order_status",) if status == 200 else ("code", "type")
    assert first.words == dict.fromkeys(shown, "(not shown)")
    assert first.headers == ("x-ratelimit-limit",)
    assert first.content_type == "(not shown)"
    assert first.fields["payments"] == "list of several"
    assert (first.fields["note"], first.fields["amount"], first.fields["order_id "]) == (
        "null",
        "number",
        "empty text",
    )


ACME: dict[str, Any] = {
    "order_status": "ACTIVE",
    "project": {"code": "acme-traders", "type": "Ramesh.Kumar", "status": "ACMETRADERS"},
    "Ramesh Kumar": {"scope": "RAMESH"},
    "ramesh_kumar": 1,
    "acme": {"status": "SUCCESS"},
    "code": "TEST_acme",
    "type": "acme_error",
    "status": "acme",
}


@pytest.mark.parametrize("status", [200, 400, 301])
def test_report__shows_no_name_that_a_server_knows(status: int) -> None:
    seen = walk_on(ACME, status=status)
    report = report_of(seen)
    assert [name for name in ("acme", "ramesh", "kumar", "test_") if name in report] == []
    assert seen[0].words == (
        {"order_status": "ACTIVE"} if status == 200 else {"code": "(not shown)", "type": "(not shown)"}
    )
    assert seen[0].fields["(not shown)"] == "object"


@pytest.mark.parametrize("path", sorted({path for paths in DOCUMENTED_WORDS.values() for path in paths}))
def test_words__are_read_where_they_are_documented_and_nowhere_else(path: str) -> None:
    is_listed, name = path.startswith("[]."), path.removeprefix("[].")
    member = {name: "ON_HOLD", "settlement": {name: "LATER"}, "details": [{name: "LATER"}]}
    seen = walk_on([member] if is_listed else member)
    for observed in seen:
        is_documented = path in DOCUMENTED_WORDS[observed.operation]
        assert observed.words == ({path: "ON_HOLD"} if is_documented else {})
    assert any(observed.words for observed in seen)


def test_words__of_a_refusal_are_its_code_and_its_type() -> None:
    body = {"code": "order_amount_missing", "type": "validation_error", "message": "Priya", "order_status": "PAID"}
    seen = walk_on([body], status=400) + walk_on({"error": body}, status=400)
    assert {word for observed in seen for word in observed.words} == set()
    seen = walk_on(body, status=422)
    assert seen[0].words == {"code": "order_amount_missing", "type": "validation_error"}
    assert walk_on({**body, "code": "ON_REVIEW"}, status=400)[0].words["code"] == "(not shown)"
    assert walk_on({**body, "code": 4001}, status=400)[0].words == {"type": "validation_error"}


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        ({"order_status": "ON_REVIEW"}, "ON_REVIEW"),
        ({"order_status": "active"}, "active"),
        ({"order_status": "on_review"}, "(not shown)"),
        ({"order_status": "Ramesh Kumar"}, "(not shown)"),
        ({"order_status": "ABCDEFGHIJKLMNOPQRSTUVW"}, "(not shown)"),
        ({"order_status": "AB12"}, "(not shown)"),
        # Part of the client id, which is TEST_acme_4711.
        ({"order_status": "ACME"}, "(not shown)"),
        ({"order_status": "TEST_ACME"}, "(not shown)"),
        # Part of another text of the answer, or of a name that a server has given.
        ({"order_status": "RAMESH", "order_note": "from Ramesh"}, "(not shown)"),
        ({"order_status": "RAMESH", "details": [1, {"name": "ramesh"}]}, "(not shown)"),
        ({"order_status": "RAMESH", "ramesh kumar": 1}, "(not shown)"),
        ({"order_status": "RAMESH_SHOP", "name": "Ramesh"}, "(not shown)"),
        ({"order_status": "ACTIVE", "order_note": "is active"}, "ACTIVE"),
        ({"order_status": "RAMESH", "order_note": ""}, "RAMESH"),
    ],
)
def test_words__new_ones_are_shown_where_they_tell_of_nobody(answer: dict[str, Any], word: str) -> None:
    assert walk_on(answer)[0].words == {"order_status": word}


def test_words__what_an_earlier_answer_said_stays_private() -> None:
    answers = iter([{"order_status": "ACTIVE", "project_id": "RAMESH-1"}])
    last = {"order_status": "RAMESH"}
    seen = walk(lambda _handler, _asked: (json.dumps(next(answers, last)).encode(), "application/json"))
    assert {observed.words["order_status"] for observed in seen if observed.operation == "get_order"} == {
        "(not shown)"
    }


def test_words__a_credential_is_none_even_where_it_is_made_of_known_words() -> None:
    answer = (json.dumps({"code": "payment_order_failed", "payment_order": 1}).encode(), "application/json")
    with hostile_server(lambda _handler, _asked: answer, status=400) as base_url:
        seen = list(
            observe(Account(alias="sandbox", client_id="payment_order", client_secret="x", base_url=base_url))
        )
    assert seen[0].words == {"code": "(not shown)"}
    assert seen[0].fields["(not shown)"] == "integer"


def test_names__every_documented_one_is_known() -> None:
    schemas = json.loads(DESCRIPTION.read_text())["components"]["schemas"].values()
    names = {name for schema in schemas for name in schema.get("properties", {})}
    assert {name for name in names if not is_of_known_words(name)} == set()
    assert is_of_known_words("orderAmount")
    assert not any(
        map(is_of_known_words, ("", "_", "order_", "order id", "order-id", "order1", "order_" * 20 + "id"))
    )


def test_report__of_what_is_no_json() -> None:
    seen = walk(lambda _handler, _asked: (b"<h1>Priya</h1>", "text/html; charset=utf-8"))
    assert (seen[0].fields, seen[0].content_type, seen[0].words) == ({".": "text"}, "text/html", {})
    assert "pay the order by upi" not in {observed.step for observed in seen}
    assert "priya" not in report_of(seen)


def test_report__of_an_answer_that_is_deeper_than_any() -> None:
    deep = b'{"order_status": "NEWLY_MADE", "details": ' + b'{"a": ' * 900 + b'"NEWLY_MADE"' + b"}" * 901
    assert walk(lambda _handler, _asked: (deep, "application/json"))[0].words == {"order_status": "(not shown)"}


def test_report__of_an_id_that_no_address_can_carry() -> None:
    seen = {observed.step: observed for observed in walk_on({"payment_id": "..", "order_hash": "h"})}
    assert (seen["read the payment"].obstacle, seen["read the payment"].http_status) == ("NO_ADDRESS", None)


@pytest.mark.parametrize("header", ["X-RateLimit-Ramesh", "X-Ramesh"])
def test_report__names_only_headers_that_are_known(header: str) -> None:
    assert walk_on({}, headers={header: "1", "Retry-After": "Ramesh"})[0].headers == (
        "retry-after",
        "x-ratelimit-limit",
    )
