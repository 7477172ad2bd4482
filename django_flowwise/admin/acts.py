"""What staff can do to an order: buttons with addresses of their own, outside every transaction.

Django runs the change form, and its own actions there, within a transaction, where no order may be sent.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial, update_wrapper
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_flowwise import services
from django_flowwise.admin.columns import OrderColumns
from django_flowwise.admin.forms import SettleForm
from django_flowwise.admin.wording import PROBLEMS, Problem, report
from django_flowwise.models import Order
from django_flowwise.states import IN_DOUBT, SUBMITTABLE, OrderState, sources_of

_S = OrderState


@dataclasses.dataclass(frozen=True, slots=True)
class Act:
    """Describe one button."""

    name: str
    label: Any
    done: Any
    """What the history and the message say afterwards."""
    states: frozenset[OrderState]
    """Where the button is offered."""
    run: Callable[[Order], Order]
    permission: str = "submit_order"
    asks: bool = False
    """Whether a page of its own comes first."""

    def fits(self, order: Order) -> bool:
        """Tell whether the button is offered for this order."""
        if self.name == "settle":
            return bool(order.attention) or order.state in self.states
        return order.state in self.states


ACTS = (
    Act(
        "create",
        _("Create at Flowwise"),
        _("Created at Flowwise."),
        SUBMITTABLE,
        services.submit_order,
    ),
    Act(
        "refresh",
        _("Refresh from Flowwise"),
        _("Refreshed from Flowwise."),
        frozenset(_S) - {_S.DRAFT},
        services.refresh_order,
    ),
    Act(
        "reissue",
        _("New link"),
        _("Given a new link."),
        frozenset({_S.EXPIRED, _S.ACTIVE}),
        services.reissue_order,
    ),
    Act(
        "withdraw",
        _("Withdraw…"),
        _("Withdrawn."),
        sources_of(_S.WITHDRAWN),
        services.withdraw_order,
        asks=True,
    ),
    Act(
        "settle",
        _("Settle…"),
        _("Settled."),
        IN_DOUBT - {_S.SUBMITTING},
        lambda order: order,
        permission="settle_order",
        asks=True,
    ),
)
_BY_NAME = {act.name: act for act in ACTS}


class OrderActs(OrderColumns):
    """Give the order's admin its buttons and its list action."""

    def get_urls(self) -> list[URLPattern]:
        """Put an address for each act before Django's own, which take any path."""
        acts = [
            path(
                f"<int:pk>/{act.name}/",
                self._outside_transactions(partial(self.act_view, act=act)),
                name=f"django_flowwise_order_{act.name}",
            )
            for act in ACTS
        ]
        return [*acts, *super().get_urls()]

    def _outside_transactions(self, view: Any) -> Any:
        update_wrapper(view, OrderActs.act_view)
        return self.admin_site.admin_view(transaction.non_atomic_requests(view))

    def act_view(self, request: HttpRequest, pk: int, *, act: Act) -> HttpResponse:
        """Do it, or ask first; say what happened, and write it into the history."""
        order = get_object_or_404(Order, pk=pk)
        if not (self.has_view_permission(request, order) and has_permission(request, act)):
            raise PermissionDenied
        form = SettleForm(order, request.POST or None) if act.name == "settle" else None
        if request.method != "POST":
            if not act.asks:
                return HttpResponseNotAllowed(["POST"])
            return self.ask(request, order, act, form)
        if form is not None:
            if not form.is_valid():
                return self.ask(request, order, act, form)
            act = dataclasses.replace(act, run=partial(settle, request, form))
        order = self.perform(request, order, act)
        return HttpResponseRedirect(reverse("admin:django_flowwise_order_change", args=[order.pk]))

    def ask(self, request: HttpRequest, order: Order, act: Act, form: SettleForm | None) -> HttpResponse:
        """Show what the act means, and ask for it."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "order": order,
            "act": act,
            "form": form,
            "title": act.label,
            "attention": self.attention_list(order),
        }
        return TemplateResponse(request, f"admin/django_flowwise/order/{act.name}.html", context)

    def perform(self, request: HttpRequest, order: Order, act: Act) -> Order:
        """Run an act on an order; what it raises becomes a message."""
        problem: Problem | None = None
        result = order
        try:
            result = act.run(order)
        except PROBLEMS as error:
            problem = error
        outcome = (
            act.done
            if problem is None
            else gettext("%(act)s: %(problem)s")
            % {
                "act": act.label,
                "problem": type(problem).__name__,
            }
        )
        self.log_change(request, order, str(outcome))
        report(request, result, problem, f"{act.done} {OrderState(result.state).label}.")
        return result

    @transaction.non_atomic_requests
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list outside ATOMIC_REQUESTS, so that its action may send orders."""
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Create at Flowwise"), permissions=["submit"])
    def create_at_flowwise(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Create each of the chosen orders, one after the other, and report on each."""
        for order in queryset.order_by("pk"):
            self.perform(request, order, _BY_NAME["create"])

    def has_submit_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may create orders at Flowwise."""
        return has_permission(request, _BY_NAME["create"])


def offered_acts(request: HttpRequest, order: Order) -> list[Act]:
    """Give the buttons for this person and this order."""
    return [act for act in ACTS if act.fits(order) and has_permission(request, act)]


def has_permission(request: HttpRequest, act: Act) -> bool:
    """Tell whether this person may do this."""
    return bool(request.user.has_perm(f"django_flowwise.{act.permission}"))


def settle(request: HttpRequest, form: SettleForm, order: Order) -> Order:
    """Settle an order in this person's name."""
    note = f"{request.user.get_username()}: {form.cleaned_data['note']}"
    return services.settle_attention(order, note, accept_as_paid=form.cleaned_data.get("accept_as_paid", False))
