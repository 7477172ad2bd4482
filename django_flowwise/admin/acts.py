"""What staff can do to an order, and whom and where each act is offered to. Nothing here is done yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_flowwise import services
from django_flowwise.admin.forms import SettleForm
from django_flowwise.models import Order
from django_flowwise.states import AttentionReason, OrderState, sources_of


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """Describe one button."""

    name: str
    label: Any
    done: Any
    """What the message says afterwards; may name the order's ``state``."""
    fits: Callable[[Order], bool]
    """Whether the act means anything for this order in its state."""
    run: Callable[[Order], Order]
    history: Any = ""
    """What the history says instead; may also name the ``note`` and the order_ids ``old`` and ``new``."""
    failed: Any = ""
    """How the history's sentence begins where Flowwise did not do it."""
    permissions: tuple[str, ...] = ("submit_order",)
    asks: bool = False
    """Whether a page of its own comes first."""
    resolves: bool = True
    """Whether it can bring an order out of doubt."""
    note: str = ""
    """What the person who does it has written."""


def _is_withdrawable(order: Order) -> bool:
    return order.state in sources_of(OrderState.WITHDRAWN)


def _is_settleable(order: Order) -> bool:
    return bool(order.attention) or order.state == OrderState.UNCONFIRMED


def _may_be_sent_again(order: Order) -> bool:
    return order.state == OrderState.UNCONFIRMED and AttentionReason.CANNOT_TELL in order.attention_reasons


CREATE = Act(
    "create",
    _("Create at Flowwise"),
    _("Created at Flowwise."),
    services.is_submittable,
    services.submit_order,
    failed=_("Could not be created at Flowwise"),
)
SEND_AGAIN = Act(
    "send_again",
    _("Send again…"),
    _("Sent again, and created at Flowwise."),
    _may_be_sent_again,
    partial(services.submit_order, accept_risk=True),
    history=_("Sent again at the risk of a second order, and created at Flowwise."),
    failed=_("Sent again at the risk of a second order, but could not be created at Flowwise"),
    permissions=("submit_order", "settle_order"),
    asks=True,
)
REFRESH = Act(
    "refresh",
    _("Refresh from Flowwise"),
    _("Refreshed from Flowwise: %(state)s."),
    services.may_be_at_flowwise,
    services.refresh_order,
    failed=_("Could not be refreshed from Flowwise"),
)
REISSUE = Act(
    "reissue",
    _("New link"),
    _("Given a new link."),
    services.is_reissuable,
    services.reissue_order,
    history=_("Given a new link: %(new)s in place of %(old)s."),
    failed=_("Could not be given a new link"),
    resolves=False,
)
WITHDRAW = Act("withdraw", _("Withdraw…"), _("Withdrawn."), _is_withdrawable, services.withdraw_order, asks=True)
SETTLE = Act(
    "settle",
    _("Settle…"),
    _("Settled."),
    _is_settleable,
    lambda order: order,
    history=_("Settled: %(note)s"),
    permissions=("settle_order",),
    asks=True,
)
ACTS = (CREATE, SEND_AGAIN, REFRESH, REISSUE, WITHDRAW, SETTLE)


def settling(form: SettleForm, username: str) -> Act:
    """Give the act that settles an order in a person's name, by a form that is valid."""
    is_accepted = form.cleaned_data.get("accept_as_paid", False)
    note = form.cleaned_data["note"]
    run = partial(services.settle_attention, note=f"{username}: {note}", accept_as_paid=is_accepted)
    act = dataclasses.replace(SETTLE, run=run, note=note)
    if not is_accepted:
        return act
    return dataclasses.replace(act, done=_("Taken for paid."), history=_("Taken for paid: %(note)s"))


def offered_acts(request: HttpRequest, order: Order) -> list[Act]:
    """Give the buttons for this person and this order."""
    return [act for act in ACTS if act.fits(order) and has_permission(request, act)]


def has_permission(request: HttpRequest, act: Act) -> bool:
    """Tell whether this person may do this."""
    return request.user.has_perms([f"django_flowwise.{permission}" for permission in act.permissions])
