"""URLs of the benchmarks: the package's, and the bare view that is the checkout's floor."""

from __future__ import annotations

from django.urls import include, path

from benchmarks.checkout import bare_checkout

urlpatterns = [
    path("flowwise/", include("django_flowwise.urls")),
    path("bare/<uuid:key>/", bare_checkout),
]
