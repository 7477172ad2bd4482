"""Which orders a list holds; what is not known is refused by name rather than left out of account."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.core.exceptions import ValidationError as ValueRefused
from django.db.models import QuerySet
from django.utils.dateparse import parse_datetime
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from django_flowwise.states import OrderState
from django_flowwise.validators import validate_text

_LOOKUPS = {
    "state": "state__in",
    "account": "account",
    "reference": "reference",
    "created_after": "created_at__gte",
    "created_before": "created_at__lt",
}


class OrderFilter(BaseFilterBackend):
    """Narrow a list down by the parameters of ``_LOOKUPS``; ``state`` may be given several times."""

    others: Collection[str] = ()
    """Parameters of a view's other backends that do not describe them: they are let through."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        """Keep the orders for which every filter holds.

        Raises:
            ValidationError: by parameter.
        """
        errors: dict[str, list[str]] = {}
        lookups: dict[str, Any] = {}
        for name, texts in request.query_params.lists():
            try:
                if name in _LOOKUPS:
                    lookups[_LOOKUPS[name]] = _READERS[name](*texts)
                elif name not in {*self.others, *_of_view(view), *_of_project(request)}:
                    errors[name] = [f"There is no such filter; there is {', '.join(_LOOKUPS)}."]
            except TypeError:
                errors[name] = ["Give it once."]
            except ValueRefused as error:
                errors[name] = error.messages
        if errors:
            raise ValidationError(errors)
        return queryset.filter(**lookups)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        """Describe the filters for OpenAPI."""
        states = {"type": "array", "items": {"type": "string", "enum": OrderState.values}}
        moment = {"type": "string", "format": "date-time"}
        described = {
            "state": ("One of these states; may be given several times.", states),
            "account": ("Alias of the account.", {"type": "string"}),
            "reference": ("The shop's own reference, exactly.", {"type": "string"}),
            "created_after": ("Created at or after this moment, with its offset.", moment),
            "created_before": ("Created before this moment, with its offset.", moment),
        }
        return [
            {"name": name, "in": "query", "required": False, "description": text, "schema": schema}
            for name, (text, schema) in described.items()
        ]


def _of_view(view: APIView) -> set[str]:
    """Name the parameters of the view's pages and of its other filters, as they describe them."""
    backends = [backend() for backend in getattr(view, "filter_backends", ())]
    sources = [
        getattr(view, "paginator", None),
        *(other for other in backends if not isinstance(other, OrderFilter)),
    ]
    describing = [source for source in sources if hasattr(source, "get_schema_operation_parameters")]
    return {told["name"] for source in describing for told in source.get_schema_operation_parameters(view)}


def _of_project(request: Request) -> set[Any]:
    """Name the parameters by which the project chooses format and version."""
    return {api_settings.URL_FORMAT_OVERRIDE, getattr(request.versioning_scheme, "version_param", None)}


def _states(*texts: str) -> list[str]:
    for text in texts:
        if text not in OrderState.values:
            raise ValueRefused(f"There is no such state; there is {', '.join(OrderState.values)}.")
    return list(texts)


def _text(text: str) -> str:
    validate_text(text)
    return text


def _moment(text: str) -> datetime.datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None or not 1 < moment.year < 9999:
        raise ValueRefused("Give date, time and offset, such as 2026-11-24T10:00:00Z; write a plus sign as %2B.")
    return moment


_READERS: dict[str, Any] = {
    "state": _states,
    "account": _text,
    "reference": _text,
    "created_after": _moment,
    "created_before": _moment,
}
