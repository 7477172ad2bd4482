"""URLs of the example."""

from __future__ import annotations

from django.contrib import admin
from django.urls import include, path

from example_project.shop.views import ShopReturnView

urlpatterns = [
    path("", include("example_project.shop.urls")),
    path("admin/", admin.site.urls),
    # In place of the package's own return page: a paid customer goes on to the shop's order page.
    path("flowwise/return/<uuid:key>/", ShopReturnView.as_view()),
    path("flowwise/", include("django_flowwise.urls")),
    path("api/flowwise/", include("django_flowwise.api.urls")),
]
