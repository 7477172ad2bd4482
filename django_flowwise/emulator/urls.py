"""The emulator's urlconf: the documented operations under /router, and the pages for people.

Only the application imports it. It resolves the path as it was sent, still percent-encoded, and decodes each part
by itself, so that an order_id with a slash stays one part.
"""

from __future__ import annotations

from typing import Final

from django.urls import re_path

from django_flowwise.emulator.operations.customers import create_customer, update_customer
from django_flowwise.emulator.operations.orders import create_order, get_order, list_payments
from django_flowwise.emulator.operations.payments import authorize_payment, create_payment, get_payment
from django_flowwise.emulator.operations.refunds import get_refund, refund_order, refund_payment
from django_flowwise.emulator.pages import checkout, control, order, start
from django_flowwise.emulator.verbs import Address

OPERATIONS_PREFIX: Final = "/router"

_ORDER: Final = r"^router/orders/(?P<order_id>[^/]+)"

urlpatterns = [
    re_path(r"^router/orders$", Address(POST=create_order)),
    re_path(rf"{_ORDER}$", Address(GET=get_order)),
    re_path(rf"{_ORDER}/payments$", Address(GET=list_payments)),
    re_path(rf"{_ORDER}/payments/(?P<payment_id>[^/]+)/authorize$", Address(POST=authorize_payment)),
    re_path(rf"{_ORDER}/refunds$", Address(POST=refund_order)),
    re_path(r"^router/order/pay/(?P<order_hash>[^/]+)$", Address(POST=create_payment)),
    # As documented: the same address reads a payment and refunds it.
    re_path(r"^router/payments/(?P<payment_id>[^/]+)$", Address(GET=get_payment, POST=refund_payment)),
    re_path(r"^router/refunds/(?P<refund_id>[^/]+)$", Address(GET=get_refund)),
    re_path(r"^router/customer$", Address(POST=create_customer)),
    re_path(r"^router/customer/(?P<customer_id>[^/]+)$", Address(PUT=update_customer)),
    re_path(r"^$", Address(GET=start.show_orders)),
    re_path(r"^faults$", Address(POST=start.switch_faults)),
    re_path(r"^behaviour$", Address(POST=control.change_behaviour)),
    re_path(r"^reset$", Address(POST=control.start_over)),
    re_path(r"^state$", Address(GET=control.show_state)),
    re_path(r"^openapi\.json$", Address(GET=control.describe)),
    re_path(r"^static/(?P<name>[^/]+)$", Address(GET=start.send_static)),
    re_path(
        r"^checkout/(?P<order_id>[^/]+)$",
        Address(GET=checkout.show_checkout, POST=checkout.act_on_checkout),
    ),
    re_path(r"^checkout/(?P<order_id>[^/]+)/outcome$", Address(GET=checkout.show_outcome)),
    re_path(
        r"^redirect/(?P<payment_id>[^/]+)$",
        Address(GET=checkout.show_redirect, POST=checkout.act_on_redirect),
    ),
    re_path(r"^orders/(?P<order_id>[^/]+)$", Address(GET=order.show_order, POST=order.act_on_order)),
]
