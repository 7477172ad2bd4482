"""The way back from the checkout."""

from __future__ import annotations

import uuid

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.csrf import csrf_exempt

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.models import Order
from django_flowwise.states import CORRECTABLE, OrderState
from django_flowwise.views.order_pages import OrderView, is_being_paid, is_kept_from_payment, log_settings_wrong

_OPEN = frozenset({OrderState.SUBMITTING, OrderState.UNCONFIRMED, OrderState.ACTIVE})
_WAITS_SECONDS = (2, 3, 5, 8, 12, 20, *[30] * 5, *[60] * 7)
"""Ten minutes and some seconds in all."""


@method_decorator(csrf_exempt, name="dispatch")
class PaymentReturnView(OrderView):
    """Tell the customer who comes back how things stand; what the query says is not believed.

    Takes a POST too, since the verb of the return is not documented.
    """

    def get(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Ask Flowwise, at most every five seconds, and show what is known."""
        order = self.get_order(key)
        has_failed = self.refresh(order)
        if order.state == OrderState.PAID:
            return self.paid(order)
        if has_failed:
            return self.failed(order)
        if order.state in _OPEN or is_being_paid(order):
            return self.waiting(order)
        if order.state in CORRECTABLE or order.superseded_by_id is not None:
            # Nothing of it is at Flowwise, or another order is: the checkout leads on.
            return HttpResponseRedirect(order.get_absolute_url())
        return self.not_paid(order)

    def refresh(self, order: Order) -> bool:
        """Refresh the order where that can be; True where it is payable and every payment has failed."""
        try:
            return services.refresh_after_return(order)
        except FlowwiseConfigurationError:
            # The shop's own trouble is not the customer's: what is stored is shown.
            log_settings_wrong(order)
            return False

    def post(self, request: HttpRequest, key: uuid.UUID) -> HttpResponse:
        """Go on to the page itself."""
        return self.redirect_to("return", self.get_order(key))

    def paid(self, order: Order) -> HttpResponse:
        """Answer for a payment that is proven."""
        return self.page("paid", order)

    def waiting(self, order: Order) -> HttpResponse:
        """Answer while nothing is certain; the page looks again by itself, ever more slowly, for ten minutes."""
        look, is_under_way = _look_number(self.request), is_being_paid(order)
        response = self.page(
            "waiting",
            order,
            looks_again=look < len(_WAITS_SECONDS),
            is_under_way=is_under_way,
            may_pay=order.state == OrderState.ACTIVE and not is_under_way and not is_kept_from_payment(order),
        )
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


def _look_number(request: HttpRequest) -> int:
    given = request.GET.get("look", "")
    return int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
