"""Submitting an order from within somebody's transaction: once that is committed."""

from __future__ import annotations

from collections.abc import Callable

from django.core.exceptions import ValidationError
from django.db import transaction

from django_flowwise.exceptions import FlowwiseConfigurationError, FlowwiseError
from django_flowwise.models import Order
from django_flowwise.services.submission import submit_order
from django_flowwise.services.transactions import writing_database

Problem = FlowwiseError | FlowwiseConfigurationError | ValidationError


def submit_after_commit(order: Order, report: Callable[[Order, Problem | None], None]) -> None:
    """Submit the order after the outermost commit, at once where none is open, and report how it ended.

    Not sent where the transaction is rolled back. What it raises goes to ``report`` instead.
    """

    def submit() -> None:
        problem: Problem | None = None
        try:
            submit_order(order)
        except (FlowwiseError, FlowwiseConfigurationError, ValidationError) as error:
            problem = error
        report(order, problem)

    transaction.on_commit(submit, using=writing_database())
