"""The app's place in a project."""

from __future__ import annotations

from django.apps import apps
from django.core import checks


def test_ready__the_checks_are_registered() -> None:
    names = {check.__name__ for check in checks.registry.registry.get_checks(include_deployment_checks=True)}
    assert {
        "check_accounts",
        "check_accounts_for_deployment",
        "check_project",
        "check_project_for_deployment",
    } <= names


def test_app__has_its_name_and_large_keys() -> None:
    config = apps.get_app_config("django_flowwise")
    assert (str(config.verbose_name), config.default_auto_field) == ("Flowwise", "django.db.models.BigAutoField")
