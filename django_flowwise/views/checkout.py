"""The way to the checkout."""

from __future__ import annotations

import logging
import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from django_flowwise import services
from django_flowwise.addresses import may_receive_customers
from django_flowwise.conf import get_account
from django_flowwise.exceptions import (
    FlowwiseConfigurationError,
    FlowwiseError,
    MoveNotAllowed,
    OrderBusy,
    OutcomeUnknown,
    RequestNotSent,
)
from django_flowwise.models import Order
from django_flowwise.states import PAYABLE, OrderState
from django_flowwise.views.order_pages import OrderView, is_being_paid, is_kept_from_payment, log_settings_wrong

logger = logging.getLogger(__name__)

_RETRY_AFTER_SECONDS = 30


class CheckoutView(OrderView):
    """Lead the customer to the checkout; a GET changes nothing, a POST creates the order at Flowwise."""

    allow_reissue = True
    """Whether a customer may ask for a new link once the old one has expired."""

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Redirect to the stored checkout URL where the order can be paid; else say what is the matter."""
        order = self.get_order_to_show(key)
        if order.state in PAYABLE and services.has_secured_money(order):
            return self.redirect_to("return", order)
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
        except (FlowwiseError, FlowwiseConfigurationError) as error:
            return self.failed(order, error)
        return self.redirect_to("continue" if order.state == OrderState.ACTIVE else "checkout", order)

    def may_reissue(self, order: Order) -> bool:
        """Decide whether this order's customer may have a new link."""
        return self.allow_reissue

    def leave(self, order: Order) -> HttpResponse:
        """Send the customer to the checkout, if there is no reason against it."""
        if not can_be_paid(order):
            return self.held(order)
        return HttpResponseRedirect(order.checkout_url)

    def preparing(self, order: Order) -> HttpResponse:
        """Say that the order is being created, and look again."""
        response = self.page("preparing", order)
        response["Refresh"] = "3"
        return response

    def expired(self, order: Order) -> HttpResponse:
        """Say that the link has expired, with a button for a new one where that is allowed.

        A customer whose payment began in time is told of that payment instead.
        """
        if is_being_paid(order):
            return self.redirect_to("return", order)
        return self.page("expired", order, status=410, may_reissue=self.may_reissue(order))

    def held(self, order: Order) -> HttpResponse:
        """Say that a person has to look first."""
        return self.page("held", order, status=409)

    def failed(self, order: Order, error: FlowwiseError | FlowwiseConfigurationError) -> HttpResponse:
        """Say what is known, and what to do next; the order is not lost."""
        if isinstance(error, OrderBusy):
            return self.preparing(order)
        if isinstance(error, FlowwiseConfigurationError):
            log_settings_wrong(order)
        logger.warning("checkout_failed order_id=%s error=%s", order.order_id, type(error).__name__)
        if isinstance(error, MoveNotAllowed):
            return self.not_moved(order)
        is_passing = isinstance(error, (RequestNotSent, OutcomeUnknown))
        response = self.page("failed", order, status=503 if is_passing else 502, is_passing=is_passing)
        if is_passing:
            response["Retry-After"] = str(_RETRY_AFTER_SECONDS)
        return response

    def not_moved(self, order: Order) -> HttpResponse:
        """Go on by what the look has found, or say that a person has to look."""
        if is_being_paid(order):
            return self.redirect_to("return", order)
        is_stuck = services.is_submittable(order) or services.is_reissuable(order)
        return self.held(order) if is_stuck else self.redirect_to("checkout", order)


class ContinueView(OrderView):
    """Carry the link to the checkout on a page of our own, with a refresh to it.

    A form may not redirect to another host under ``form-action 'self'``, so the button leads here first.
    """

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Show the link; back to the checkout view where the order cannot be paid."""
        order = self.get_order_to_show(key)
        is_open = order.state == OrderState.ACTIVE and not services.is_past_expiry(order)
        if not is_open or services.has_secured_money(order) or not can_be_paid(order):
            return self.redirect_to("checkout", order)
        response = self.page("continue", order)
        response["Refresh"] = f"0;url={order.checkout_url}"
        return response


def can_be_paid(order: Order) -> bool:
    """Tell whether nothing speaks against sending this order's customer to its checkout."""
    if is_kept_from_payment(order):
        return False
    try:
        account = get_account(order.account)
    except FlowwiseConfigurationError:
        log_settings_wrong(order)
        return False
    is_made_here = order.base_url in {"", account.base_url}
    if is_made_here and may_receive_customers(order.checkout_url, hosts=account.checkout_hosts):
        return True
    logger.error("checkout_url_refused order_id=%s account=%s", order.order_id, order.account)
    return False
