"""The report "In doubt": the orders that need a person, why, and the buttons that resolve each."""

from __future__ import annotations

import dataclasses
import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from django_flowwise import services
from django_flowwise.admin.act_pages import IN_DOUBT, OrderActs
from django_flowwise.admin.acts import Act, offered_acts
from django_flowwise.admin.changelist import MOST_COUNTED, CappedPaginator
from django_flowwise.admin.columns import badge_of
from django_flowwise.admin.reasons import doubt_texts, in_doubt_since, money_doubt_texts
from django_flowwise.models import Order
from django_flowwise.states import OrderState

ORDERS_PER_PAGE = 25


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Show one order that needs a person."""

    order: Order
    badge: SafeString
    amount: str
    since: datetime.datetime
    reasons: list[str]
    error: str
    """What was written down when it went wrong; empty where the order has moved on since."""
    acts: list[Act]


class OrdersInDoubt(OrderActs):
    """Give the order's admin its report."""

    def get_urls(self) -> list[URLPattern]:
        """Put the report's address before Django's own, which take any path."""
        view = self.admin_site.admin_view(self.in_doubt_view)
        return [path("in-doubt/", view, name=f"django_flowwise_order_{IN_DOUBT}"), *super().get_urls()]

    def in_doubt_view(self, request: HttpRequest) -> HttpResponse:
        """Show a page of orders that need a person, newest first."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        orders = services.orders_in_doubt().prefetch_related("payments__refunds")
        page = CappedPaginator(orders, ORDERS_PER_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("In doubt"),
            "page": page,
            "cases": [self._case(request, order) for order in page],
            "is_capped": page.paginator.count == MOST_COUNTED,
            "act_query": f"?from={IN_DOUBT}",
            "media": self.media,
        }
        return TemplateResponse(request, "admin/django_flowwise/order/in_doubt.html", context)

    def _case(self, request: HttpRequest, order: Order) -> Case:
        tells_its_error = order.is_in_doubt or order.state == OrderState.REFUSED
        return Case(
            order=order,
            badge=badge_of(order),
            amount=self.amount(order),
            since=in_doubt_since(order),
            reasons=[*doubt_texts(order), *money_doubt_texts(order)],
            error=order.error_message if tells_its_error else "",
            acts=[act for act in offered_acts(request, order) if act.resolves],
        )
