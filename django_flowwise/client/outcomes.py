"""The table of how a call can end: from statuses and transport errors to our three kinds of outcome.

Closed by default: what is not recognized is unknown, never refused and never "not sent". Only for the client.
"""

from __future__ import annotations

import datetime
import email.utils
import http.client
import re
import ssl
from collections.abc import Collection
from typing import Any

import requests
import urllib3.exceptions

from django_flowwise.client.deadline import Call, DeadlinePassedUnsent
from django_flowwise.client.operations import CREATE_ORDER, Operation, Target
from django_flowwise.client.redaction import Redaction
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseAPIError,
    NotFound,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
    TooManyRequests,
)
from django_flowwise.wire import UnreadableAnswer, read_error

TRANSPORT_ERRORS = (
    OSError,  # requests' own errors and every socket and TLS error
    urllib3.exceptions.HTTPError,
    http.client.HTTPException,
    DeadlinePassedUnsent,
    ValueError,  # from http.client, which trusts the sizes of chunks
)
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
_LONGEST_MESSAGE = 300
_LONGEST_WAIT_SECONDS = 86_400.0


def error_of_status(status: int) -> type[FlowwiseAPIError]:
    """Say which error a status that is not 2xx stands for.

    Source: no status but 200 is documented (create-an-order and the other pages, read 2026-11-24), so this reads
    the classes of HTTP itself (RFC 9110 section 15, RFC 6585 section 4).
    """
    if status in {401, 403}:
        return AuthenticationRefused
    if status == 404:
        return NotFound
    if status == 429:
        return TooManyRequests
    if 400 <= status < 500 and status != 408:
        return RequestRefused
    return OutcomeUnknown


def refusal(
    response: requests.Response,
    body: bytes,
    target: Target,
    *,
    private: Collection[str],
    secrets: Collection[str],
) -> FlowwiseAPIError:
    """Make the error for an answer that is not 2xx.

    What is in ``secrets`` never shows up in it, nor, as a word, what is private to the request or its target. What
    is said of a mere look is not repeated: nobody knows then what of it is a customer's.
    """
    kind = error_of_status(response.status_code)
    answer = read_error(body)
    redaction = Redaction((*private, *target.private), secrets)
    code = answer.code or ""
    if redaction.is_needed_by(code):
        code = ""
    sentence = f"{_sentence(kind, target.operation)} ({_about(target)}: HTTP {response.status_code}"
    sentence += f", {code})" if code else ")"
    if answer.message and target.operation.has_body:
        said = redaction.of(answer.message, is_customer_known=target.operation is CREATE_ORDER)
        sentence += f" {_UNPRINTABLE.sub(' ', said)[:_LONGEST_MESSAGE]}"
    return _made(
        kind,
        sentence,
        target,
        http_status=response.status_code,
        vendor_code=code,
        retry_after_seconds=_retry_after_seconds(response.headers.get("Retry-After")),
    )


def transport_error(error: Exception, call: Call, target: Target) -> FlowwiseAPIError:
    """Make the error for a call that brought no whole answer."""
    is_unsent = not call.has_sent and _proves_nothing_sent(error)
    kind: type[FlowwiseAPIError] = RequestNotSent if is_unsent else OutcomeUnknown
    sentence = f"{_sentence(kind, target.operation)} ({_about(target)}: {type(error).__name__})"
    made = _made(kind, sentence, target)
    made.__cause__ = error
    return made


def unreadable(error: UnreadableAnswer, target: Target, *, http_status: int) -> FlowwiseAPIError:
    """Make the error for a 2xx that is not the answer that was asked for."""
    sentence = f"Flowwise answered {' for '.join(_about(target).split(', ', 1))}, but {error}."
    made = _made(OutcomeUnknown, sentence, target, http_status=http_status)
    made.__cause__ = error
    return made


def _made(kind: type[FlowwiseAPIError], sentence: str, target: Target, **answered: Any) -> FlowwiseAPIError:
    return kind(
        sentence,
        operation=target.operation.name,
        order_id=target.order_id,
        payment_id=target.payment_id,
        refund_id=target.refund_id,
        **answered,
    )


def _about(target: Target) -> str:
    ids = (target.order_id, target.payment_id, target.refund_id)
    # A payment_id is Flowwise's: it may hold what breaks a line of a log.
    return ", ".join((target.operation.name, *(_UNPRINTABLE.sub(" ", each) for each in ids if each)))


def _sentence(kind: type[FlowwiseAPIError], operation: Operation) -> str:
    if kind is not NotFound:
        return _SENTENCES[kind]
    then = f" first, then the {' and the '.join(operation.path_ids)}" if operation.path_ids else ""
    return f"Flowwise has nothing at this address; check BASE_URL{then}."


_SENTENCES: dict[type[FlowwiseAPIError], str] = {
    RequestNotSent: "Nothing was sent to Flowwise; try again.",
    RequestRefused: "Flowwise refused the request.",
    AuthenticationRefused: "Flowwise did not accept the account's CLIENT_ID and CLIENT_SECRET.",
    TooManyRequests: "Flowwise asks for fewer requests; whether it did this one is unknown.",
    OutcomeUnknown: "Whether Flowwise did it is unknown.",
}


def _proves_nothing_sent(error: Exception) -> bool:
    if isinstance(error, (DeadlinePassedUnsent, requests.ConnectTimeout, *_BAD_ADDRESS)):
        return True
    reason = error.args[0] if isinstance(error, requests.RequestException) and error.args else error
    if isinstance(reason, urllib3.exceptions.MaxRetryError):
        reason = reason.reason
    if isinstance(reason, urllib3.exceptions.ProxyError):
        reason = reason.original_error
    if isinstance(reason, urllib3.exceptions.SSLError):
        return isinstance(reason.args[0] if reason.args else None, ssl.SSLCertVerificationError)
    return isinstance(reason, (urllib3.exceptions.NewConnectionError, urllib3.exceptions.ConnectTimeoutError))


_BAD_ADDRESS = (
    requests.exceptions.InvalidURL,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidSchema,
    requests.exceptions.InvalidProxyURL,
)


def _retry_after_seconds(header: str | None) -> float | None:
    """Read Retry-After, seconds or date (RFC 9110 section 10.2.3); anything else is no statement."""
    if header is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", header):
        return min(float(header), _LONGEST_WAIT_SECONDS)
    try:
        moment = email.utils.parsedate_to_datetime(header)
        if moment.tzinfo is None:
            return None
        wait = (moment - datetime.datetime.now(datetime.UTC)).total_seconds()
    except (ValueError, OverflowError):
        return None
    return min(max(wait, 0.0), _LONGEST_WAIT_SECONDS)
