"""A shop whose view lets every error through."""

from __future__ import annotations

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import include, path

from django_flowwise import services
from tests.secrecy.marks import content


@transaction.non_atomic_requests
def pay(request: HttpRequest) -> HttpResponseRedirect:
    return HttpResponseRedirect(services.place_order(**content(**request.GET.dict())).get_absolute_url())


urlpatterns = [
    path("pay/", pay),
    path("admin/", admin.site.urls),
    path("flowwise/", include("django_flowwise.urls")),
]
