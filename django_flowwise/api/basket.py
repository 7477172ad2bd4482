"""What a shop's own "place my basket" address is made of; the shop says the amount, never the browser."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from asgiref.sync import sync_to_async
from django.core.exceptions import PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import NoReverseMatch, reverse
from django.utils.cache import add_never_cache_headers
from django.views.decorators.debug import sensitive_variables
from django.views.generic import View
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import APIException, MethodNotAllowed, Throttled
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import BaseThrottle
from rest_framework.views import APIView

from django_flowwise.api.endpoint import Endpoint
from django_flowwise.api.fields import amount_text
from django_flowwise.api.placement import NotPlaced, Placement, place_basket
from django_flowwise.api.problems import CONTENT_TYPE, Problem, problem_of
from django_flowwise.api.throttling import BasketRateThrottle
from django_flowwise.exceptions import FlowwiseConfigurationError, FlowwiseError
from django_flowwise.models import Order
from django_flowwise.services.transactions import outside_transactions
from django_flowwise.states import OrderState
from django_flowwise.undisclosed import Undisclosed

_EXPECTED = (
    FlowwiseError,
    FlowwiseConfigurationError,
    ValidationError,
    APIException,
    Http404,
    PermissionDenied,
    RequestDataTooBig,
)


class PlaceOrderMixin(Endpoint):
    """Place a customer's basket by POST, and say where the customer goes on: ``class Buy(PlaceOrderMixin)``.

    A subclass gives ``get_order_content``, and the authentication and permission classes it wants. Problems tell a
    customer no more than what to do.
    """

    throttle_classes = [*APIView.throttle_classes, BasketRateThrottle]
    csrf_for_anonymous = True
    """Whether a request that nobody has logged in for must carry a CSRF token: its session may hold a basket."""
    concerned: Order | None = None

    def get_order_content(self, request: Request) -> Mapping[str, Any]:
        """Give what place_order takes; the amount is the shop's own reckoning.

        Raises:
            ValidationError: by field; what the customer sent cannot be.
        """
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Check the token that DRF asks only of those who are logged in by a session."""
        super().initial(request, *args, **kwargs)
        if self.csrf_for_anonymous and request.successful_authenticator is None:
            SessionAuthentication().enforce_csrf(request)

    @sensitive_variables("content")
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Place the order; the same content once more is the same order."""
        require_pages()
        content = Undisclosed(self.get_order_content(request))
        try:
            placement = place_basket(content)
        except NotPlaced as failure:
            self.concerned = failure.order
            raise failure.error from failure.error.__cause__
        return Response(told(request, placement), placement.status, headers=_headers_of(request, placement))

    def worded(self, problem: Problem) -> Problem:
        """Keep what Flowwise says to the shop from its customers."""
        return problem.for_customer()

    def problem_members(self) -> dict[str, Any]:
        """Say where the customer can look, or try again."""
        return _members_of(self.request, self.concerned)


class AsyncPlaceOrderMixin(View):
    """Do what PlaceOrderMixin does in an asynchronous view of Django's own: ``class Buy(AsyncPlaceOrderMixin)``.

    Django's CSRF middleware guards it. ``await request.auser()`` where it must be known who asks. Of Django REST
    framework it has the throttles that it names, and no others of the project's.
    """

    http_method_names = ["post"]
    throttle_classes: Sequence[type[BaseThrottle]] = [BasketRateThrottle]

    @classmethod
    def as_view(cls, **initkwargs: Any) -> Any:
        """Keep the view out of ATOMIC_REQUESTS, whatever a subclass overrides."""
        return outside_transactions(super().as_view(**initkwargs))

    async def get_order_content(self, request: HttpRequest) -> Mapping[str, Any]:
        """Give what place_order takes, as in PlaceOrderMixin; ``read_json(request.body)`` reads exact numbers.

        Raises:
            ValidationError: by field; what the customer sent cannot be.
        """
        raise NotImplementedError

    async def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Place the order; the same content once more is the same order."""
        try:
            await sync_to_async(self._count)(request)  # the cache and the session may block
            return await self._placed(request)
        except _EXPECTED as error:
            return _problem_response(request, error)

    async def http_method_not_allowed(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:  # type: ignore[override]  # Django awaits it in an asynchronous view
        """Answer other verbs as a problem too."""
        return _problem_response(request, MethodNotAllowed(str(request.method)), Allow="POST")

    @sensitive_variables("content")
    async def _placed(self, request: HttpRequest) -> HttpResponse:
        require_pages()
        content = Undisclosed(await self.get_order_content(request))
        try:
            placement = await sync_to_async(place_basket)(content)
        except NotPlaced as failure:
            return _problem_response(request, failure.error, order=failure.order)
        return _response(
            told(request, placement), status=placement.status, headers=_headers_of(request, placement)
        )

    def _count(self, request: HttpRequest) -> None:
        for throttle in [throttle_class() for throttle_class in self.throttle_classes]:
            if not throttle.allow_request(request, self):  # type: ignore[arg-type]  # they need a user and headers
                raise Throttled(throttle.wait())


def require_pages() -> None:
    """Refuse, before anything is placed, where a customer could not be sent on.

    Raises:
        FlowwiseConfigurationError: our pages have no address.
    """
    try:
        reverse("django_flowwise:checkout", args=[uuid.UUID(int=0)])
    except NoReverseMatch as error:
        raise FlowwiseConfigurationError(
            "A basket leads its customer on to the package's pages: include django_flowwise.urls in your URLs."
        ) from error


def told(request: Request | HttpRequest, placement: Placement) -> dict[str, str]:
    """Say what a customer's browser may know of an order, and where it goes on."""
    order = placement.order
    return {
        "key": str(order.key),
        "state": order.state,
        "checkout": request.build_absolute_uri(_checkout_of(order)),
        "order_amount": amount_text(order.order_amount, order.order_currency),
        "order_currency": order.order_currency,
    }


def _checkout_of(order: Order) -> str:
    name = "continue" if order.state == OrderState.ACTIVE else "checkout"
    return reverse(f"django_flowwise:{name}", args=[order.key])


def _headers_of(request: Request | HttpRequest, placement: Placement) -> dict[str, str]:
    return {"Location": _page_of(request, placement.order), **placement.headers}


def _members_of(request: Request | HttpRequest, order: Order | None) -> dict[str, Any]:
    return {} if order is None else {"checkout": _page_of(request, order)}


def _page_of(request: Request | HttpRequest, order: Order) -> str:
    return request.build_absolute_uri(order.get_absolute_url())


def _problem_response(
    request: HttpRequest, error: Exception, *, order: Order | None = None, **headers: str
) -> HttpResponse:
    problem = problem_of(error)
    if problem is None:
        raise error
    problem = problem.for_customer()
    body = problem.body(request.path, **_members_of(request, order))
    return _response(
        body, status=problem.status, content_type=CONTENT_TYPE, headers={**problem.headers, **headers}
    )


def _response(body: dict[str, Any], **rest: Any) -> HttpResponse:
    response = JsonResponse(body, **rest)
    add_never_cache_headers(response)
    return response
