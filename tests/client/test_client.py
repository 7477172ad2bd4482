"""One request for each documented operation, and how each call can end."""

from __future__ import annotations

import datetime
import json
import logging
import socket
import ssl
from decimal import Decimal
from typing import Any

import pytest
import requests
import responses
import time_machine
import urllib3.exceptions as urllib3_errors

import django_flowwise
from django_flowwise import wire
from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.client.deadline import DeadlinePassedUnsent
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseAPIError,
    NotFound,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
    TooManyRequests,
)
from tests.client.conftest import account
from tests.factories import vendor_body, vendor_bytes

BASE = "https://sandbox.flowwise.com/router"
ORDER_ID = "order_summer_fashion_001"


def documented_request() -> wire.CreateOrderRequest:
    body = vendor_body("create_order_request")
    return wire.CreateOrderRequest(
        **{**body, "customer_details": wire.CustomerDetails(**body["customer_details"])}
    )


def create() -> wire.OrderSnapshot:
    return FlowwiseClient(account()).create_order(documented_request())


@responses.activate
def test_create_order__sends_the_documented_call(monkeypatch: pytest.MonkeyPatch) -> None:
    responses.post(f"{BASE}/orders", body=vendor_bytes("create_order_answer"))
    assert create().order_id == ORDER_ID
    [call] = responses.calls
    sent = call.request
    assert json.loads(sent.body, parse_float=Decimal) == vendor_body("create_order_request")
    assert sent.headers["x-client-id"] == "the-client-id"
    assert sent.headers["x-client-secret"] == "the-s3cret"
    assert sent.headers["Content-Type"] == "application/json"
    assert sent.headers["Accept-Encoding"] == "identity"
    assert sent.headers["User-Agent"] == f"django-flowwise/{django_flowwise.__version__}"
    assert "Authorization" not in sent.headers
    assert "Cookie" not in sent.headers
    assert sent.req_kwargs["timeout"] == (3.05, 10)
    assert sent.req_kwargs["stream"] is True


@responses.activate
def test_get_order__path_is_percent_encoded() -> None:
    responses.get(f"{BASE}/orders/a%2Fb%3Fc%20d", body=b'{"order_id":"a/b?c d"}')
    assert FlowwiseClient(account()).get_order("a/b?c d").order_id == "a/b?c d"
    assert responses.calls[0].request.body is None


@responses.activate
def test_list_payments__path_and_answer() -> None:
    responses.get(f"{BASE}/orders/{ORDER_ID}/payments", body=vendor_bytes("list_payments_answer"))
    assert [payment.word for payment in FlowwiseClient(account()).list_payments(ORDER_ID)] == ["SUCCESS", "FAILED"]


@responses.activate
def test_timeouts__are_bounded_by_what_is_left() -> None:
    responses.get(f"{BASE}/orders/o", body=b'{"order_id":"o"}')
    FlowwiseClient(account()).get_order("o", deadline=Deadline(2))
    connect, read = responses.calls[0].request.req_kwargs["timeout"]
    assert 1.5 < connect <= 2
    assert 1.5 < read <= 2


@responses.activate
@pytest.mark.parametrize(
    ("status", "error"),
    [
        (300, OutcomeUnknown),
        (301, OutcomeUnknown),
        (302, OutcomeUnknown),
        (304, OutcomeUnknown),
        (307, OutcomeUnknown),
        (308, OutcomeUnknown),
        (400, RequestRefused),
        (401, AuthenticationRefused),
        (402, RequestRefused),
        (403, AuthenticationRefused),
        (404, NotFound),
        (405, RequestRefused),
        (408, OutcomeUnknown),
        (409, RequestRefused),
        (422, RequestRefused),
        (429, TooManyRequests),
        (500, OutcomeUnknown),
        (502, OutcomeUnknown),
        (503, OutcomeUnknown),
        (504, OutcomeUnknown),
        (599, OutcomeUnknown),
    ],
)
def test_status__and_what_is_known_then(status: int, error: type[FlowwiseAPIError]) -> None:
    headers = {"Location": "https://evil.example/"}
    responses.post(f"{BASE}/orders", status=status, body=vendor_bytes("error_answer"), headers=headers)
    with pytest.raises(FlowwiseAPIError) as caught:
        create()
    assert type(caught.value) is error
    assert (caught.value.operation, caught.value.order_id) == ("create_order", ORDER_ID)
    assert (caught.value.http_status, caught.value.vendor_code) == (status, "order_amount_missing")
    assert str(status) in str(caught.value)
    assert len(responses.calls) == 1


@responses.activate
@pytest.mark.parametrize(
    "body", [b"", b"<h1>ok</h1>", b"[]", b'{"order_id":"other"}', b'{"order_id":"' + b"x" * 1_100_000 + b'"}']
)
def test_success__that_cannot_be_read_is_unknown(body: bytes) -> None:
    responses.post(f"{BASE}/orders", body=body)
    with pytest.raises(OutcomeUnknown) as caught:
        create()
    assert (type(caught.value), caught.value.http_status) == (OutcomeUnknown, 200)


def refused_certificate() -> requests.exceptions.SSLError:
    cause = urllib3_errors.SSLError(ssl.SSLCertVerificationError("self-signed"))
    return requests.exceptions.SSLError(urllib3_errors.MaxRetryError(None, "/", cause))


def broken_tls() -> requests.exceptions.SSLError:
    cause = urllib3_errors.SSLError(ssl.SSLError("bad record mac"))
    return requests.exceptions.SSLError(urllib3_errors.MaxRetryError(None, "/", cause))


def no_connection() -> requests.ConnectionError:
    cause = urllib3_errors.NewConnectionError(None, "refused")
    return requests.ConnectionError(urllib3_errors.MaxRetryError(None, "/", cause))


def no_name() -> requests.ConnectionError:
    cause = urllib3_errors.NameResolutionError("host", None, socket.gaierror())
    return requests.ConnectionError(urllib3_errors.MaxRetryError(None, "/", cause))


def no_proxy() -> requests.exceptions.ProxyError:
    cause = urllib3_errors.ProxyError("proxy", urllib3_errors.NewConnectionError(None, "refused"))
    return requests.exceptions.ProxyError(urllib3_errors.MaxRetryError(None, "/", cause))


@responses.activate
@pytest.mark.parametrize(
    ("cause", "error"),
    [
        (requests.ConnectTimeout(), RequestNotSent),
        (no_connection(), RequestNotSent),
        (no_name(), RequestNotSent),
        (no_proxy(), RequestNotSent),
        (refused_certificate(), RequestNotSent),
        (requests.exceptions.InvalidURL(), RequestNotSent),
        (DeadlinePassedUnsent(), RequestNotSent),
        (broken_tls(), OutcomeUnknown),
        (requests.exceptions.SSLError(urllib3_errors.SSLError()), OutcomeUnknown),
        (requests.ReadTimeout(), OutcomeUnknown),
        (requests.ConnectionError(), OutcomeUnknown),
        (requests.ConnectionError("reset"), OutcomeUnknown),
        (requests.exceptions.ChunkedEncodingError(), OutcomeUnknown),
        (requests.exceptions.ProxyError("tunnel"), OutcomeUnknown),
        (ConnectionResetError(), OutcomeUnknown),
        (TimeoutError(), OutcomeUnknown),
        (urllib3_errors.ProtocolError(), OutcomeUnknown),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else type(value).__name__,
)
def test_transport__and_what_is_known_then(cause: Exception, error: type[FlowwiseAPIError]) -> None:
    responses.post(f"{BASE}/orders", body=cause)
    with pytest.raises(FlowwiseAPIError) as caught:
        create()
    assert type(caught.value) is error
    assert caught.value.__cause__ is cause
    assert type(cause).__name__ in str(caught.value)


@responses.activate
@time_machine.travel(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), tick=False)
@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("999999999", 86_400),
        ("Thu, 01 Jan 2026 01:00:00 GMT", 3600),
        ("Wed, 01 Jan 2020 00:00:00 GMT", 0),
    ],
)
def test_retry_after__is_read(header: str, seconds: float) -> None:
    responses.post(f"{BASE}/orders", status=429, headers={"Retry-After": header})
    with pytest.raises(TooManyRequests) as caught:
        create()
    assert caught.value.retry_after_seconds == seconds


@responses.activate
@pytest.mark.parametrize(
    "header",
    [
        None,
        "soon",
        "-1",
        "1.5",
        "Wed, 21 Oct 2015 07:28:00 -0000",
        "9" * 20,
        "Mon, 01 Jan 99999999999999999999 00:00:00 GMT",
        "Mon, 01 Jan 2024 00:00:00 +9999999999",
    ],
)
def test_retry_after__that_says_nothing(header: str | None) -> None:
    responses.post(f"{BASE}/orders", status=503, headers={"Retry-After": header} if header else {})
    with pytest.raises(OutcomeUnknown) as caught:
        create()
    assert caught.value.retry_after_seconds is None


@responses.activate
def test_secrecy__neither_secret_nor_customer_in_errors_and_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    customer = vendor_body("create_order_request")["customer_details"]
    private = ["the-s3cret", "the-client-id", *customer.values()]
    message = "no " + " ".join(private) + "\x07\x1b[31m" + "x" * 1000
    responses.post(f"{BASE}/orders", status=400, json={"message": message, "code": "the-s3cret"})
    with pytest.raises(RequestRefused) as caught:
        create()
    shown = f"{caught.value} {caught.value!r} {caught.value.vendor_code} {caplog.text}"
    assert not [text for text in private if text in shown]
    assert "\x1b" not in str(caught.value)
    assert "no …" in str(caught.value)
    assert len(str(caught.value)) < 600


@responses.activate
def test_secrecy__a_look_repeats_no_text_of_the_vendor() -> None:
    responses.get(f"{BASE}/orders/o", status=400, json={"message": "about priya.sharma@example.com", "code": "x"})
    with pytest.raises(RequestRefused) as caught:
        FlowwiseClient(account()).get_order("o")
    assert "priya" not in str(caught.value)
    assert caught.value.vendor_code == "x"


def test_documented_error_shape__is_worded(caplog: Any) -> None:
    with responses.RequestsMock() as mock:
        mock.post(f"{BASE}/orders", status=400, body=vendor_bytes("error_answer"))
        with pytest.raises(RequestRefused, match="parameter missing"):
            create()


@responses.activate
@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("customer c: must be at least 1, credit card only", "customer c: must be at least 1, credit card only"),
        ("number 9876543210 of PRIYA.Sharma@example.com", "number … of …"),
        ("call 919876543210", "call …"),
        ("call +91 98765-43210, or (98765) 43210", "call …, or (…"),
        ("bad 9876543210@acme.example, tel 9876543210", "bad …, tel …"),
        ("order 98765432101 x", "order 98765432101 x"),
    ],
)
def test_refused__a_short_key_eats_no_letters_and_a_number_is_known_without_its_country(
    said: str, shown: str
) -> None:
    responses.post(f"{BASE}/orders", status=400, json={"message": said, "code": "c_value_invalid"})
    request = wire.CreateOrderRequest(
        order_id=ORDER_ID,
        order_amount=Decimal("2299.50"),
        order_currency="INR",
        customer_details=wire.CustomerDetails(
            customer_id="c",
            customer_email="priya.sharma@example.com",
            customer_phone="+919876543210",
            customer_address="9876543210@acme.example",
        ),
    )
    with pytest.raises(RequestRefused) as caught:
        FlowwiseClient(account(BASE)).create_order(request)
    assert str(caught.value).endswith(f") {shown}")
    assert caught.value.vendor_code == "c_value_invalid"
