"""Submitting once somebody's transaction is committed."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from django_flowwise import services
from django_flowwise.exceptions import RequestNotSent
from django_flowwise.models import Order

pytestmark = pytest.mark.django_db(transaction=True)


def test_submit_after_commit__waits_for_it(draft: Order) -> None:
    reports: list[Any] = []
    with transaction.atomic():
        services.submit_after_commit(draft, lambda *report: reports.append(report))
        assert reports == []
    assert reports == [(draft, None)]
    assert draft.state == "ACTIVE"


def test_submit_after_commit__not_after_a_rollback(draft: Order, flowwise_emulator: Any) -> None:
    with pytest.raises(LookupError), transaction.atomic():  # noqa: PT012  # the rollback is what is tested
        services.submit_after_commit(draft, lambda *report: None)
        raise LookupError
    assert flowwise_emulator.requests == []


def test_submit_after_commit__reports_what_went_wrong(draft: Order, settings: Any) -> None:
    settings.FLOWWISE["default"]["BASE_URL"] = "http://127.0.0.1:9"
    reports: list[Any] = []
    services.submit_after_commit(draft, lambda *report: reports.append(report))
    [(order, problem)] = reports
    assert order is draft
    assert isinstance(problem, RequestNotSent)
