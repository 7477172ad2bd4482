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
from django_flowwise.services.schedule import first_look_after_payment
from django_flowwise.services.transactions import writing_database
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
    try:
        is_settled = _settle(order, note.strip(), accept_as_paid, place_for(order) if accept_as_paid else None)
    except IntegrityError:
        # Another order took the reference's place at this moment.
        is_settled = _settle(order, note.strip(), accept_as_paid, None)
    if not is_settled:
        raise MoveNotAllowed(
            f"{order.order_id} is {order.state} and cannot be settled so, or has changed; look again."
        )
    transaction.on_commit(partial(conclude, order), using=writing_database())
    return order


def _settle(order: Order, note: str, accept_as_paid: bool, live_key: str | None) -> bool:
    """Settle it as it is in hand; False where the row has changed: nobody has seen what it says now."""
    moment = timezone.now()
    with transaction.atomic(using=writing_database()):
        return order.mark_settled(
            note=note,
            accept_as_paid=accept_as_paid,
            live_key=live_key,
            next_check_at=first_look_after_payment(moment),
            moment=moment,
        )
