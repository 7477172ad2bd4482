"""What every address of the API has in common: exact JSON, problems, and nothing kept by a cache."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.utils.urls import replace_query_param
from rest_framework.versioning import QueryParameterVersioning
from rest_framework.views import APIView

from django_flowwise.api.exact_json import ExactJSONParser, ExactJSONRenderer, ProblemRenderer
from django_flowwise.api.problems import Problem, problem_of
from django_flowwise.api.throttling import FlowwiseRateThrottle
from django_flowwise.services.transactions import outside_transactions


class Endpoint(APIView):
    """Stand under every view of the API. Authentication, versioning and default throttles are the project's."""

    throttle_classes: Sequence[type[BaseThrottle]] = [*APIView.throttle_classes, FlowwiseRateThrottle]
    parser_classes = [ExactJSONParser]
    renderer_classes = [ExactJSONRenderer]
    metadata_class = None
    http_method_names = ["get", "post", "head"]
    _is_counted = False

    @classmethod
    def as_view(cls, *args: Any, **initkwargs: Any) -> Any:
        """Keep the view out of ATOMIC_REQUESTS; on ``dispatch``, a subclass that has its own would lose that."""
        return outside_transactions(super().as_view(*args, **initkwargs))

    def perform_authentication(self, request: Request) -> None:
        """Learn who asks, and count the request at once: a permission may read the body, and end there."""
        super().perform_authentication(request)
        self.check_throttles(request)
        self._is_counted = True

    def check_throttles(self, request: Request) -> None:
        """Count a request once, whoever asks for it again."""
        if not self._is_counted:
            super().check_throttles(request)

    def get_exception_handler(self) -> Callable[[Exception, dict[str, Any]], Response | None]:
        """Answer errors as problems, whatever handler the project has for its own API."""
        return self._answer_error

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Let no cache keep the answer."""
        final = super().finalize_response(request, response, *args, **kwargs)
        add_never_cache_headers(final)
        return final

    def worded(self, problem: Problem) -> Problem:
        """Decide how much of a problem is said."""
        return problem

    def problem_members(self) -> dict[str, Any]:
        """Give what every problem of this view says beside the rest."""
        return {}

    def _answer_error(self, error: Exception, _context: dict[str, Any]) -> Response | None:
        problem = problem_of(error)
        if problem is None:
            return None
        problem = self.worded(problem)
        renderer = ProblemRenderer()
        self.request.accepted_renderer = renderer
        self.request.accepted_media_type = renderer.media_type
        body = problem.body(self.request.path, **self.problem_members())
        return Response(body, status=problem.status, headers=dict(problem.headers))


def address_of(request: Request | HttpRequest, name: str, **kwargs: Any) -> str:
    """Give another address of the API, under the prefix, namespace and version by which this one was asked for."""
    match = request.resolver_match
    if match is None:
        raise RuntimeError("The request was not found by a URL pattern.")
    captured = {captured: value for captured, value in match.kwargs.items() if captured != "key"}
    full_name = f"{match.namespace}:{name}" if match.namespace else name
    address = request.build_absolute_uri(reverse(full_name, kwargs={**captured, **kwargs}))
    scheme = getattr(request, "versioning_scheme", None)
    if isinstance(scheme, QueryParameterVersioning) and scheme.version_param in request.GET:
        address = replace_query_param(address, scheme.version_param, request.GET[scheme.version_param])
    return address
