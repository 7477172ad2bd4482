"""Is all that an account needs good, and what cannot be told?"""

from __future__ import annotations

import socket
import ssl
from typing import Any

import pytest
import trustme
from django.db import transaction
from django.test import Client

from django_flowwise import services
from django_flowwise.client import Obstacle, ProbeAnswer
from django_flowwise.emulator import Emulator
from django_flowwise.exceptions import NotFound, OutcomeUnknown, RequestRefused, TransactionOpen
from django_flowwise.services import Finding, Severity, diagnosis
from django_flowwise.wire import OrderSnapshot
from tests.services.conftest import verbs

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Let probes reach the project's own views; what is put into the list is answered instead."""
    instead: list[Any] = []

    def answered(url: str, headers: dict[str, str], **_seconds: float) -> Any:
        assert url.startswith("https://shop.example/flowwise/return/")
        if instead:
            return instead.pop()
        response = Client().get(url.removeprefix("https://shop.example"), headers=headers)
        return ProbeAnswer(http_status=response.status_code, headers=response.headers)

    monkeypatch.setattr(diagnosis, "probe", answered)
    return instead


@pytest.fixture
def ready(flowwise_emulator: Any, settings: Any, pages: list[Any]) -> Any:
    settings.FLOWWISE["default"]["RETURN_ORIGIN"] = "https://shop.example"
    return flowwise_emulator


def wrong() -> Finding:
    """Give the one thing that is wrong."""
    [found] = services.diagnose().wrong
    assert found.remedy
    return found


def test_diagnose__all_is_good_and_it_says_what_it_cannot_know(ready: Any) -> None:
    found = services.diagnose()
    assert (found.account, found.wrong) == ("default", ())
    good = [finding.text for finding in found.findings if finding.severity is Severity.GOOD]
    unknown = " ".join(finding.text for finding in found.findings if finding.severity is Severity.UNKNOWN)
    assert len(good) == 3
    assert "Our return page answers under https://shop.example" in good[2]
    assert all(word in unknown for word in ("credentials", "customers outside", "webhooks"))
    assert verbs(ready) == ["GET"]
    assert ready.requests[0].path.removeprefix("/router/orders/").startswith("order_")


def test_diagnose__settings_that_cannot_be_read(ready: Any, settings: Any) -> None:
    settings.FLOWWISE["default"]["CLIENT_ID"] = ""
    assert "lacks CLIENT_ID" in wrong().text
    assert verbs(ready) == []


def test_diagnose__credentials_that_are_refused(ready: Any, settings: Any) -> None:
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = "mistyped"
    found = services.diagnose()
    assert [finding.text for finding in found.wrong] == [
        "Flowwise does not accept CLIENT_ID and CLIENT_SECRET (HTTP 401)."
    ]
    assert "mistyped" not in repr(found)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        ("status_400", "refused the question (HTTP 400)"),
        ("status_429", "asks for fewer requests (HTTP 429)"),
        ("status_503", "out of order (HTTP 503)"),
        ("redirect_302", "BASE_URL redirects (HTTP 302)"),
        ("reset_before_accept", "broke the connection or spoke no HTTP"),
        ("not_json", "out of order (HTTP"),
    ],
)
def test_diagnose__a_gateway_with_a_fault(ready: Any, fault: str, text: str, break_call: Any) -> None:
    if fault == "not_json":
        break_call("get_order", OutcomeUnknown("?", http_status=599))
    else:
        ready.fail_all(fault)
    assert text in wrong().text


@pytest.mark.parametrize("status", [200, None])
def test_diagnose__what_is_no_flowwise(
    ready: Any, status: int | None, break_call: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if status:
        break_call("get_order", OutcomeUnknown("not readable", http_status=status))
    else:
        monkeypatch.setattr(diagnosis.FlowwiseClient, "get_order", lambda *_, **__: OrderSnapshot())
    assert "is no Flowwise" in wrong().text


def test_diagnose__nobody_listens(ready: Any, settings: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = f"127.0.0.1:{free.getsockname()[1]}"
    settings.FLOWWISE["default"]["BASE_URL"] = f"http://{address}/router"
    assert wrong().text == f"BASE_URL: nobody listens at {address}, seen from this machine."


def test_diagnose__a_certificate_that_nobody_trusts(ready: Any, settings: Any) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    with Emulator(tls=context) as emulator:
        settings.FLOWWISE["default"]["BASE_URL"] = emulator.base_url
        assert "certificate of 127.0.0.1" in wrong().text


def test_diagnose__a_gateway_that_is_slow(ready: Any, settings: Any) -> None:
    settings.FLOWWISE["default"] |= {"READ_TIMEOUT_SECONDS": 0.1, "DEADLINE_SECONDS": 0.3}
    ready.fail_all("latency", seconds=2)
    assert "does not answer in time" in wrong().text


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (Obstacle.NAME, "RETURN_ORIGIN: the name of shop.example is not found, seen from this machine."),
        (ProbeAnswer(http_status=404, headers={}), "Something else than our return page"),
        (ProbeAnswer(http_status=404, headers={"X-Order-View": "0" * 32}), "Something else than our return page"),
        (ProbeAnswer(http_status=200, headers={}), "Something else than our return page"),
        (ProbeAnswer(http_status=400, headers={}), "refuses its own host name (HTTP 400)"),
        (ProbeAnswer(http_status=401, headers={}), "is locked (HTTP 401)"),
        (ProbeAnswer(http_status=403, headers={}), "is locked (HTTP 403)"),
        (ProbeAnswer(http_status=502, headers={}), "The shop under RETURN_ORIGIN is out of order (HTTP 502)"),
        (
            ProbeAnswer(http_status=301, headers={"Location": "https://www.shop.example/x?token=secret"}),
            "redirects to https://www.shop.example (HTTP 301)",
        ),
        (
            ProbeAnswer(http_status=302, headers={"Location": "/login/"}),
            "another page of the same host (HTTP 302)",
        ),
        (ProbeAnswer(http_status=302, headers={}), "another page of the same host (HTTP 302)"),
    ],
    ids=str,
)
def test_diagnose__a_return_page_that_is_not_ours(ready: Any, pages: list[Any], answer: Any, text: str) -> None:
    pages.append(answer)
    found = wrong()
    assert text in found.text
    assert "secret" not in found.text


def test_diagnose__our_mark_with_another_status(
    ready: Any, pages: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As from a proxy that shows every error as a page of its own: customers see that page, too."""
    monkeypatch.setattr(diagnosis, "page_mark", lambda key, *, asked: "mark")
    pages.append(ProbeAnswer(http_status=200, headers={"X-Order-View": "mark"}))
    assert "Something else than our return page answers under RETURN_ORIGIN (HTTP 200)." in wrong().text


def test_diagnose__a_host_that_django_refuses(ready: Any, settings: Any, pages: list[Any]) -> None:
    settings.ALLOWED_HOSTS = ["elsewhere.example"]
    assert "Add the host of RETURN_ORIGIN to ALLOWED_HOSTS." in wrong().remedy


def test_diagnose__without_a_return_origin(ready: Any, settings: Any) -> None:
    settings.FLOWWISE["default"]["RETURN_ORIGIN"] = ""
    found = services.diagnose()
    assert found.wrong == ()
    assert [finding.severity for finding in found.findings if "RETURN_ORIGIN is not set" in finding.text] == [
        Severity.UNKNOWN
    ]


def test_diagnose__without_our_urls(ready: Any, settings: Any) -> None:
    settings.ROOT_URLCONF = "tests.no_urls"
    assert "has no address" in wrong().text


def test_diagnose__the_real_probe_is_bounded_by_the_account(
    flowwise_emulator: Any, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: dict[str, Any] = {}

    def probe(url: str, headers: dict[str, str], **seconds: float) -> Obstacle:
        given.update(seconds)
        return Obstacle.TIME

    monkeypatch.setattr(diagnosis, "probe", probe)
    settings.FLOWWISE["default"] |= {
        "CONNECT_TIMEOUT_SECONDS": 1,
        "READ_TIMEOUT_SECONDS": 2,
        "DEADLINE_SECONDS": 3,
    }
    services.diagnose()
    assert given == {"connect_timeout_seconds": 1, "read_timeout_seconds": 2, "deadline_seconds": 3}


def test_diagnose__of_an_unknown_account_is_a_finding() -> None:
    [found] = services.diagnose("nowhere").wrong
    assert "no account 'nowhere'" in found.text


@pytest.mark.django_db(transaction=True)
def test_diagnose__within_a_transaction() -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen):
        services.diagnose()


def test_gateway__every_outcome_is_told_apart(ready: Any, break_call: Any) -> None:
    texts = set()
    for error in (NotFound("", http_status=404), RequestRefused("", http_status=405), OutcomeUnknown("")):
        break_call("get_order", error)
        texts.add(services.diagnose().findings[1].text)
    assert len(texts) == 3
