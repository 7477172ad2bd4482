"""The shop's orders for staff, linked both ways with their Flowwise orders."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from django_flowwise.admin import OrderAdmin
from django_flowwise.models import Order, Refund
from django_flowwise.states import RefundState
from django_flowwise.templatetags.flowwise import money
from example_project.shop.models import CURRENCY, Line, Product, ShopOrder
from example_project.shop.refunding import PROBLEMS, explain, is_refundable, latest_refund, refund_line

admin.site.register(Product)
admin.site.unregister(Order)


class LineInline(admin.TabularInline):  # type: ignore[type-arg]  # not generic when the code runs
    """Show the lines of an order, what became of their money, and the way to give it back."""

    model = Line
    extra = 0
    can_delete = False
    readonly_fields = ("product", "quantity", "price", "refunded", "refund")

    def get_fields(self, request: HttpRequest, obj: ShopOrder | None = None) -> tuple[str, ...]:
        """Leave the way to a refund to those who may go it."""
        return ("product", "quantity", "price", "refund" if may_refund(request) else "refunded")

    def has_add_permission(self, request: HttpRequest, obj: ShopOrder | None = None) -> bool:
        """Let nobody add to what a customer has ordered."""
        return False

    @admin.display(description="Refund")
    def refunded(self, line: Line) -> str:
        """Say what became of the line's refund, if there is one."""
        refund = latest_refund(line)
        return told_of(refund) if refund else "-"

    @admin.display(description="Refund")
    def refund(self, line: Line) -> str:
        """Say the same, and link to the page that asks whether the line's money is to be given back."""
        if not is_refundable(line):
            return self.refunded(line)
        address = reverse("admin:shop_line_refund", args=[line.order_id, line.pk])
        link = format_html('<a href="{}">Refund this item…</a>', address)
        return format_html("{}<br>{}", self.refunded(line), link) if latest_refund(line) else link


@admin.register(ShopOrder)
class ShopOrderAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # not generic when the code runs
    """Show what customers ordered, whether it is paid, and what was given back."""

    list_display = ("number", "created_at", "paid_at", "flowwise")
    list_select_related = ("flowwise_order",)
    exclude = ("flowwise_order",)
    readonly_fields = ("paid_at", "flowwise")
    inlines = (LineInline,)

    @admin.display(description="Flowwise order")
    def flowwise(self, order: ShopOrder) -> str:
        """Link to the Flowwise order."""
        if order.flowwise_order is None:
            return "-"
        address = reverse("admin:django_flowwise_order_change", args=[order.flowwise_order.pk])
        return format_html('<a href="{}">{}</a>', address, order.flowwise_order.get_state_display())

    def get_urls(self) -> list[URLPattern]:
        """Put the page of a refund before Django's own, which take any path.

        Outside ATOMIC_REQUESTS, because no request may be made while a transaction is open.
        """
        view = transaction.non_atomic_requests(self.admin_site.admin_view(self.refund_view))
        return [path("<int:pk>/lines/<int:line_pk>/refund/", view, name="shop_line_refund"), *super().get_urls()]

    def refund_view(self, request: HttpRequest, pk: int, line_pk: int) -> HttpResponse:
        """Ask whether a line's money is to be given back, then do it, and say what came of it."""
        line = get_object_or_404(Line.objects.select_related("order", "product"), pk=line_pk, order=pk)
        if not (self.has_view_permission(request, line.order) and may_refund(request)):
            raise PermissionDenied
        if request.method == "POST":
            self._refund(request, line)
        elif is_refundable(line):
            context = {**self.admin_site.each_context(request), "opts": self.opts, "line": line}
            amount = money(line.total, CURRENCY)
            context |= {"amount": amount, "refund": latest_refund(line), "title": f"Refund {amount}"}
            return TemplateResponse(request, "admin/shop/shoporder/refund.html", context)
        return redirect("admin:shop_shoporder_change", line.order.pk)

    def _refund(self, request: HttpRequest, line: Line) -> None:
        try:
            refund = refund_line(line)
        except PROBLEMS as problem:
            self.message_user(request, f"{line} was not refunded: {explain(problem)}", messages.ERROR)
            return
        self.log_change(request, line.order, f"Refunded {line}: {refund.refund_id}.")
        self.message_user(request, f"{line}: {told_of(refund)}", messages.SUCCESS)


def may_refund(request: HttpRequest) -> bool:
    """Tell whether this person may give money back."""
    return request.user.has_perm("django_flowwise.refund_payment")


def told_of(refund: Refund) -> str:
    """Say what became of a refund, as staff read it."""
    return f"{money(refund.refund_amount, refund.refund_currency)}, {_TOLD[RefundState(refund.state)]}"


_TOLD = {
    RefundState.DRAFT: "not sent: ask for it again",
    RefundState.SUBMITTING: "being sent",
    RefundState.UNCONFIRMED: "not known whether Flowwise has it: ask for it again",
    RefundState.REFUSED: "refused by Flowwise",
    RefundState.PENDING: "pending at Flowwise",
    RefundState.ACCEPTED: "accepted by Flowwise",
    RefundState.FAILED: "failed at Flowwise",
}


@admin.register(Order)
class FlowwiseOrderAdmin(OrderAdmin):
    """Add a link to the shop's order to the package's own admin."""

    readonly_fields: ClassVar[tuple[str, ...]] = (*OrderAdmin.readonly_fields, "shop_order")

    def get_fieldsets(self, request: HttpRequest, obj: Order | None = None) -> Any:
        """Put the link on top."""
        fieldsets = super().get_fieldsets(request, obj)
        return fieldsets if obj is None else [(None, {"fields": ["shop_order"]}), *fieldsets]
