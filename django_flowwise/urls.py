"""Addresses of the browser views; include them under any prefix."""

from __future__ import annotations

from django.urls import path

from django_flowwise.views import CheckoutView, ContinueView, PaymentReturnView

app_name = "django_flowwise"

urlpatterns = [
    path("checkout/<uuid:key>/", CheckoutView.as_view(), name="checkout"),
    path("checkout/<uuid:key>/continue/", ContinueView.as_view(), name="continue"),
    path("return/<uuid:key>/", PaymentReturnView.as_view(), name="return"),
]
