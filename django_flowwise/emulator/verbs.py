"""Choice of a view by the request's verb.

Operations and pages import it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.refusals import verb_not_allowed


def by_verb(
    views: Mapping[str, Callable[..., HttpResponse]],
    request: WSGIRequest,
    ledger: Ledger,
    **parts: str,
) -> HttpResponse:
    """Call the view of the request's verb; HEAD is a GET whose body the server holds back.

    Raises:
        Refusal: the address does not take this verb.
    """
    verb = "GET" if request.method == "HEAD" else str(request.method)
    if verb not in views:
        allowed = {*views, "HEAD"} if "GET" in views else views.keys()
        raise verb_not_allowed(", ".join(sorted(allowed)))
    return views[verb](request, ledger, **parts)
