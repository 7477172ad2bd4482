"""What every page about one order has in common: how it is found, and what its answer says of itself."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_deny
from django.views.generic import View

from django_flowwise import services
from django_flowwise.models import Order
from django_flowwise.services import PaymentProgress
from django_flowwise.services.transactions import outside_transactions
from django_flowwise.states import HOLDING, PAYABLE

logger = logging.getLogger(__name__)

_SHOWN = (
    "key",
    "account",
    "base_url",
    "order_id",
    "order_amount",
    "order_currency",
    "state",
    "attention",
    "checkout_url",
    "order_expiry_time",
    "claim_expires_at",
    "superseded_by",
    "checked_at",
)


class HttpResponseSeeOther(HttpResponseRedirect):
    """Send the browser on with a GET, whatever it came with."""

    status_code = 303


@method_decorator([never_cache, xframe_options_deny], name="dispatch")
class OrderView(View):
    """Stand under every page about one order, which is found by its unguessable key alone."""

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Stay out of ATOMIC_REQUESTS and logins; on ``dispatch``, a subclass that has its own would lose that."""
        return outside_transactions(login_not_required(super().as_view(**initkwargs)))

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        """Answer, and say who may learn this page's address.

        Under ``no-referrer`` browsers send ``Origin: null``, and Django's CSRF check refuses our own button. Where
        there is no such order, ``diagnose`` alone is told that it has come to the right page.
        """
        try:
            response = super().dispatch(request, *args, **kwargs)
        except Http404:
            asked = request.headers.get(services.PAGE_MARK_HEADER, "")
            mark = services.page_mark(kwargs["key"], asked=asked)
            if not mark:
                raise
            response = HttpResponseNotFound(headers={services.PAGE_MARK_HEADER: mark})
        response.headers.setdefault("Referrer-Policy", "same-origin")
        return response

    def get_order(self, key: uuid.UUID) -> Order:
        """Read the order in one query; 404 where there is none."""
        return get_object_or_404(Order, key=key)

    def get_order_to_show(self, key: uuid.UUID) -> Order:
        """Read, in one query, no more than pages show or decide by: not the customer's data."""
        return get_object_or_404(Order.objects.only(*_SHOWN), key=key)

    def page(self, template: str, order: Order, *, status: int = 200, **context: Any) -> HttpResponse:
        """Show one of the package's templates."""
        return TemplateResponse(
            self.request, f"django_flowwise/{template}.html", {"order": order, **context}, status=status
        )

    def redirect_to(self, name: str, order: Order) -> HttpResponse:
        """Send the browser to another of our pages about this order."""
        return HttpResponseSeeOther(reverse(f"django_flowwise:{name}", args=[order.key]))


def is_being_paid(order: Order) -> bool:
    """Tell whether a payment is under way that may yet pay the order, also one that outlives the order's time."""
    return order.state in PAYABLE and services.payment_progress(order) is PaymentProgress.UNDER_WAY


def is_kept_from_payment(order: Order) -> bool:
    """Tell whether a person has to look before anybody pays this order."""
    return not HOLDING.isdisjoint(order.attention_reasons)


def log_settings_wrong(order: Order) -> None:
    """Tell whoever reads the log, as the customer can do nothing about it, that the account cannot be used."""
    logger.error("account_unusable order_id=%s account=%s", order.order_id, order.account)
