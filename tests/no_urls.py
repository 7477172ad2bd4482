"""URLs of a project that does not include the package."""

from __future__ import annotations

urlpatterns: list[object] = []
