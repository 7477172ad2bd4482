"""What the shop keeps: products, and orders with their lines."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.db import models
from django.urls import reverse

from django_flowwise.models import Order

CURRENCY = "INR"


class Product(models.Model):
    """Something to buy."""

    name = models.CharField(max_length=100)
    description = models.TextField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    picture = models.CharField(max_length=100, help_text="A file below static/.")

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class ShopOrder(models.Model):
    """What a customer ordered; the Flowwise order that collects the money stands beside it."""

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField(max_length=100)
    email = models.EmailField()
    phone = models.CharField(max_length=32)
    address = models.CharField(max_length=500)
    created_at = models.DateTimeField(auto_now_add=True)
    paid_at = models.DateTimeField(null=True, blank=True)
    flowwise_order = models.OneToOneField(Order, models.PROTECT, null=True, blank=True, related_name="shop_order")

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        """Give the customer's page about this order."""
        return reverse("shop:order", args=[self.key])

    @property
    def number(self) -> str:
        """The order's number, as customers and staff read it."""
        return f"SHOP-{self.pk:06}"

    @property
    def reference(self) -> str:
        """The order's reference at Flowwise, which nobody can take by typing the next number."""
        return f"{self.number}-{self.key.hex[:12]}"

    @property
    def refund_prefix(self) -> str:
        """What the refund_id of every refund of an item begins with; 40 characters hold all of it."""
        return f"item-{self.key.hex[:12]}"

    @property
    def total(self) -> Decimal:
        """The sum of the lines."""
        return sum((line.total for line in self.lines.all()), Decimal(0))


class Line(models.Model):
    """One product of an order, at the price of that day."""

    order = models.ForeignKey(ShopOrder, models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, models.PROTECT)
    quantity = models.PositiveIntegerField()
    price = models.DecimalField(max_digits=10, decimal_places=2)
    refunded_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.quantity} x {self.product}"

    @property
    def total(self) -> Decimal:
        """Quantity times price."""
        return self.quantity * self.price

    @property
    def refund_prefix(self) -> str:
        """What the refund_id of each refund of this line begins with; a number follows."""
        return f"{self.order.refund_prefix}-{self.pk}-"
