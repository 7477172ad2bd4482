"""What the admin's history says."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from django_flowwise import exceptions
from django_flowwise.admin.acts import CREATE, REFRESH, REISSUE, SEND_AGAIN, SETTLE, WITHDRAW, Act
from django_flowwise.admin.history import Trace, sentence
from django_flowwise.models import Order

BEFORE = Order(pk=1, order_id="order_1", state="DRAFT")


@pytest.mark.parametrize(
    ("act", "values", "problem", "text"),
    [
        (CREATE, {"state": "ACTIVE"}, None, "Created at Flowwise."),
        (
            CREATE,
            {"state": "REFUSED"},
            exceptions.AuthenticationRefused("x", http_status=401),
            "Could not be created at Flowwise: credentials (HTTP 401).",
        ),
        (
            CREATE,
            {"attempts": 2},
            exceptions.NotFound("x", http_status=404),
            "Could not be created at Flowwise: address (HTTP 404).",
        ),
        (
            SEND_AGAIN,
            {"attempts": 2},
            exceptions.RequestRefused("x", http_status=400),
            "Sent again at the risk of a second order, but could not be created at Flowwise: refused (HTTP 400).",
        ),
        (
            CREATE,
            {"state": "UNCONFIRMED"},
            exceptions.OutcomeUnknown("x"),
            "Could not be created at Flowwise: no usable answer.",
        ),
        (CREATE, {"attempts": 2}, exceptions.RequestNotSent("x"), ""),
        (CREATE, {"state": "EXPIRED"}, exceptions.MoveNotAllowed("x"), ""),
        (REFRESH, {"state": "PAID"}, None, "Refreshed from Flowwise: Paid."),
        (REFRESH, {}, None, ""),
        (REFRESH, {}, exceptions.OutcomeUnknown("x"), ""),
        (
            REISSUE,
            {"pk": 2, "order_id": "order_2", "state": "ACTIVE"},
            None,
            "Given a new link: order_2 in place of order_1.",
        ),
        (WITHDRAW, {"state": "WITHDRAWN"}, None, "Withdrawn."),
        (
            dataclasses.replace(SETTLE, note="50 % is fine"),
            {"settlement_notes": [{"note": "anna: 50 % is fine"}]},
            None,
            "Settled: 50 % is fine",
        ),
    ],
)
def test_sentence__where_something_moved(act: Act, values: Any, problem: Any, text: str) -> None:
    after = Order(**{"pk": 1, "order_id": "order_1", "state": "DRAFT", **values})
    assert sentence(act, Trace.of(BEFORE), after, problem) == text
