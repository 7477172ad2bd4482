"""The views of one address, chosen by the request's verb.

Operations, pages and the application import it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.refusals import verb_not_allowed

View = Callable[..., HttpResponse]


class Address:
    """What one address answers: a view for each verb that it takes."""

    def __init__(self, **views: View) -> None:
        self._views = views

    def view_for(self, request: WSGIRequest) -> View:
        """Give the view of the request's verb; HEAD is a GET whose body the server holds back.

        Raises:
            Refusal: the address does not take this verb.
        """
        verb = "GET" if request.method == "HEAD" else str(request.method)
        if verb not in self._views:
            allowed = {*self._views, "HEAD"} if "GET" in self._views else self._views.keys()
            raise verb_not_allowed(", ".join(sorted(allowed)))
        return self._views[verb]

    def __call__(self, request: WSGIRequest, ledger: Ledger, **parts: Any) -> HttpResponse:
        """Answer by the view of the request's verb."""
        return self.view_for(request)(request, ledger, **parts)
