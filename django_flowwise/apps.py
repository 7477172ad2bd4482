"""The app's place in a Django project."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from django_flowwise import checks


class FlowwiseConfig(AppConfig):
    """Name the app for Django, and register the system checks once it is ready."""

    name = "django_flowwise"
    verbose_name = _("Flowwise")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        checks.register_checks()
