"""What drf-spectacular asks about the views and serializers of the API."""

from __future__ import annotations

import copy
from typing import Any, cast

from drf_spectacular.extensions import OpenApiSerializerExtension, OpenApiViewExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent
from rest_framework.serializers import Serializer

from django_flowwise.api.basket import PlaceOrderMixin
from django_flowwise.api.orders import OrderEndpoint, OrderViewSet
from django_flowwise.api.pagination import OrderPagination
from django_flowwise.api.payments import PaymentViewSet
from django_flowwise.api.refunds import RefundViewSet
from django_flowwise.api.schema.bodies import BODIES
from django_flowwise.api.schema.examples import ORDER_KEY
from django_flowwise.api.schema.operations import OPERATIONS, Operation
from django_flowwise.api.schema.responses import (
    CUSTOMER_PROBLEM,
    PLACED_ORDER,
    PROBLEM,
    answer,
    order_page,
    problem_responses,
)
from django_flowwise.api.serializers import RefundSerializer
from django_flowwise.models import Order

_NOUNS = {
    OrderViewSet: "order",
    PaymentViewSet: "payment",
    RefundViewSet: "refund",
    PlaceOrderMixin: "basket",
}
_ANY_BODY = {"type": "object", "additionalProperties": True, "description": "What the shop asks for."}


class FlowwiseSchema(AutoSchema):
    """Describe the acts of ``OPERATIONS``; what a shop has added is described as drf-spectacular does."""

    def get_operation(self, *args: Any, **kwargs: Any) -> Any:
        """Add body and answers to what is found from the view."""
        operation = super().get_operation(*args, **kwargs)
        known = self._known()
        if operation is None or known is None:
            return operation
        described = dict(operation)
        described.pop("responses")
        described["summary"] = known.summary
        if body := self._request_body(known):
            described["requestBody"] = body
        described["responses"] = self._responses(known)
        return described

    def get_description(self) -> str:  # type: ignore[override]  # as drf-spectacular has it
        """Give what the docstring says, with code as Markdown has it."""
        description: str = super().get_description()
        return description.replace("``", "`") if self._known() else description

    def get_operation_id(self) -> str:
        """Name the operation by its noun and act."""
        known = self._known()
        return known.name if known and known.name else super().get_operation_id()

    def get_tags(self) -> list[str]:
        """Keep the operations together."""
        return ["flowwise"]

    def get_request_serializer(self) -> Any:
        """Leave the body to get_operation, unless it is a shop's own."""
        if self._is_shops_own():
            return getattr(self.view, "serializer_class", None)
        return None if self._known() else super().get_request_serializer()

    def get_response_serializers(self) -> Any:
        """Leave the answers to get_operation."""
        return None if self._known() else super().get_response_serializers()

    def _known(self) -> Operation | None:
        noun = next((noun for view, noun in _NOUNS.items() if isinstance(self.view, view)), "")
        return OPERATIONS.get((noun, getattr(self.view, "action", self.method.lower())))

    def _is_shops_own(self) -> bool:
        return isinstance(self.view, PlaceOrderMixin)

    def _is_list_view(self, serializer: Any = None) -> bool:
        known = self._known()
        return known.shows == "OrderPage" if known else super()._is_list_view(serializer)

    def _get_parameters(self) -> list[Any]:
        parameters: list[Any] = super()._get_parameters()
        for parameter in parameters:
            if (parameter["in"], parameter["name"]) == ("path", "key"):
                parameter |= {
                    "description": "The order's `key`, in lower case with hyphens.",
                    "schema": {"type": "string", "format": "uuid"},
                    "example": ORDER_KEY,
                }
            elif (parameter["in"], parameter["name"]) == ("query", "page_size"):
                limits = {
                    "minimum": 1,
                    "maximum": OrderPagination.max_page_size,
                    "default": OrderPagination.page_size,
                }
                parameter["schema"] = {"type": "integer", **limits}
        return parameters

    def _request_body(self, known: Operation) -> dict[str, Any]:
        if known.body:
            build, examples = BODIES[known.body]
            schema = self._component(known.body, build())
        elif self._is_shops_own() and not hasattr(self.view, "serializer_class"):
            schema, examples = _ANY_BODY, {}
        else:
            return {}
        media = {"schema": schema, **({"examples": examples} if examples else {})}
        return {"required": bool(examples), "content": {"application/json": media}}

    def _responses(self, known: Operation) -> dict[str, Any]:
        shown = self._shown(known.shows)
        found = {str(status): answer(status, known, shown) for status in known.answers}
        problem = (
            self._component("CustomerProblem", CUSTOMER_PROBLEM)
            if self._is_shops_own()
            else self._component("Problem", PROBLEM)
        )
        return {**found, **problem_responses(known, problem, self.path)}

    def _shown(self, shows: str) -> dict[str, Any]:
        if shows == "PlacedOrder":
            return self._component(shows, PLACED_ORDER)
        if shows == "Refund":
            return dict(self.resolve_serializer(RefundSerializer, "response").ref)
        view = cast("OrderEndpoint", self.view)
        serializer = cast("type[Serializer[Order]]", view.get_serializer_class())
        ref = dict(self.resolve_serializer(serializer, "response").ref)
        return self._component(shows, order_page(ref)) if shows == "OrderPage" else ref

    def _component(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        own = copy.deepcopy(schema)  # drf-spectacular's hooks write into it
        # A shop has an Order of its own in the same document.
        named = f"Flowwise{name}"
        component = ResolvedComponent(name=named, type=ResolvedComponent.SCHEMA, schema=own, object=named)
        self.registry.register_on_missing(component)
        return dict(component.ref)


class _Description(OpenApiViewExtension):
    """Describe every view of a kind, whatever ``DEFAULT_SCHEMA_CLASS`` is."""

    match_subclasses = True

    def view_replacement(self) -> Any:
        """Give the view with our description."""
        return type(self.target.__name__, (self.target,), {"schema": FlowwiseSchema(), "__doc__": ""})


class EndpointDescription(_Description):
    """Describe every view about an order."""

    target_class = "django_flowwise.api.orders.OrderEndpoint"


class BasketDescription(_Description):
    """Describe a shop's own address for its baskets; what is sent, by the view's ``serializer_class``."""

    target_class = "django_flowwise.api.basket.PlaceOrderMixin"


class DisclosingDescription(OpenApiSerializerExtension):
    """Describe as optional what only some may see."""

    target_class = "django_flowwise.api.serializers.Disclosing"
    match_subclasses = True

    def map_serializer(self, auto_schema: Any, direction: Any) -> Any:
        """Take the fields of ``needs`` out of those that are always there."""
        schema = dict(
            auto_schema._map_serializer(self.target, direction, bypass_extensions=True)
        )  # as its documentation says
        needs = self.target.needs
        schema["required"] = [name for name in schema["required"] if name not in needs]
        for name, codename in needs.items():
            schema["properties"][name] = dict(schema["properties"][name])
            schema["properties"][name]["description"] = f"There for holders of `{codename}` alone."
        return schema
