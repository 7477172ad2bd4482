"""How this project knows its own pages."""

from __future__ import annotations

import uuid
from typing import Any

import pytest

from django_flowwise.services.page_marks import page_mark, page_question

KEY = uuid.UUID(int=7)


def test_mark__answers_the_question_about_one_key(settings: Any) -> None:
    mark = page_mark(KEY, asked=page_question(KEY))
    assert len(mark) == len(page_question(KEY)) == 32
    assert mark != page_question(KEY)
    other = uuid.uuid4()
    assert page_mark(other, asked=page_question(other)) not in {mark, ""}
    settings.SECRET_KEY = "another"
    assert page_mark(KEY, asked=page_question(KEY)) not in {mark, ""}


@pytest.mark.parametrize("asked", ["", "0" * 32, "é", "another's", "the answer"])
def test_mark__is_given_to_nobody_else(asked: str) -> None:
    asked = {
        "another's": page_question(uuid.uuid4()),
        "the answer": page_mark(KEY, asked=page_question(KEY)),
    }.get(asked, asked)
    assert page_mark(KEY, asked=asked) == ""
