"""URLs of the test project."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("flowwise/", include("django_flowwise.urls")),
    path("api/flowwise/", include("django_flowwise.api.urls")),
]
