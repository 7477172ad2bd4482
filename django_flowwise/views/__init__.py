"""What a customer's browser sees: the way to the checkout, and the way back from it.

Pages show no personal data and believe nothing that the browser says; the service layer does all the rest.
"""

from __future__ import annotations

from django_flowwise.views.checkout import CheckoutView, ContinueView, can_be_paid
from django_flowwise.views.order_pages import HttpResponseSeeOther, OrderView
from django_flowwise.views.returns import PaymentReturnView

__all__ = [
    "CheckoutView",
    "ContinueView",
    "HttpResponseSeeOther",
    "OrderView",
    "PaymentReturnView",
    "can_be_paid",
]
