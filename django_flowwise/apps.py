"""The app's place in a Django project."""

from __future__ import annotations

import importlib

from django.apps import AppConfig, apps
from django.utils.translation import gettext_lazy as _

from django_flowwise import checks


class FlowwiseConfig(AppConfig):
    """Name the app for Django, and register the system checks once it is ready."""

    name = "django_flowwise"
    verbose_name = _("Flowwise")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, and describe the API where drf-spectacular is installed."""
        checks.register_checks()
        if apps.is_installed("drf_spectacular"):
            importlib.import_module("django_flowwise.api.schema")
