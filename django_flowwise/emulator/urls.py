"""The emulator's urlconf: the documented operations under /router, and the pages for people.

Only the application imports it. It resolves the path as it was sent, still percent-encoded, and decodes each part
by itself, so that an order_id with a slash stays one part. The remaining documented operations have their place in
the first group.
"""

from __future__ import annotations

from typing import Final

from django.urls import re_path

from django_flowwise.emulator import operations, pages

OPERATIONS_PREFIX: Final = "/router"

urlpatterns = [
    re_path(r"^router/orders$", operations.orders),
    re_path(r"^router/orders/(?P<order_id>[^/]+)$", operations.order),
    re_path(r"^router/orders/(?P<order_id>[^/]+)/payments$", operations.order_payments),
    re_path(r"^$", pages.start),
    re_path(r"^checkout/(?P<order_id>[^/]+)$", pages.checkout),
    re_path(r"^checkout/(?P<order_id>[^/]+)/outcome$", pages.outcome),
    re_path(r"^faults$", pages.faults),
    re_path(r"^static/(?P<name>[^/]+)$", pages.static),
]
