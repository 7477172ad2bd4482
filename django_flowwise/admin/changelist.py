"""The list of orders: filters, search and paging that stay quick with millions of rows."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from django_flowwise.admin.generics import OrderPaginator
from django_flowwise.conf import account_aliases
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.models import Order

MOST_COUNTED = 5000
"""Rows that the list can page through; who looks further back searches or filters."""


class CappedPaginator(OrderPaginator):
    """Count no further than anybody pages: COUNT(*) of a large table is slow on every database."""

    @cached_property
    def count(self) -> int:
        """The number of rows, or the most that are counted."""
        rows = cast("QuerySet[Order]", self.object_list[:MOST_COUNTED])
        return rows.count()


class AccountFilter(admin.SimpleListFilter):
    """Filter by the configured accounts, without a DISTINCT over the table."""

    title = _("account")
    parameter_name = "account"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer every alias; Django hides a filter that offers nothing."""
        try:
            return [(alias, alias) for alias in account_aliases()]
        except FlowwiseConfigurationError:
            return []

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Keep the account's orders."""
        return queryset.filter(account=self.value()) if self.value() else queryset


class AttentionFilter(admin.SimpleListFilter):
    """Filter by whether a person must look."""

    title = _("needs attention")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        """Offer the orders that need a person."""
        return [("yes", _("Yes"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Order]) -> QuerySet[Order]:
        """Keep the orders that need a person."""
        return queryset.exclude(attention=[]) if self.value() == "yes" else queryset
