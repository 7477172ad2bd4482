from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from books.models import Book, Purchase
from django_flowwise import services
from django_flowwise.exceptions import FlowwiseError


@require_POST
@transaction.non_atomic_requests
def buy(request: HttpRequest, pk: int) -> HttpResponse:
    book = get_object_or_404(Book, pk=pk)
    purchase = Purchase.objects.create(book=book, email=request.POST["email"])
    order = services.create_order(
        reference=str(purchase),
        order_amount=book.price,
        order_currency="INR",
        customer_id=f"reader-{purchase.pk}",
        customer_email=purchase.email,
    )
    purchase.flowwise_order = order
    purchase.save()
    try:
        services.submit_order(order)
    except FlowwiseError:
        return redirect(order)
    return redirect("django_flowwise:continue", key=order.key)


@require_POST
@transaction.non_atomic_requests
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    purchase = get_object_or_404(Purchase, pk=pk)
    payment = purchase.flowwise_order.payments.get(status="SUCCESS")
    services.refund_payment(payment, note="sent back", refund_id=f"{purchase}-back")
    return HttpResponse(status=204)
