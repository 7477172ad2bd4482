"""The shop's orders for staff, linked both ways with their Flowwise orders."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from django_flowwise.admin import OrderAdmin
from django_flowwise.models import Order
from example_project.shop.models import Line, Product, ShopOrder

admin.site.register(Product)
admin.site.unregister(Order)


class LineInline(admin.TabularInline):  # type: ignore[type-arg]  # not generic when the code runs
    """Show the lines of an order."""

    model = Line
    extra = 0
    can_delete = False
    readonly_fields = ("product", "quantity", "price")


@admin.register(ShopOrder)
class ShopOrderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when the code runs
    """Show what customers ordered, and whether it is paid."""

    list_display = ("number", "created_at", "paid_at", "flowwise")
    list_select_related = ("flowwise_order",)
    readonly_fields = ("paid_at", "flowwise_order", "flowwise")
    inlines = (LineInline,)

    @admin.display(description="Flowwise order")
    def flowwise(self, order: ShopOrder) -> str:
        """Link to the Flowwise order."""
        if order.flowwise_order is None:
            return "-"
        address = reverse("admin:django_flowwise_order_change", args=[order.flowwise_order.pk])
        return format_html('<a href="{}">{}</a>', address, order.flowwise_order.get_state_display())


@admin.register(Order)
class FlowwiseOrderAdmin(OrderAdmin):
    """Add a link to the shop's order to the package's own admin."""

    readonly_fields: ClassVar[tuple[str, ...]] = (*OrderAdmin.readonly_fields, "shop_order")

    def get_fieldsets(self, request: HttpRequest, obj: Order | None = None) -> Any:
        """Put the link on top."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is None else [(None, {"fields": ["shop_order"]}), *fieldsets]
