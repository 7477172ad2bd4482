"""Addresses of the shop."""

from __future__ import annotations

from django.urls import path

from example_project.shop import views

app_name = "shop"

urlpatterns = [
    path("", views.catalogue, name="catalogue"),
    path("basket/", views.show_basket, name="basket"),
    path("basket/add/<int:pk>/", views.add_to_basket, name="add"),
    path("basket/remove/<int:pk>/", views.remove_from_basket, name="remove"),
    path("checkout/", views.checkout, name="checkout"),
    path("orders/<uuid:key>/", views.show_order, name="order"),
]
