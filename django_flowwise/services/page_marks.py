"""How this project knows its own pages from outside: it asks what only itself can answer.

For the diagnosis, which must tell our "there is no such order" from anybody else's 404. Question and answer are
made with SECRET_KEY; whoever cannot ask is told nothing.
"""

from __future__ import annotations

import uuid

from django.utils.crypto import constant_time_compare, salted_hmac

PAGE_MARK_HEADER = "X-Order-View"


def page_question(key: uuid.UUID) -> str:
    """Give what to send in the header, to be told whether the page of this key is ours."""
    return _digest("question", key)


def page_mark(key: uuid.UUID, *, asked: str) -> str:
    """Give what to answer in the header; empty where nobody who may know has asked."""
    return _digest("answer", key) if constant_time_compare(asked, page_question(key)) else ""


def _digest(part: str, key: uuid.UUID) -> str:
    return salted_hmac(f"django_flowwise.page_mark.{part}", str(key), algorithm="sha256").hexdigest()[:32]
