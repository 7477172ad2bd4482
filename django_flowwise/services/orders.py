"""What a shop says about its orders, without a request: create, supersede, correct.

There is one live order for each account and reference, so that creating twice creates one.
"""

from __future__ import annotations

import copy
from collections.abc import Collection
from decimal import Decimal
from functools import partial
from typing import Any, Unpack

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables

from django_flowwise.conf import DEFAULT_ALIAS
from django_flowwise.exceptions import MoveNotAllowed, OrderBusy, ReferenceInUse
from django_flowwise.models import Order, new_order_id
from django_flowwise.services.drafts import OptionalContent, differing_content, draft_of, validated
from django_flowwise.services.order_ids import had_order_id, refuse_taken_order_id
from django_flowwise.services.transactions import undisturbed, writing_database
from django_flowwise.services.withdrawal import replace_order
from django_flowwise.states import CORRECTABLE, SUPERSEDABLE
from django_flowwise.undisclosed import Undisclosed

_TRIES = 3


@sensitive_variables("content", "customer_id", "said")
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
    said = Undisclosed(
        order_amount=order_amount,
        order_currency=order_currency,
        customer_id=customer_id,
        **{name: value for name, value in content.items() if value is not None},
    )
    draft = draft_of(account, reference, said)
    for _attempt in range(_TRIES):
        if _insert(draft):
            return draft
        order = _beside_the_live_order(draft, said, supersede=supersede)
        if order is not None:
            return order
    raise OrderBusy(f"The order of reference {reference!r} is changing under other hands; try again.")


def _beside_the_live_order(draft: Order, said: Undisclosed, *, supersede: bool) -> Order | None:
    """Give the live order, or the draft in its place; None where there is no live order any more."""
    live = Order.objects.using(writing_database()).filter(live_key=draft.live_key).first()
    if live is None:
        refuse_taken_order_id(draft)
        return None
    differing = differing_content(live, draft, said)
    if differing == ["order_id"] and had_order_id(draft):
        differing = []
    if not differing:
        return live
    if live.is_forgotten and not supersede:
        raise ReferenceInUse(
            f"The reference {draft.reference!r} has an order that is {live.state}, and whose customer has been"
            " forgotten: nobody can tell whether it is the same. Use another reference.",
            reference=draft.reference,
            fields=differing,
        )
    if not supersede:
        raise ReferenceInUse(
            f"The reference {draft.reference!r} has a live order with other {', '.join(differing)}: pass the same,"
            " correct or withdraw that order, or pass supersede=True.",
            reference=draft.reference,
            fields=differing,
        )
    return draft if replace_order(live, draft, allowed=SUPERSEDABLE) else None


@sensitive_variables("changes", "differing")
def correct_order(order: Order, **changes: Any) -> Order:
    """Change what a DRAFT or REFUSED order will say; makes no request.

    Another amount or currency mints a new order_id, unless one is passed: Flowwise's answers do not carry the
    amount, so an order_id may never stand for two.

    Raises:
        ValidationError: by field; nothing was saved.
        MoveNotAllowed: its state does not allow it.
        OrderBusy: it is changing under other hands.
    """
    for _attempt in range(_TRIES):
        corrected = validated(copy.copy(order), Undisclosed(changes))
        differing = _corrections(order, corrected, changes)
        try:
            with transaction.atomic(using=writing_database()):
                if order.mark_corrected(differing, moment=timezone.now()):
                    return order
        except IntegrityError:
            refuse_taken_order_id(corrected)
            raise
        if order.state not in CORRECTABLE:
            raise MoveNotAllowed(f"{order.order_id} is {order.state} and cannot be corrected.")
    raise OrderBusy(f"{order.order_id} is changing under other hands; try again.")


def _corrections(order: Order, corrected: Order, changes: Collection[str]) -> dict[str, Any]:
    differing = {name: getattr(corrected, name) for name in changes if _differs(order, corrected, name)}
    if {"order_amount", "order_currency"} & differing.keys():
        # A currency with other digits makes another number of the same amount.
        differing |= {"order_amount": corrected.order_amount, "order_id": corrected.order_id}
        if corrected.order_id == order.order_id:
            differing["order_id"] = new_order_id()
    return differing


def _insert(draft: Order) -> bool:
    # The INSERT comes first: after a read, inside a caller's transaction, SQLite may answer "database is locked".
    try:
        undisturbed(partial(draft.save, force_insert=True, using=writing_database()))
    except IntegrityError:
        return False
    return True


def _differs(order: Order, corrected: Order, name: str) -> bool:
    return bool(getattr(order, name) != getattr(corrected, name))
