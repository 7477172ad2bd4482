"""The REST API: for a shop's own servers and its staff. The only part that knows Django REST framework.

Include ``django_flowwise.api.urls``. For customers, a shop makes its own address of one of the mix-ins.
"""

from __future__ import annotations

from django_flowwise.api.basket import AsyncPlaceOrderMixin, PlaceOrderMixin
from django_flowwise.api.exact_json import read_json

__all__ = ["AsyncPlaceOrderMixin", "PlaceOrderMixin", "read_json"]
