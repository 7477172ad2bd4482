"""The API alone, without the customers' pages, and without a namespace."""

from __future__ import annotations

from django.urls import include, path

from django_flowwise.api.urls import routes

urlpatterns = [path("", include(routes()))]
