"""The shop's own tests, with pytest."""

from __future__ import annotations

from decimal import Decimal
from urllib.parse import urlsplit

import pytest
from books.models import Book, Purchase

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    return Book.objects.create(title="A Suitable Boy", price=Decimal("799.00"))


def test_a_reader_buys_and_sends_it_back(client, book, flowwise_emulator, flowwise_signals):
    response = client.post(f"/books/{book.pk}/buy/", {"email": "reader@example.com"})
    purchase = Purchase.objects.get()
    order = purchase.flowwise_order
    checkout = client.get(response["Location"])
    assert checkout["Refresh"] == f"0;url={flowwise_emulator.url}/checkout/{order.order_id}"
    assert purchase.sent_at is None

    flowwise_emulator.pay(order.order_id)
    client.get(urlsplit(flowwise_emulator.sent[order.order_id]["return_base_url"]).path, follow=True)
    purchase.refresh_from_db()
    assert purchase.sent_at

    assert client.post(f"/purchases/{purchase.pk}/give-back/").status_code == 204
    purchase.refresh_from_db()
    assert purchase.refunded == book.price
    assert flowwise_signals.of(order) == ["order_active", "order_paid", "refund_settled"]


@pytest.mark.parametrize("fault", ["status_503", "reset_before_accept", "status_400"])
def test_an_order_is_not_lost(client, book, flowwise_emulator, fault):
    flowwise_emulator.fail_all(fault)
    response = client.post(f"/books/{book.pk}/buy/", {"email": "reader@example.com"})
    assert response["Location"] == Purchase.objects.get().flowwise_order.get_absolute_url()
    assert client.get(response["Location"]).status_code in {200, 503}


def test_without_a_socket(client, book, flowwise_responses):
    flowwise_responses.create_order()
    client.post(f"/books/{book.pk}/buy/", {"email": "reader@example.com"})
    assert Purchase.objects.get().flowwise_order.state == "ACTIVE"
    assert flowwise_responses.requests[0].sent["order_amount"] == book.price


def test_paid_orders_have_a_payment(flowwise_order):
    assert flowwise_order(state="PAID").payments.get().payment_amount == Decimal("2299.50")
