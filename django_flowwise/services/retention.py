"""Forgetting who the customer of a closed order was. Makes no request.

What must be kept by law, and for how long, is the shop's to know: nothing calls this by itself.
"""

from __future__ import annotations

import dataclasses
import datetime

from django.db import transaction
from django.utils import timezone

from django_flowwise.conf import account_aliases
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.models import Order, OrderQuerySet, Payment, Refund
from django_flowwise.services.transactions import writing_database


@dataclasses.dataclass(frozen=True, slots=True)
class RetentionReport:
    """Say what forget_customers did, or in a dry run would do."""

    forgotten: int
    """Orders whose customer is forgotten; in a dry run, whose customer would be."""
    spared: int = 0
    """Orders that moved between being found and being forgotten, and so were left as they are."""


def forget_customers(
    *, older_than_days: int, account: str | None = None, batch: int = 500, dry_run: bool = False
) -> RetentionReport:
    """Empty the customer's fields, the note and the tags of closed orders that have not changed for so many days.

    So are the gateway's details of their payments and refunds, and the reasons of their refunds. Closed is PAID,
    REVERSED, EXPIRED or WITHDRAWN with no look and no refund ahead, nothing for a person, and no signal due.
    Amounts, identifiers, times and states stay. Each batch is a transaction of its own; ended in the middle, it is
    merely not finished. Safe to repeat.

    Raises:
        ValueError: ``older_than_days`` or ``batch`` is below 1; nothing was changed.
        FlowwiseConfigurationError: neither the settings nor any order know the account; nothing was changed.
    """
    if older_than_days < 1 or batch < 1:
        raise ValueError("older_than_days and batch must be at least 1.")
    moment = timezone.now()
    before = moment - datetime.timedelta(days=older_than_days)
    orders = _orders(account).forgettable(before)
    if dry_run:
        return RetentionReport(orders.count())
    found = forgotten = last = 0
    while keys := list(orders.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:batch]):
        with transaction.atomic(using=writing_database()):
            forgotten += Order.mark_forgotten(keys, before=before, moment=moment)
            _forget_payments(keys)
        found, last = found + len(keys), keys[-1]
    return RetentionReport(forgotten, found - forgotten)


def _forget_payments(keys: list[int]) -> None:
    """Forget what the payments and refunds of these orders tell of a customer, where the order is forgotten."""
    payments = Payment.objects.using(writing_database()).filter(order__in=keys, order__customer_id="")
    refunds = Refund.objects.using(writing_database()).filter(payment__in=payments)
    refunds.update(refund_note="", gateway_details={})
    payments.update(gateway_details={})


def _orders(account: str | None) -> OrderQuerySet[Order]:
    orders = Order.objects.using(writing_database())
    if account is None:
        return orders.all()
    orders_of_account = orders.filter(account=account)
    # An account that is no longer in the settings still has customers.
    if account not in account_aliases() and not orders_of_account.exists():
        raise FlowwiseConfigurationError(f"Neither FLOWWISE nor any order has an account {account!r}.")
    return orders_of_account
