"""Middleware that counts the answers of a server by their status."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

SEEN: Counter[int] = Counter()


def count_statuses(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def count(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        SEEN[response.status_code] += 1
        return response

    return count
