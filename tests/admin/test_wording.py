"""What staff read."""

from __future__ import annotations

import pytest
from django.contrib import messages
from django.core.exceptions import ValidationError

from django_flowwise import exceptions
from django_flowwise.admin.columns import masked_email, masked_phone
from django_flowwise.admin.wording import advise, explain, level_of
from django_flowwise.models import Order


@pytest.mark.parametrize(
    ("problem", "advice", "level"),
    [
        (exceptions.AuthenticationRefused("x"), "CLIENT_SECRET of the account “shop”", messages.ERROR),
        (exceptions.NotFound("x"), "BASE_URL of the account “shop”", messages.ERROR),
        (exceptions.RequestRefused("x"), "Correct the order", messages.ERROR),
        (exceptions.RequestNotSent("x"), "try again", messages.WARNING),
        (exceptions.OutcomeUnknown("x"), "not lost", messages.WARNING),
        (exceptions.TooManyRequests("x"), "not lost", messages.WARNING),
        (exceptions.OrderBusy("x"), "in a minute", messages.WARNING),
        (exceptions.MoveNotAllowed("x"), "Nothing was changed", messages.ERROR),
        (exceptions.FlowwiseConfigurationError("x"), "settings", messages.ERROR),
        (ValidationError("x"), "Nothing was changed", messages.ERROR),
    ],
)
def test_problems__say_what_to_do_next(problem: Exception, advice: str, level: int) -> None:
    assert advice in advise(problem, Order(account="shop"))
    assert explain(problem) == "x"
    assert level_of(problem) == level


def test_masks__show_enough_to_recognize() -> None:
    assert masked_email("priya.sharma@example.com") == "p…a@example.com"
    assert masked_email("ann@example.com") == "a…n@example.com"
    assert masked_email("a@b.in") == "…@b.in"
    assert masked_email("ab@b.in") == "…@b.in"
    assert masked_email("") == ""
    assert masked_phone("+919876543210") == "+91…3210"
    assert masked_phone("123") == ""
