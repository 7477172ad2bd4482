"""A book, and somebody's wish to have it."""

from __future__ import annotations

from django.db import models


class Book(models.Model):
    title = models.CharField(max_length=100)
    price = models.DecimalField(max_digits=10, decimal_places=2)

    def __str__(self) -> str:
        return self.title


class Purchase(models.Model):
    """Our own order, beside the one that django-flowwise keeps of its payment."""

    book = models.ForeignKey(Book, on_delete=models.PROTECT)
    email = models.EmailField()
    flowwise_order = models.OneToOneField(
        "django_flowwise.Order", on_delete=models.PROTECT, null=True, related_name="purchase"
    )
    sent_at = models.DateTimeField(null=True)
    refunded = models.DecimalField(max_digits=10, decimal_places=2, default=0)

    def __str__(self) -> str:
        return f"P-{self.pk}"
