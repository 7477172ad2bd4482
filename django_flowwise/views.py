"""What a customer's browser sees: the way to the checkout, and the way back from it.

Pages show no personal data and believe nothing that the browser says; the service layer does all the rest.
"""

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
from django.views.decorators.csrf import csrf_exempt
from django.views.generic import View

from django_flowwise import services
from django_flowwise.addresses import may_receive_customers
from django_flowwise.conf import get_account
from django_flowwise.exceptions import FlowwiseError, MoveNotAllowed, OrderBusy, OutcomeUnknown, RequestNotSent
from django_flowwise.models import Order
from django_flowwise.services.transactions import outside_transactions
from django_flowwise.states import CORRECTABLE, HOLDING, OrderState

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
)
_RETRY_AFTER_SECONDS = 30


class HttpResponseSeeOther(HttpResponseRedirect):
    """Send the browser on with a GET, whatever it came with."""

    status_code = 303


@method_decorator([outside_transactions, login_not_required, never_cache, xframe_options_deny], name="dispatch")
class OrderView(View):
    """Stand under every page about one order, which is found by its unguessable key alone."""

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


class CheckoutView(OrderView):
    """Lead the customer to the checkout; a GET changes nothing, a POST creates the order at Flowwise."""

    allow_reissue = True
    """Whether a customer may ask for a new link once the old one has expired."""

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Redirect to the stored checkout URL where the order can be paid; else say what is the matter."""
        order = self.get_order_to_show(key)
        if order.state == OrderState.ACTIVE and not services.is_past_expiry(order):
            return self.leave(order)
        if order.state in {OrderState.PAID, OrderState.REVERSED}:
            return HttpResponseRedirect(reverse("django_flowwise:return", args=[order.key]))
        if order.state == OrderState.WITHDRAWN and order.superseded_by is not None:
            return HttpResponseRedirect(order.superseded_by.get_absolute_url())
        if order.state == OrderState.WITHDRAWN:
            return self.page("withdrawn", order, status=410)
        if services.is_submittable(order):
            return self.page("ready", order)
        if order.state == OrderState.SUBMITTING:
            return self.preparing(order)
        return self.expired(order)

    def post(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Create the order at Flowwise, or a new one where the link has expired; then go on to our own page."""
        order = self.get_order(key)
        try:
            if services.is_submittable(order):
                order = services.submit_order(order)
            elif services.is_reissuable(order):
                if not self.may_reissue(order):
                    return self.expired(order)
                order = services.reissue_order(order)
        except FlowwiseError as error:
            return self.failed(order, error)
        return self.redirect_to("continue" if order.state == OrderState.ACTIVE else "checkout", order)

    def may_reissue(self, order: Order) -> bool:
        """Decide whether this order's customer may have a new link."""
        return self.allow_reissue

    def leave(self, order: Order) -> HttpResponse:
        """Send the customer to the checkout, if there is no reason against it."""
        if not can_be_paid(order):
            return self.page("held", order, status=409)
        return HttpResponseRedirect(order.checkout_url)

    def preparing(self, order: Order) -> HttpResponse:
        """Say that the order is being created, and look again."""
        response = self.page("preparing", order)
        response["Refresh"] = "3"
        return response

    def expired(self, order: Order) -> HttpResponse:
        """Say that the link has expired, with a button for a new one where that is allowed."""
        return self.page("expired", order, status=410, may_reissue=self.may_reissue(order))

    def failed(self, order: Order, error: FlowwiseError) -> HttpResponse:
        """Say what is known, and what to do next; the order is not lost."""
        if isinstance(error, OrderBusy):
            return self.preparing(order)
        logger.warning("checkout_failed order_id=%s error=%s", order.order_id, type(error).__name__)
        if isinstance(error, MoveNotAllowed):
            return self.page("held", order, status=409)
        is_passing = isinstance(error, (RequestNotSent, OutcomeUnknown))
        response = self.page("failed", order, status=503 if is_passing else 502, is_passing=is_passing)
        if is_passing:
            response["Retry-After"] = str(_RETRY_AFTER_SECONDS)
        return response


class ContinueView(OrderView):
    """Carry the link to the checkout on a page of our own, with a refresh to it.

    A form may not redirect to another host under ``form-action 'self'``, so the button leads here first.
    """

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Show the link; back to the checkout view where the order cannot be paid."""
        order = self.get_order_to_show(key)
        if order.state != OrderState.ACTIVE or services.is_past_expiry(order) or not can_be_paid(order):
            return self.redirect_to("checkout", order)
        response = self.page("continue", order)
        response["Refresh"] = f"0;url={order.checkout_url}"
        return response


@method_decorator(csrf_exempt, name="dispatch")
class PaymentReturnView(OrderView):
    """Tell the customer who comes back how things stand; what the query says is not believed.

    Takes a POST too, since the verb of the return is not documented.
    """

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Ask Flowwise, at most every five seconds, and show what is known."""
        order = self.get_order(key)
        has_failed = services.refresh_after_return(order)
        if order.state == OrderState.PAID:
            return self.paid(order)
        if has_failed:
            return self.failed(order)
        if order.state in _OPEN:
            return self.waiting(order)
        if order.state in CORRECTABLE or order.superseded_by_id is not None:
            # Nothing of it is at Flowwise, or another order is: the checkout leads on.
            return HttpResponseRedirect(order.get_absolute_url())
        return self.not_paid(order)

    def post(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Go on to the page itself."""
        return self.redirect_to("return", self.get_order(key))

    def paid(self, order: Order) -> HttpResponse:
        """Answer for a payment that is proven."""
        return self.page("paid", order)

    def waiting(self, order: Order) -> HttpResponse:
        """Answer while nothing is certain; the page looks again by itself, ever more slowly, for ten minutes."""
        look = _look_number(self.request)
        response = self.page("waiting", order, looks_again=look < len(_WAITS_SECONDS))
        if look < len(_WAITS_SECONDS):
            address = reverse("django_flowwise:return", args=[order.key])
            response["Refresh"] = f"{_WAITS_SECONDS[look]};url={address}?look={look + 1}"
        return response

    def failed(self, order: Order) -> HttpResponse:
        """Answer where every payment has come to nothing, and the order can still be paid."""
        return self.page("payment_failed", order)

    def not_paid(self, order: Order) -> HttpResponse:
        """Answer for an order that cannot be paid any more."""
        return self.page("not_paid", order)


_OPEN = frozenset({OrderState.SUBMITTING, OrderState.UNCONFIRMED, OrderState.ACTIVE})
_WAITS_SECONDS = (2, 3, 5, 8, 12, 20, *[30] * 5, *[60] * 7)
"""Ten minutes and some seconds in all."""


def _look_number(request: HttpRequest) -> int:
    given = request.GET.get("look", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0


def can_be_paid(order: Order) -> bool:
    """Tell whether nothing speaks against sending this order's customer to its checkout."""
    if HOLDING.intersection(order.attention_reasons):
        return False
    account = get_account(order.account)
    is_made_here = order.base_url in {"", account.base_url}
    if is_made_here and may_receive_customers(order.checkout_url, hosts=account.checkout_hosts):
        return True
    logger.error("checkout_url_refused order_id=%s account=%s", order.order_id, order.account)
    return False
