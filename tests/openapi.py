"""The committed description of the API: ``python -m tests.openapi`` writes it, ``--check`` compares.

Made of the test project, where servers prove who they are by a token.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import django
from django.urls import include, path

DOCUMENT = Path(__file__).parent.parent / "docs" / "openapi.json"


def generate() -> str:
    """Write the description, alike under the same versions."""
    from drf_spectacular.generators import SchemaGenerator  # noqa: PLC0415  # settings come first
    from drf_spectacular.settings import patched_settings  # noqa: PLC0415  # settings come first
    from rest_framework.authentication import TokenAuthentication  # noqa: PLC0415  # settings come first

    from django_flowwise.api import urls  # noqa: PLC0415  # settings come first
    from django_flowwise.api.orders import OrderViewSet  # noqa: PLC0415  # settings come first
    from django_flowwise.api.payments import PaymentViewSet  # noqa: PLC0415  # settings come first
    from django_flowwise.api.refunds import RefundViewSet  # noqa: PLC0415  # settings come first

    by_token = {"authentication_classes": [TokenAuthentication]}
    views = [type(view.__name__, (view,), by_token) for view in (OrderViewSet, PaymentViewSet, RefundViewSet)]
    patterns = [path("api/flowwise/", include((urls.routes(*views), urls.app_name)))]
    told: dict[str, Any] = {
        "OAS_VERSION": "3.1.0",
        "TITLE": "django-flowwise",
        "VERSION": "1",
        "DESCRIPTION": _DESCRIPTION,
    }
    told |= {"POSTPROCESSING_HOOKS": []}
    with patched_settings(told):
        described: dict[str, Any] = SchemaGenerator(patterns=patterns).get_schema(request=None, public=True)
    return json.dumps(without_notes(described), indent=1, ensure_ascii=False) + "\n"


def without_notes(told: Any) -> Any:
    """Leave out what drf-spectacular writes down for itself."""
    if isinstance(told, dict):
        return {name: without_notes(value) for name, value in told.items() if not str(name).startswith("x-spec-")}
    return [without_notes(each) for each in told] if isinstance(told, list) else told


_DESCRIPTION = "Orders, payments and refunds of django-flowwise, for a shop's own servers and its staff."


def main(arguments: Sequence[str], document: Path = DOCUMENT) -> int:
    written = generate()
    if "--check" in arguments:
        return 0 if document.read_text() == written else 1
    document.write_text(written)
    return 0


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    sys.exit(main(sys.argv[1:]))
