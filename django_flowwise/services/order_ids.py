"""Which order has an order_id: there is at most one in an account."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from django_flowwise.models import Order, OrderQuerySet
from django_flowwise.services.transactions import writing_database

TAKEN = "order_id_in_use"
"""The code of that error."""


def refuse_taken_order_id(draft: Order) -> None:
    """Refuse the order_id where another order has it.

    Raises:
        ValidationError: by field.
    """
    if _with_order_id(draft).exclude(pk=draft.pk).exists():
        text = _("Another order of this account has this order_id; choose another.")
        raise ValidationError({"order_id": ValidationError(text, code=TAKEN)})


def had_order_id(draft: Order) -> bool:
    """Tell whether an order of this reference had this order_id, before a new link was asked for."""
    return _with_order_id(draft).filter(reference=draft.reference).exists()


def _with_order_id(draft: Order) -> OrderQuerySet[Order]:
    return Order.objects.using(writing_database()).filter(account=draft.account, order_id=draft.order_id)
