"""Closing what needed a person, in that person's words. Makes no request."""

from __future__ import annotations

from functools import partial

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from django_flowwise.exceptions import MoveNotAllowed
from django_flowwise.models import Order
from django_flowwise.services.references import conclude, place_for
from django_flowwise.services.schedule import next_look
from django_flowwise.services.transactions import writing_database
from django_flowwise.states import OrderState
from django_flowwise.validators import validate_text


def settle_attention(order: Order, note: str, accept_as_paid: bool = False) -> Order:
    """Close what needed a person, with that person's note; or, on their word, take the order for paid.

    Makes no request. Sends order_paid after the commit if it is accepted as paid.

    Raises:
        ValidationError: the note is empty, or cannot be stored.
        MoveNotAllowed: its state does not allow it, or it has changed since it was read.
    """
    if not (note or "").strip():
        raise ValidationError({"note": _("Say what was found and decided.")})
    try:
        validate_text(note)
    except ValidationError as error:
        raise ValidationError({"note": error.messages}) from error
    places = (place_for(order), None) if accept_as_paid else (order.live_key,)
    if not any(_settle(order, note.strip(), accept_as_paid, place) for place in places):
        raise MoveNotAllowed(
            f"{order.order_id} is {order.state} and cannot be settled so, or has changed; look again."
        )
    transaction.on_commit(partial(conclude, order), using=writing_database())
    return order


def _settle(order: Order, note: str, accept_as_paid: bool, live_key: str | None) -> bool:
    """Settle it as it is in hand; False where the row has changed, or the reference was taken meanwhile."""
    moment = timezone.now()
    try:
        with transaction.atomic(using=writing_database()):
            return order.mark_settled(
                note=note,
                accept_as_paid=accept_as_paid,
                live_key=live_key,
                next_check_at=next_look(order, OrderState.PAID, moment),
                moment=moment,
            )
    except IntegrityError:
        return False
