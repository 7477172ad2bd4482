"""The shop's own tests, with nothing but Django: `python manage.py test`."""

from __future__ import annotations

from books.models import Book, Purchase
from django.test import TestCase

from django_flowwise import services
from django_flowwise.testing import flowwise_emulator, flowwise_signals


class BuyingTest(TestCase):
    def setUp(self):
        self.emulator = self.enterContext(flowwise_emulator())
        self.signals = self.enterContext(flowwise_signals())

    def test_a_reader_buys(self):
        book = Book.objects.create(title="The Shadow Lines", price=350)
        self.client.post(f"/books/{book.pk}/buy/", {"email": "reader@example.com"})
        order = Purchase.objects.get().flowwise_order
        self.emulator.pay(order.order_id)
        services.refresh_order(order)
        self.assertEqual(self.signals.of(order), ["order_active", "order_paid"])
        self.assertIsNotNone(Purchase.objects.get().sent_at)
