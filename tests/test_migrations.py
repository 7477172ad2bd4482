"""The migrations say what the models say."""

from __future__ import annotations

import pytest
from django.core.management import call_command


@pytest.mark.django_db
def test_migrations__none_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
