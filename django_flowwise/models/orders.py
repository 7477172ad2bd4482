"""Order: its rules in the database, and what it tells about itself."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, router
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from django_flowwise.exceptions import AmountNotRepresentable
from django_flowwise.models.fields import FORGOTTEN, live_key_of
from django_flowwise.models.querysets import OrderManager
from django_flowwise.models.transitions import OrderTransitions
from django_flowwise.money import amount_in, is_currency
from django_flowwise.states import IN_DOUBT, OrderState


class Order(OrderTransitions):
    """One order at Flowwise, from the draft on."""

    objects = OrderManager()

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering = ["-id"]
        permissions = [
            ("submit_order", "Can create orders at Flowwise"),
            ("settle_order", "Can settle orders that need attention"),
            ("refund_payment", "Can refund payments"),
            ("capture_payment", "Can capture and void payments"),
        ]
        indexes = [
            models.Index(fields=["state", "claim_expires_at"], name="flowwise_order_state"),
            models.Index(fields=["account", "reference"], name="flowwise_order_reference"),
            models.Index(fields=["signal_due"], name="flowwise_order_signal_due"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["account", "order_id"], name="flowwise_order_id_unique"),
            models.CheckConstraint(condition=Q(order_amount__gt=0), name="flowwise_order_amount_positive"),
            models.CheckConstraint(
                condition=Q(order_currency__regex=r"^[A-Z][A-Z][A-Z]$"), name="flowwise_order_currency_code"
            ),
            models.CheckConstraint(condition=Q(state__in=OrderState.values), name="flowwise_order_state_known"),
            models.CheckConstraint(
                condition=~Q(state=OrderState.ACTIVE, checkout_url=""),
                name="flowwise_order_active_has_checkout",
            ),
            models.CheckConstraint(
                # Paid after its withdrawal, an order may find its reference taken.
                condition=Q(state__in=(OrderState.PAID, OrderState.REVERSED))
                | Q(state=OrderState.WITHDRAWN, live_key=None)
                | (~Q(state=OrderState.WITHDRAWN) & ~Q(live_key=None)),
                name="flowwise_order_live_key_fits_state",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} ({self.order_id})"

    def __repr__(self) -> str:
        return f"<Order {self.pk} {self.order_id} {self.state}>"

    def get_absolute_url(self) -> str:
        """Give the address, on the shop's own host, that leads the customer to the checkout."""
        return reverse("django_flowwise:checkout", args=[self.key])

    def clean(self) -> None:
        """Bring the amount to the currency's digits, or refuse it."""
        super().clean()
        self._hold_reference()
        amount: Decimal | None = self.order_amount  # as a form that was left empty leaves it
        if amount is None or not is_currency(self.order_currency):
            return  # the fields' own validators say so
        try:
            self.order_amount = amount_in(self.order_currency, amount)
        except AmountNotRepresentable as error:
            raise ValidationError({"order_amount": str(error)}) from error

    def save(self, **kwargs: Any) -> None:
        """Save as Django does; a new order takes its reference's one live place."""
        self._hold_reference()
        super().save(**kwargs)

    @classmethod
    def mark_forgotten(cls, pks: Collection[int], *, before: datetime.datetime, moment: datetime.datetime) -> int:
        """Forget whose these orders were, and say how many; one that is not over, or has changed since, is spared.

        One guarded UPDATE, as every move; the caller opens the transaction.
        """
        orders = cls.objects.using(router.db_for_write(cls)).filter(pk__in=pks)
        return orders.forgettable(before).update(updated_at=moment, **FORGOTTEN)

    def _hold_reference(self) -> None:
        if self._state.adding and self.state != OrderState.WITHDRAWN:
            self.live_key = live_key_of(self.account, self.reference)

    @property
    def is_in_doubt(self) -> bool:
        """Whether Flowwise may have the order, though we hold no usable answer."""
        return self.state in IN_DOUBT

    @property
    def is_forgotten(self) -> bool:
        """Whether the customer has been forgotten: an order is never made without the customer's key."""
        return not self.customer_id
