"""Faults that are answers with another status: refusals, failures, redirects."""

from __future__ import annotations

from functools import partial
from typing import Final

from django_flowwise.emulator.faults import alterations as alter
from django_flowwise.emulator.faults.fault import LOOKS, Fault

REFUSED: Final = "A no: the order is REFUSED."

_before = partial(Fault, is_carried_out=False)
STATUSES: Final = (
    _before(
        name="status_400",
        does="Answers 400 and keeps nothing.",
        meets=REFUSED,
        alteration=alter.status(400, code_word="request_invalid", kind="request_invalid"),
    ),
    _before(
        name="status_401",
        does="Answers 401 and keeps nothing.",
        meets="A no that is the settings' fault: REFUSED with error_code credentials.",
        alteration=alter.status(401, code_word="wrong_credentials", kind="authentication_error"),
    ),
    _before(
        name="status_403",
        does="Answers 403 and keeps nothing.",
        meets="A no that is the settings' fault: REFUSED with error_code credentials.",
        alteration=alter.status(403, code_word="forbidden", kind="authorization_error"),
    ),
    _before(
        name="status_404",
        does="Answers 404 and keeps nothing; to a look, although the order is there.",
        meets="A no that is the settings' fault: REFUSED with error_code address. A look believes it only once "
        "QUIET_SECONDS have passed, and never of an order that had been there.",
        alteration=alter.status(404, code_word="not_found", kind="resource_error"),
    ),
    _before(name="status_408", does="Answers 408 and keeps nothing.", meets=LOOKS, alteration=alter.status(408)),
    _before(
        name="status_409",
        does="Answers 409 and keeps nothing.",
        meets="It may mean that the order is there already: one look decides.",
        alteration=alter.status(409, code_word="already_exists", kind="validation_error"),
    ),
    _before(name="status_429", does="Answers 429 and keeps nothing.", meets=LOOKS, alteration=alter.status(429)),
    _before(
        name="status_429_retry_after",
        does="Answers 429 with Retry-After: 7 and keeps nothing.",
        meets=f"{LOOKS} The error carries retry_after_seconds.",
        alteration=alter.status(429, retry_after="7"),
    ),
    _before(
        name="status_500_before_accept",
        does="Answers 500 and keeps nothing.",
        meets=LOOKS,
        alteration=alter.status(500),
    ),
    Fault(
        name="status_500_after_accept",
        does="Keeps the order, then answers 500.",
        meets=LOOKS,
        alteration=alter.status(500),
    ),
    Fault(
        name="status_502_html",
        does="Keeps the order, then answers 502 with the HTML of a proxy.",
        meets=LOOKS,
        alteration=alter.html_error(502),
    ),
    _before(name="status_503", does="Answers 503 and keeps nothing.", meets=LOOKS, alteration=alter.status(503)),
    _before(
        name="status_503_retry_after",
        does="Answers 503 with Retry-After: 7 and keeps nothing.",
        meets=f"{LOOKS} The error carries retry_after_seconds.",
        alteration=alter.status(503, retry_after="7"),
    ),
    *(
        Fault(
            name=f"redirect_{code}",
            does=f"Keeps the order, then redirects to another host with {code}.",
            meets="Never followed, since the secret would travel. " + LOOKS,
            alteration=alter.redirect(code),
        )
        for code in (301, 302, 307, 308)
    ),
)
"""Each answers something else than 2xx."""
