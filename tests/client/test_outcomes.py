"""How every operation's call can end, and what its error says: the ids it was about, and nothing of a customer."""

from __future__ import annotations

import logging
import pickle
import traceback
from decimal import Decimal

import pytest

from django_flowwise import wire
from django_flowwise.client import Deadline, FlowwiseClient
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseAPIError,
    NotFound,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
    TooManyRequests,
)
from tests.client.calls import CALLS, CUSTOMER_ID, ORDER_HASH
from tests.client.conftest import Recorder, account
from tests.factories import vendor_body, vendor_bytes

TELLING = [name for name, call in CALLS.items() if call.request]
"""Operations with a body, whose errors repeat what Flowwise says."""


def failed(name: str, recorder: Recorder, *, deadline_seconds: float = 20) -> FlowwiseAPIError:
    client = FlowwiseClient(account(recorder.base_url, deadline_seconds=deadline_seconds))
    with pytest.raises(FlowwiseAPIError) as caught:
        CALLS[name].make(client)
    return caught.value


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, RequestRefused),
        (401, AuthenticationRefused),
        (404, NotFound),
        (408, OutcomeUnknown),
        (429, TooManyRequests),
        (500, OutcomeUnknown),
        (302, OutcomeUnknown),
    ],
)
def test_status__means_the_same_for_every_operation(
    name: str, status: int, kind: type[FlowwiseAPIError], recorder: Recorder
) -> None:
    recorder.status = f"{status} Whatever"
    recorder.body = vendor_bytes("error_answer")
    error = failed(name, recorder)
    assert type(error) is kind
    assert (error.operation, error.http_status, error.vendor_code) == (name, status, "order_amount_missing")
    assert f"({', '.join((name, *CALLS[name].ids))}: HTTP {status}, order_amount_missing)" in str(error)
    named = [each for each in (error.order_id, error.payment_id, error.refund_id) if each]
    assert named == list(CALLS[name].ids)
    assert len(recorder.sent) == 1
    assert vars(pickle.loads(pickle.dumps(error))) == vars(error)  # noqa: S301  # our own


@pytest.mark.parametrize("name", CALLS)
def test_not_found__names_what_to_check(name: str, recorder: Recorder) -> None:
    recorder.status = "404 Not Found"
    then = f" first, then the {CALLS[name].path_ids}" if CALLS[name].path_ids else ""
    assert str(failed(name, recorder)).startswith(
        f"Flowwise has nothing at this address; check BASE_URL{then}. ({name}"
    )


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize("body", [b"", b"<h1>ok</h1>", b"[1]", b'"' + b"x" * 1_100_000 + b'"'])
def test_answer__that_cannot_be_read_is_unknown(name: str, body: bytes, recorder: Recorder) -> None:
    recorder.body = body
    error = failed(name, recorder)
    assert (type(error), error.http_status) == (OutcomeUnknown, 200)
    about = " for ".join(filter(None, (name, ", ".join(CALLS[name].ids))))
    assert str(error).startswith(f"Flowwise answered {about}, but the answer ")


@pytest.mark.parametrize("name", [name for name in CALLS if name not in {"list_payments", "create_payment"}])
def test_answer__that_is_about_another_is_unknown(name: str, recorder: Recorder) -> None:
    recorder.body = b'{"order_id":"x","payment_id":"x","refund_id":"x","customer_id":"x"}'
    assert type(failed(name, recorder)) is OutcomeUnknown


@pytest.mark.parametrize(
    ("name", "field"),
    [("capture_payment", "order_id"), ("refund_payment", "payment_id"), ("refund_order", "order_id")],
)
def test_answer__of_ours_that_names_another_order_or_payment_is_unknown(
    name: str, field: str, recorder: Recorder
) -> None:
    documented = vendor_bytes(CALLS[name].answer).decode()
    known = vendor_body(CALLS[name].answer)[field]
    recorder.body = documented.replace(f'"{field}": "{known}"', f'"{field}": "another"').encode()
    error = failed(name, recorder)
    assert (type(error), str(error).endswith(f"names another {field}.")) == (OutcomeUnknown, True)


@pytest.mark.parametrize("name", CALLS)
def test_deadline__that_has_passed_sends_nothing(name: str, recorder: Recorder) -> None:
    error = failed(name, recorder, deadline_seconds=0)
    assert type(error) is RequestNotSent
    assert recorder.sent == []


@pytest.mark.parametrize("name", CALLS)
def test_connection__that_breaks_after_the_request_is_unknown(name: str, recorder: Recorder) -> None:
    recorder.status = "not a status"
    assert type(failed(name, recorder)) is OutcomeUnknown
    assert len(recorder.sent) == 1


def test_deadline__may_be_given_with_every_call(recorder: Recorder) -> None:
    client = FlowwiseClient(account(recorder.base_url))
    past = Deadline(0)
    refund = wire.RefundRequest("r", Decimal(1))
    customer = wire.CustomerRequest("c", "PROJECT")
    for make in (
        lambda: client.create_payment("h", wire.CreatePaymentRequest("upi", {}), deadline=past),
        lambda: client.get_payment("p", deadline=past),
        lambda: client.list_payments("o", deadline=past),
        lambda: client.capture_payment("o", "p", Decimal(1), deadline=past),
        lambda: client.void_payment("o", "p", Decimal(1), deadline=past),
        lambda: client.refund_payment("p", refund, deadline=past),
        lambda: client.refund_order("o", refund, deadline=past),
        lambda: client.get_refund("r", deadline=past),
        lambda: client.create_customer(customer, deadline=past),
        lambda: client.update_customer(customer, deadline=past),
    ):
        with pytest.raises(RequestNotSent):
            make()
    assert recorder.sent == []


@pytest.mark.parametrize("name", CALLS)
def test_message__is_repeated_where_what_is_private_is_known(name: str, recorder: Recorder) -> None:
    recorder.status = "400 Bad Request"
    recorder.body = b'{"message":"this is\\u2028not right","code":"x"}'
    assert str(failed(name, recorder)).endswith(") this is not right") is (name in TELLING)


PRIVATE = {
    "create_payment": ["priya.sharma@paytm", "PhonePe"],
    "create_customer": ["cust_priya_sharma_2024", "Priya Sharma", "9876543210", "Connaught"],
    "update_customer": [
        "cust_priya_sharma_2024",
        "PRIYA",
        "919876543210",
        "priya.sharma@example.com",
        "Connaught",
    ],
}


@pytest.mark.parametrize("name", PRIVATE)
def test_secrecy__what_was_sent_is_in_no_error_log_or_frame(
    name: str, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "django_flowwise")
    for text in PRIVATE[name]:
        recorder.status = "409 Conflict"
        recorder.body = b'{"message":"no: %s the-s3cret.","code":"y"}' % text.encode()
        error = failed(name, recorder)
        assert str(error).endswith(") no: … ….")
        frames = traceback.TracebackException.from_exception(error, capture_locals=True).stack
        ours = "".join(f"{frame.name} {frame.locals}" for frame in frames if "/django_flowwise/" in frame.filename)
        assert ours
        for private in PRIVATE[name]:
            assert private not in f"{error} {error!r} {vars(error)} {caplog.text} {ours}"


def test_secrecy__a_hash_is_not_repeated(recorder: Recorder) -> None:
    recorder.status = "400 Bad Request"
    recorder.body = b'{"message":"nothing at %s","code":"%s"}' % (ORDER_HASH.encode(), ORDER_HASH.encode())
    error = failed("create_payment", recorder)
    assert str(error) == "Flowwise refused the request. (create_payment: HTTP 400) nothing at …"
    assert ORDER_HASH not in f"{vars(error)}"


def test_secrecy__a_note_is_not_repeated(recorder: Recorder) -> None:
    recorder.status = "400 Bad Request"
    recorder.body = b'{"message":"refund_note Priya\'s dress too long","code":"dress"}'
    client = FlowwiseClient(account(recorder.base_url))
    with pytest.raises(RequestRefused) as caught:
        client.refund_order("o", wire.RefundRequest("r", Decimal(1), refund_note="Priya's dress"))
    assert (
        str(caught.value) == "Flowwise refused the request. (refund_order, o, r: HTTP 400) refund_note … too long"
    )
    assert caught.value.vendor_code == ""


@pytest.mark.parametrize("echo", ["für Größe", "Gr%C3%B6%C3%9Fe", "Gr\\\\u00f6\\\\u00dfe"])
def test_secrecy__a_note_is_not_repeated_in_another_writing(echo: str, recorder: Recorder) -> None:
    recorder.status = "400 Bad Request"
    recorder.body = f'{{"message":"{echo}"}}'.encode()
    client = FlowwiseClient(account(recorder.base_url))
    with pytest.raises(RequestRefused) as caught:
        client.refund_payment("p", wire.RefundRequest("r", Decimal(1), refund_note="für Größe"))
    assert str(caught.value).endswith("HTTP 400) …")


@pytest.mark.parametrize("name", [name for name in TELLING if name != "create_order"])
@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("payer <someone@example.com>, VPA someone@okaxis", "payer <…>, VPA …"),
        ("of someone%40example.com", "of …"),
        ("to=x" + "y" * 500 + "@example.com", None),
        ("call +91 98765-43210 or 09876543210.", "call … or …."),
        ("card 4111 1111 1111 1111", "card …"),
        ("pay_1234567890123 has 123456789 of 2299.50 on 2024-12-03", None),
        ("at 10:30, @ noon", None),
        ("x" * 4000, None),
    ],
)
def test_secrecy__a_payer_whom_we_were_not_told_is_not_repeated(
    name: str, said: str, shown: str | None, recorder: Recorder
) -> None:
    recorder.status = "400 Bad Request"
    recorder.body = b'{"message":"%s"}' % said.encode()
    sentence = str(failed(name, recorder)).partition("HTTP 400) ")[2]
    assert sentence == (said[:300] if shown is None else shown)


def test_error__an_id_of_flowwise_breaks_no_line(recorder: Recorder) -> None:
    recorder.body = b"{}"
    with pytest.raises(OutcomeUnknown) as caught:
        FlowwiseClient(account(recorder.base_url)).get_payment("p\n\x1b[31mq")
    assert (
        str(caught.value)
        == "Flowwise answered get_payment for p [31mq, but the answer does not carry the payment_id."
    )
    assert caught.value.payment_id == "p\n\x1b[31mq"


def test_customer__that_is_answered_for_another_is_not_named(recorder: Recorder) -> None:
    recorder.body = b'{"customer_id":"another"}'
    error = failed("update_customer", recorder)
    assert str(error) == "Flowwise answered update_customer, but the answer does not carry our customer_id."
    assert CUSTOMER_ID not in f"{vars(error)}"
