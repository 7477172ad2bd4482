"""By what our own pages are known."""

from __future__ import annotations

import uuid
from typing import Any

from django_flowwise.services import page_mark


def test_mark__is_of_one_key_and_of_one_project(settings: Any) -> None:
    key = uuid.uuid4()
    mark = page_mark(key)
    assert len(mark) == 32
    assert page_mark(uuid.UUID(str(key))) == mark
    assert page_mark(uuid.uuid4()) != mark
    settings.SECRET_KEY = "another"
    assert page_mark(key) != mark
