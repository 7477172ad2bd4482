"""How staff see an order: its columns in the list and its read-only fields on its page."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timeuntil
from django.utils.translation import gettext_lazy as _

from django_flowwise import services
from django_flowwise.addresses import may_receive_customers
from django_flowwise.admin.generics import OrderModelAdmin
from django_flowwise.admin.reasons import as_list, attention_texts, note_texts, reason_labels
from django_flowwise.conf import get_account
from django_flowwise.exceptions import FlowwiseConfigurationError
from django_flowwise.models import Order
from django_flowwise.states import OrderState
from django_flowwise.templatetags.flowwise import money

NOTHING = "-"
"""What stands in an empty cell."""


class OrderColumns(OrderModelAdmin):
    """Give the order's admin its columns."""

    @admin.display(description=_("state"), ordering="state")
    def state_badge(self, order: Order) -> SafeString:
        """Show the state by word and by colour, and whether a person must look."""
        badge = badge_of(order)
        if not order.attention:
            return badge
        return format_html(
            '{} <span class="flowwise-badge flowwise-attention" title="{}">{}</span>',
            badge,
            reason_labels(order),
            _("needs a person"),
        )

    @admin.display(description=_("amount"), ordering="order_amount")
    def amount(self, order: Order) -> str:
        """Show the amount as people here read it."""
        return money(order.order_amount, order.order_currency)

    @admin.display(description=_("paid"))
    def paid(self, order: Order) -> str:
        """Show what has come in."""
        return money(order.amount_paid, order.order_currency) if order.amount_paid else NOTHING

    @admin.display(description=_("customer"))
    def masked_customer(self, order: Order) -> str:
        """Show enough of the customer to recognize, and not more."""
        return masked_email(order.customer_email) or masked_phone(order.customer_phone) or order.customer_id

    @admin.display(description=_("checkout"))
    def checkout_link(self, order: Order) -> SafeString | str:
        """Link to the checkout where the order can be paid."""
        if not _is_payable(order):
            return NOTHING
        return format_html(
            '<a href="{}" rel="noreferrer">{}<span class="visually-hidden"> {}</span></a>',
            order.checkout_url,
            _("Open"),
            order.reference,
        )

    @admin.display(description=_("expires in"), ordering="order_expiry_time")
    def expires_in(self, order: Order) -> Any:
        """Say how long an active order can still be paid."""
        if order.state != OrderState.ACTIVE or order.order_expiry_time is None:
            return NOTHING
        return _("expired") if services.is_past_expiry(order) else timeuntil(order.order_expiry_time, depth=1)

    @admin.display(description=_("checkout link"))
    def copyable_checkout(self, order: Order) -> SafeString | str:
        """Show the checkout URL so that it can be selected, or copied by a button."""
        if not _is_payable(order):
            return NOTHING
        return format_html(
            '<input class="flowwise-copy vLargeTextField" readonly value="{}" aria-label="{}"'
            ' data-copy="{}" data-copied="{}" data-selected="{}">',
            order.checkout_url,
            _("Checkout link"),
            _("Copy"),
            _("Copied"),
            _("Selected: copy it with your keyboard"),
        )

    @admin.display(description=_("needs attention"))
    def attention_list(self, order: Order) -> SafeString | str:
        """List why a person must look, what was seen, and when."""
        return as_list(attention_texts(order)) if order.attention else NOTHING

    @admin.display(description=_("settlement notes"))
    def note_list(self, order: Order) -> SafeString | str:
        """List what persons have found and decided, and what that settled."""
        if not order.settlement_notes:
            return NOTHING
        entries = (
            format_html(
                "<li>{}{}</li>", note, format_html('<br><span class="help">{}</span>', settled) if settled else ""
            )
            for note, settled in note_texts(order)
        )
        return format_html("<ul>{}</ul>", format_html_join("", "{}", ((entry,) for entry in entries)))

    @admin.display(description=_("replaced by"))
    def successor(self, order: Order) -> SafeString | str:
        """Link to the order that took this one's place."""
        if order.superseded_by is None:
            return NOTHING
        address = reverse("admin:django_flowwise_order_change", args=[order.superseded_by.pk])
        return format_html('<a href="{}">{}</a>', address, order.superseded_by)


def badge_of(order: Order) -> SafeString:
    """Show the state by word and by colour."""
    label = OrderState(order.state).label
    return format_html('<span class="flowwise-badge flowwise-{}">{}</span>', order.state.lower(), label)


def masked_email(address: str) -> str:
    """Write an e-mail address so that staff recognize it, and a glance over a shoulder learns little."""
    name, at, host = address.rpartition("@")
    shown = f"{name[0]}…{name[-1]}" if len(name) > 2 else "…"
    return f"{shown}{at}{host}" if at else ""


def masked_phone(number: str) -> str:
    """Write a telephone number by its beginning and its end."""
    return f"{number[:3]}…{number[-4:]}" if len(number) > 7 else ""


def _is_payable(order: Order) -> bool:
    """Tell whether the order's customer may be sent to the checkout that was stored."""
    if order.state != OrderState.ACTIVE:
        return False
    try:
        return may_receive_customers(order.checkout_url, hosts=get_account(order.account).checkout_hosts)
    except FlowwiseConfigurationError:
        return False
