"""Which orders need a person. Writes nothing, and makes no request."""

from __future__ import annotations

from django.utils import timezone

from django_flowwise.conf import account_aliases, inspect_account
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.models import Order, OrderQuerySet
from django_flowwise.services.refusals import OWN_FAULT_CODES
from django_flowwise.services.transactions import writing_database


def orders_in_doubt() -> OrderQuerySet[Order]:
    """Give the orders that need a person, newest first.

    Those with attention, those that are UNCONFIRMED, claims that were left behind, refusals for which the settings
    are to blame, what is in doubt at another base URL than the account's, and those with a refund, or a capture or
    void, in doubt.
    """
    return Order.objects.using(writing_database()).needing_a_person(
        timezone.now(), base_urls=_base_urls(), own_fault_codes=OWN_FAULT_CODES
    )


def is_made_elsewhere(order: Order) -> bool:
    """Tell whether the order was made at another base URL than its account now has, as in a copied database.

    False where the settings do not say what the account has.
    """
    return order.base_url not in {"", _base_urls().get(order.account, order.base_url)}


def _base_urls() -> dict[str, str]:
    """Give the base URL of each account whose settings tell it; no secret is asked for."""
    try:
        aliases = account_aliases()
    except FlowwiseConfigurationError:
        return {}
    known = {alias: inspect_account(alias, calls_callables=False)[0] for alias in aliases}
    return {alias: values["base_url"] for alias, values in known.items() if "base_url" in values}
