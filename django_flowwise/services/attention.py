"""Calling for a person: adding reasons to an order, and telling the shop."""

from __future__ import annotations

from django.utils import timezone

from django_flowwise.conf import Account, get_account
from django_flowwise.exceptions import MoveNotAllowed
from django_flowwise.models import Order
from django_flowwise.services.announcements import deliver_due
from django_flowwise.services.transactions import durable
from django_flowwise.states import AttentionReason

_TRIES = 5


def require_attention(order: Order, *reasons: AttentionReason, evidence: str = "") -> bool:
    """Add the reasons that are not there yet; sends order_needs_attention if there was one.

    ``evidence`` is what was seen: a case that a person has settled is opened again only by something else. False
    where the row kept changing, and nothing was added.
    """
    for _ in range(_TRIES):
        with durable():
            is_added = order.mark_attention(reasons, evidence=evidence, moment=timezone.now())
        if is_added:
            break
    deliver_due(order)
    return is_added


def account_of(order: Order) -> Account:
    """Give the account of an order that was, or may be, made at the account's base URL.

    One that was made elsewhere, as in a copied database, is neither looked at nor sent; a person is called.

    Raises:
        MoveNotAllowed: it was made at another base URL.
        FlowwiseConfigurationError: the account is not in the settings, or its settings are wrong.
    """
    account = get_account(order.account)
    if order.base_url in {"", account.base_url}:
        return account
    require_attention(order, AttentionReason.OTHER_FLOWWISE, evidence=account.base_url)
    raise MoveNotAllowed(
        f"{order.order_id} was made at {order.base_url}, but the account {account.alias!r} now uses"
        f" {account.base_url}: it is neither looked at nor sent."
    )
