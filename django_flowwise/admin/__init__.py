"""Orders in Django's admin. It words what the services report, and decides nothing itself."""

from __future__ import annotations

import dataclasses
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from django_flowwise import services
from django_flowwise.admin.acts import CREATE, Act, offered_acts
from django_flowwise.admin.changelist import AccountFilter, AttentionFilter, CappedPaginator
from django_flowwise.admin.forms import OrderForm
from django_flowwise.admin.history import Trace
from django_flowwise.admin.in_doubt import OrdersInDoubt
from django_flowwise.admin.payment_overview import overview_of
from django_flowwise.admin.payment_pages import PaymentPages
from django_flowwise.admin.wording import PROBLEMS, explain, level_of, tell
from django_flowwise.models import Order
from django_flowwise.states import CORRECTABLE
from django_flowwise.validators import undocumented_payment_methods

SAVE_AND_CREATE = "_create_at_flowwise"
"""Name of the button that saves and then creates at Flowwise."""

_REFUSED = "flowwise_correction_refused"


@admin.register(Order)
class OrderAdmin(PaymentPages, OrdersInDoubt):
    """Show orders, take new ones, and offer what can be done to them."""

    form = OrderForm
    actions = ["create_at_flowwise"]
    list_display = (
        "reference",
        "state_badge",
        "amount",
        "masked_customer",
        "checkout_link",
        "expires_in",
        "created_at",
    )
    list_filter = ("state", AccountFilter, AttentionFilter, "created_at")
    search_fields = ("order_id__exact", "reference__startswith", "customer_email__iexact")
    search_help_text = _("Order ID or e-mail address in full, or the beginning of a reference")
    ordering = ("-id",)
    list_per_page = 50
    paginator = CappedPaginator
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    change_list_template = "admin/django_flowwise/order/change_list.html"
    change_form_template = "admin/django_flowwise/order/change_form.html"
    readonly_fields: ClassVar[tuple[str, ...]] = (
        "state_badge",
        "attention_list",
        "note_list",
        "error_code",
        "error_message",
        "attempts",
        "checked_at",
        "next_check_at",
        "successor",
        "amount",
        "paid",
        "paid_at",
        "created_at",
        "updated_at",
        "submitted_at",
        "copyable_checkout",
        "order_status",
        "order_hash",
        "project_id",
        "order_expiry_time",
        "added_on",
        "base_url",
        "key",
    )

    class Media:
        css = {"all": ["django_flowwise/admin/orders.css"]}
        js = ["django_flowwise/admin/copy.js"]

    def get_fieldsets(self, request: HttpRequest, obj: Order | None = None) -> Any:
        """Group a page by who says what: we ask, Flowwise says, we believe."""
        fields: tuple[str, ...] = OrderForm.Meta.fields
        if obj is not None and obj.state not in CORRECTABLE:
            fields = tuple(
                "amount" if name == "order_amount" else name for name in fields if name != "order_currency"
            )
        asked = (_("What we ask for"), {"fields": fields})
        if obj is None:
            return [asked]
        believed = ("state_badge", "attention_list", "error_code", "error_message", "paid", "paid_at")
        kept = ("attempts", "checked_at", "next_check_at", "successor", "note_list", "created_at", "updated_at")
        said = ("copyable_checkout", "order_status", "order_expiry_time", "added_on", "project_id", "order_hash")
        return [
            (_("What we believe"), {"fields": believed}),
            (_("What Flowwise says"), {"fields": said}),
            asked,
            (_("What we keep"), {"fields": (*kept, "submitted_at", "base_url", "key"), "classes": ["collapse"]}),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Order | None = None) -> Any:
        """Keep the account and the reference of an order that is there."""
        return self.readonly_fields if obj is None else (*self.readonly_fields, "account", "reference")

    def has_change_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """Let what has been sent only be read."""
        return super().has_change_permission(request, obj) and (obj is None or obj.state in CORRECTABLE)

    def has_delete_permission(self, request: HttpRequest, obj: Order | None = None) -> bool:
        """Let only drafts be deleted that were never sent: anything else may be at Flowwise."""
        return obj is not None and obj.attempts == 0 and super().has_delete_permission(request, obj)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """Offer the buttons that fit, and show the order's money."""
        order = context.get("original")
        may_save = order is None or self.has_change_permission(request, order)
        context |= {
            "acts": _labelled(offered_acts(request, order), beside_a_form=may_save) if order else [],
            "money": overview_of(request, order) if order else None,
            "money_place": _place_of_money(context["adminform"].fieldsets),
            "save_and_create": SAVE_AND_CREATE if may_save and self.has_submit_permission(request) else "",
        }
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Order, form: ModelForm[Order], change: bool) -> None:
        """Save or correct an order by the services' rules; create it at Flowwise after the commit if asked."""
        if undocumented := undocumented_payment_methods(obj.payment_methods):
            codes = ", ".join(undocumented)
            messages.warning(
                request,
                gettext("Flowwise documents no payment method %(codes)s, and may refuse it.") % {"codes": codes},
            )
        order = obj
        if change:
            order = Order.objects.get(pk=obj.pk)
            try:
                services.correct_order(order, **{name: getattr(obj, name) for name in form.changed_data})
            except PROBLEMS as error:
                setattr(request, _REFUSED, True)
                tell(request, order, level_of(error), explain(error, order))
                return
            obj.order_id = order.order_id  # what Django says of the change names it
        else:
            super().save_model(request, obj, form, change)
        if SAVE_AND_CREATE in request.POST and self.has_submit_permission(request):
            before = Trace.of(order)
            services.submit_after_commit(
                order, lambda order, problem: self.record(request, CREATE, before, [order], problem)
            )

    def response_add(self, request: HttpRequest, obj: Order, post_url_continue: str | None = None) -> HttpResponse:
        """Show the order's page where it is being created at Flowwise."""
        if SAVE_AND_CREATE in request.POST:
            return self._to_page(obj)
        return super().response_add(request, obj, post_url_continue)

    def log_change(self, request: HttpRequest, obj: Order, message: Any) -> Any:
        """Write into the history what was changed, if it was."""
        return None if hasattr(request, _REFUSED) else super().log_change(request, obj, message)

    def response_change(self, request: HttpRequest, obj: Order) -> HttpResponse:
        """Show the order's page where it could not be changed, or is being created at Flowwise."""
        if hasattr(request, _REFUSED) or SAVE_AND_CREATE in request.POST:
            return self._to_page(obj)
        return super().response_change(request, obj)

    def _to_page(self, order: Order) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:django_flowwise_order_change", args=[order.pk]))


def _place_of_money(fieldsets: Any) -> int:
    """Say behind which group of fields the money comes: the one with the state, whatever a shop has added."""
    has_state = ["state_badge" in options["fields"] for _name, options in fieldsets]
    return has_state.index(True) if True in has_state else 0


def _labelled(acts: list[Act], *, beside_a_form: bool) -> list[Act]:
    """Let the button say that it leaves aside what has been typed into the form and not been saved."""
    as_saved = dataclasses.replace(CREATE, label=_("Create at Flowwise as saved"))
    return [as_saved if beside_a_form and act is CREATE else act for act in acts]
