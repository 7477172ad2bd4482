"""The addresses behind the buttons of an order, outside every transaction.

Django runs the change form, and its own actions there, within a transaction, where no order may be sent.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial, update_wrapper
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _

from django_flowwise.admin.acts import ACTS, CREATE, SETTLE, Act, has_permission, settling
from django_flowwise.admin.columns import OrderColumns
from django_flowwise.admin.forms import SettleForm
from django_flowwise.admin.history import Trace, sentence
from django_flowwise.admin.wording import PROBLEMS, Problem, explain, explain_misfit, level_of, next_step, tell
from django_flowwise.models import Order
from django_flowwise.services.transactions import outside_transactions
from django_flowwise.states import OrderState

IN_DOUBT = "in_doubt"
"""Name of the report's address, and what the buttons there add to theirs to come back."""


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
        return self.admin_site.admin_view(outside_transactions(view))

    def act_view(self, request: HttpRequest, pk: int, *, act: Act) -> HttpResponse:
        """Do it, or ask first; say what happened, and write it into the history."""
        order = get_object_or_404(Order, pk=pk)
        if not (self.has_view_permission(request, order) and has_permission(request, act)):
            raise PermissionDenied
        is_post = request.method == "POST"
        if not (is_post or act.asks):
            return HttpResponseNotAllowed(["POST"])
        if not act.fits(order):
            tell(request, order, messages.INFO, explain_misfit(order))
            return HttpResponseRedirect(_address_after(request, order))
        form = SettleForm(order, request.POST if is_post else None) if act is SETTLE else None
        if not is_post or (form is not None and not form.is_valid()):
            return self.ask(request, order, act, form)
        order = self.perform(request, order, settling(form, request.user.get_username()) if form else act)
        return HttpResponseRedirect(_address_after(request, order))

    def ask(self, request: HttpRequest, order: Order, act: Act, form: SettleForm | None) -> HttpResponse:
        """Show what the act means, and ask for it."""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "order": order,
            "amount": self.amount(order),
            "act": act,
            "form": form,
            "title": act.label,
            "attention": self.attention_list(order),
            "back": _address_after(request, order),
        }
        return TemplateResponse(request, f"admin/django_flowwise/order/{act.name}.html", context)

    def perform(self, request: HttpRequest, order: Order, act: Act) -> Order:
        """Run an act on an order that it fits; what it raises becomes a message."""
        before, problem, result = Trace.of(order), None, order
        try:
            result = act.run(order)
        except PROBLEMS as error:
            problem = error
            if order.state == OrderState.WITHDRAWN != before.state:
                result = order.superseded_by or order  # which is the one that the problem is about
        self.record(request, act, before, [order, result], problem)
        return result

    def record(
        self, request: HttpRequest, act: Act, before: Trace, orders: Sequence[Order], problem: Problem | None
    ) -> None:
        """Write what happened into the history of each order, and say it of the last."""
        result = orders[-1]
        if text := sentence(act, before, result, problem):
            for order in {order.pk: order for order in orders}.values():
                self.log_change(request, order, text)
        if problem is None:
            done = str(act.done) % {"state": OrderState(result.state).label}
            tell(request, result, messages.SUCCESS, f"{done} {next_step(result)}")
        else:
            tell(request, result, level_of(problem), explain(problem, result))

    @outside_transactions
    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the list outside ATOMIC_REQUESTS, so that its action may send orders."""
        return super().changelist_view(request, extra_context)

    @admin.action(description=_("Create at Flowwise"), permissions=["submit"])
    def create_at_flowwise(self, request: HttpRequest, queryset: QuerySet[Order]) -> None:
        """Create each of the chosen orders that are not there yet, one after the other, and report on each."""
        for pk in list(queryset.order_by("pk").values_list("pk", flat=True)):
            # Each as it is when its turn comes: those before it may have taken a while.
            for order in Order.objects.filter(pk=pk):
                if CREATE.fits(order):
                    self.perform(request, order, CREATE)
                else:
                    tell(request, order, messages.INFO, explain_misfit(order))

    def has_submit_permission(self, request: HttpRequest) -> bool:
        """Tell whether this person may create orders at Flowwise."""
        return has_permission(request, CREATE)


def _address_after(request: HttpRequest, order: Order) -> str:
    if request.GET.get("from") == IN_DOUBT:
        return reverse(f"admin:django_flowwise_order_{IN_DOUBT}")
    return reverse("admin:django_flowwise_order_change", args=[order.pk])
