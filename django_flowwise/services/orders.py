"""What a shop does with its orders here, without a request: create, supersede, correct, withdraw, settle.

There is one live order for each account and reference, so that creating twice creates one.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Collection, Mapping
from decimal import Decimal
from functools import partial
from typing import Any, NoReturn, Unpack

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from django_flowwise.conf import DEFAULT_ALIAS
from django_flowwise.exceptions import MoveNotAllowed, OrderBusy, ReferenceInUse
from django_flowwise.models import Order, new_order_id
from django_flowwise.services.announcements import deliver_due
from django_flowwise.services.drafts import OptionalContent, differing_content, draft_of, validated
from django_flowwise.services.schedule import next_look
from django_flowwise.services.transactions import writing_database
from django_flowwise.states import IN_DOUBT, SUPERSEDABLE, OrderState, sources_of
from django_flowwise.validators import validate_text

_TRIES = 3


def create_order(
    *,
    reference: str,
    order_amount: Decimal | str | float,
    order_currency: str,
    customer_id: str = "",
    account: str = DEFAULT_ALIAS,
    supersede: bool = False,
    **content: Unpack[OptionalContent],
) -> Order:
    """Save a DRAFT, or give the live order of this reference if its content is the same. Makes no request.

    Content is amount (major units), currency, customer, and what else is passed; never a default. The customer's
    own key is required.

    Raises:
        ValidationError: by field; nothing was saved.
        ReferenceInUse: the live order has other content; ``supersede=True`` would put this one in its place.
        OrderBusy, MoveNotAllowed: it cannot be superseded in its state.
        FlowwiseConfigurationError: the account's settings are wrong.
    """
    said = {
        "order_amount": order_amount,
        "order_currency": order_currency,
        "customer_id": customer_id,
        **{name: value for name, value in content.items() if value is not None},
    }
    draft = draft_of(account, reference, said)
    for _ in range(_TRIES):
        if _insert(draft):
            return draft
        order = _beside_the_live_order(draft, said, supersede=supersede)
        if order is not None:
            return order
    raise OrderBusy(f"The order of reference {reference!r} is changing under other hands; try again.")


def _beside_the_live_order(draft: Order, said: Mapping[str, Any], *, supersede: bool) -> Order | None:
    """Give the live order, or the draft in its place; None where there is no live order any more."""
    live = Order.objects.using(writing_database()).filter(live_key=draft.live_key).first()
    if live is None:
        _refuse_taken_order_id(draft)
        return None
    differing = differing_content(live, draft, said)
    if not differing:
        return live
    if not supersede:
        raise ReferenceInUse(
            f"The reference {draft.reference!r} has a live order with other {', '.join(differing)}: pass the same,"
            " correct or withdraw that order, or pass supersede=True.",
            reference=draft.reference,
            fields=differing,
        )
    return draft if replace_order(live, draft, allowed=SUPERSEDABLE) else None


def correct_order(order: Order, **changes: Any) -> Order:
    """Change what a DRAFT or REFUSED order will say; makes no request.

    Another amount or currency mints a new order_id, unless one is passed: Flowwise's answers do not carry the
    amount, so an order_id may never stand for two.

    Raises:
        ValidationError: by field; nothing was saved.
        MoveNotAllowed: its state, or somebody else's change, does not allow it.
    """
    corrected = validated(copy.copy(order), changes)
    differing = {name: getattr(corrected, name) for name in changes if _differs(order, corrected, name)}
    if not differing:
        return order
    if {"order_amount", "order_currency"} & differing.keys():
        # A currency with other digits makes another number of the same amount.
        differing |= {"order_amount": corrected.order_amount, "order_id": corrected.order_id}
        if corrected.order_id == order.order_id:
            differing["order_id"] = new_order_id()
    try:
        with transaction.atomic(using=writing_database()):
            is_corrected = order.mark_corrected(differing, moment=timezone.now())
    except IntegrityError:
        _refuse_taken_order_id(corrected)
        raise
    if not is_corrected:
        raise MoveNotAllowed(
            f"{order.order_id} is {order.state}, or was changed meanwhile, and cannot be corrected."
        )
    return order


def withdraw_order(order: Order) -> Order:
    """Give an order up: our link answers 410, the reference is free. Makes no request; safe to repeat.

    Flowwise has no way to cancel: what it has stays payable for a customer who has its page open, so it stays
    watched, and money that arrives calls for a person.

    Raises:
        OrderBusy: a request for it may be under way.
        MoveNotAllowed: it is paid.
    """
    moment = timezone.now()
    with transaction.atomic(using=writing_database()):
        is_withdrawn = _withdraw(order, sources_of(OrderState.WITHDRAWN), moment)
    if not is_withdrawn and order.state != OrderState.WITHDRAWN:
        _refuse_to_withdraw(order)
    return order


def settle_attention(order: Order, note: str, accept_as_paid: bool = False) -> Order:
    """Close what needed a person, with that person's note; or, on their word, take the order for paid.

    Makes no request. Sends order_paid after the commit if it is accepted as paid.

    Raises:
        ValidationError: the note is empty, or cannot be stored.
        MoveNotAllowed: its state does not allow it, or it has changed since it was read.
    """
    if not note.strip():
        raise ValidationError({"note": "Say what was found and decided."})
    validate_text(note)
    moment = timezone.now()
    database = writing_database()
    with transaction.atomic(using=database):
        is_settled = order.mark_settled(
            note=note.strip(),
            accept_as_paid=accept_as_paid,
            next_check_at=next_look(order, OrderState.PAID, moment),
            moment=moment,
        )
    if not is_settled:
        raise MoveNotAllowed(
            f"{order.order_id} is {order.state} and cannot be settled so, or has changed; look again."
        )
    transaction.on_commit(partial(deliver_due, order), using=database)
    return order


def replace_order(live: Order, draft: Order, *, allowed: Collection[OrderState]) -> bool:
    """Withdraw one order and insert another for its reference, both or neither.

    False where somebody else has withdrawn it meanwhile.

    Raises:
        OrderBusy, MoveNotAllowed: its state does not allow it; nothing was changed.
        ValidationError: the new order_id is taken; nothing was changed.
    """
    database = writing_database()
    try:
        with transaction.atomic(using=database):
            if not _withdraw(live, allowed, timezone.now()):
                if live.state == OrderState.WITHDRAWN:
                    return False
                _refuse_to_withdraw(live)
            draft.save(force_insert=True, using=database)
            live.record_successor(draft)
    except IntegrityError:
        live.refresh_from_db(using=database)
        _refuse_taken_order_id(draft)
        return False
    return True


def _withdraw(order: Order, allowed: Collection[OrderState], moment: datetime.datetime) -> bool:
    is_watched = order.attempts > 0
    return order.mark_withdrawn(
        allowed=allowed,
        next_check_at=next_look(order, OrderState.WITHDRAWN, moment) if is_watched else None,
        moment=moment,
    )


def _refuse_to_withdraw(order: Order) -> NoReturn:
    if order.state in IN_DOUBT:
        raise OrderBusy(f"{order.order_id} is {order.state}: a request for it may be under way.")
    raise MoveNotAllowed(f"{order.order_id} is {order.state} and cannot be given up.")


def _insert(draft: Order) -> bool:
    # The INSERT comes first: after a read, inside a caller's transaction, SQLite may answer "database is locked".
    database = writing_database()
    try:
        with transaction.atomic(using=database):
            draft.save(force_insert=True, using=database)
    except IntegrityError:
        return False
    return True


def _refuse_taken_order_id(draft: Order) -> None:
    taken = Order.objects.using(writing_database()).filter(account=draft.account, order_id=draft.order_id)
    if taken.exclude(pk=draft.pk).exists():
        raise ValidationError({"order_id": "Another order of this account has this order_id; choose another."})


def _differs(order: Order, corrected: Order, name: str) -> bool:
    return bool(getattr(order, name) != getattr(corrected, name))
