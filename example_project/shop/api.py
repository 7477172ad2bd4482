"""The shop's own "place my basket" address, for its page of plain JavaScript."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request

from django_flowwise.api import PlaceOrderMixin
from example_project.shop.basket import Basket
from example_project.shop.forms import CheckoutForm
from example_project.shop.ordering import as_shown, content_of, order_of, take_order


class BuyView(PlaceOrderMixin):
    """Take what the customer typed, and the amount from the shop's own prices."""

    permission_classes = [AllowAny]

    def get_order_content(self, request: Request) -> dict[str, Any]:
        """Take the order as the checkout page does; sent twice, it is the same order.

        Raises:
            ValidationError: by field of the form; or the basket is empty, or costs something else than was shown.
        """
        form = CheckoutForm(request.data if isinstance(request.data, dict) else {})
        if not form.is_valid():
            raise ValidationError(form.errors.as_data())
        typed = form.cleaned_data
        order = order_of(typed["key"])
        if order is None:
            basket = Basket(request)
            if not len(basket):
                raise ValidationError("The basket is empty.")
            order = take_order(basket, typed["key"], form.save(commit=False), shown_total=typed["total"])
            basket.clear(typed)
        return content_of(as_shown(order, typed["total"]))
