from __future__ import annotations

from django.apps import AppConfig


class BooksConfig(AppConfig):
    name = "books"

    def ready(self) -> None:
        from books import receivers  # noqa: F401, PLC0415  # as Django's documentation says
