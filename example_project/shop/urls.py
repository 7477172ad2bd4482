"""Addresses of the shop."""

from __future__ import annotations

from django.urls import path

from example_project.shop import api_docs, views
from example_project.shop.api import BuyView

app_name = "shop"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("basket/", views.show_basket, name="basket"),
    path("basket/add/<int:pk>/", views.add_to_basket, name="add"),
    path("basket/remove/<int:pk>/", views.remove_from_basket, name="remove"),
    path("checkout/", views.checkout, name="checkout"),
    path("one-click/", views.one_click, name="one-click"),
    path("buy/", BuyView.as_view(), name="buy"),
    path("api/", api_docs.api, name="api"),
    path("api/openapi.json", api_docs.openapi, name="openapi"),
    path("orders/<uuid:key>/", views.show_order, name="order"),
]
