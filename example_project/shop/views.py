"""The shop's pages: catalogue, basket, checkout, and the customer's own order."""

from __future__ import annotations

import logging
import uuid
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from django_flowwise import services
from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order
from django_flowwise.views import PaymentReturnView
from example_project.shop.basket import Basket
from example_project.shop.forms import CheckoutForm
from example_project.shop.models import CURRENCY, Product, ShopOrder
from example_project.shop.ordering import TotalChanged, order_of, take_order
from example_project.shop.refunding import items_of, other_refunds_of
from example_project.shop.standing import standing_of

logger = logging.getLogger(__name__)


def page(request: HttpRequest, template: str, *, status: int = 200, **context: Any) -> HttpResponse:
    """Show one of the shop's templates, with the basket on top."""
    shared = {"basket": Basket(request), "currency": CURRENCY}
    return render(request, f"shop/{template}.html", {**shared, **context}, status=status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Say what to do when a form came without its token: Django's own page breaks the strict policy."""
    return page(request, "csrf_failure", status=403)


@require_GET
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show what there is."""
    return page(request, "catalogue", products=Product.objects.all())


@require_POST
def add_to_basket(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a product into the basket."""
    Basket(request).add(get_object_or_404(Product, pk=pk))
    return redirect("shop:basket")


@require_POST
def remove_from_basket(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a product out of the basket."""
    Basket(request).remove(get_object_or_404(Product, pk=pk))
    return redirect("shop:basket")


@require_GET
def show_basket(request: HttpRequest) -> HttpResponse:
    """Show what was chosen."""
    return page(request, "basket")


@transaction.non_atomic_requests
@require_http_methods(["GET", "POST"])
def checkout(request: HttpRequest) -> HttpResponse:
    """Ask for the address; then save the order, create it at Flowwise, and send the customer there.

    Outside ATOMIC_REQUESTS, because no request may be made while a transaction is open.
    """
    basket = Basket(request)
    form = CheckoutForm(request.POST or None, initial={"key": basket.key, "total": basket.total})
    taken = order_of(form.cleaned_data.get("key")) if form.is_bound and form.is_valid() else None
    if taken:  # sent twice: the basket may be empty by now
        return pay(taken) if taken.total == form.cleaned_data["total"] else redirect(taken)
    if not len(basket):
        return redirect("shop:basket")
    if not form.is_valid():
        return page(request, "checkout", form=form, status=422 if form.is_bound else 200)
    typed = form.cleaned_data
    try:
        order = take_order(basket, typed["key"], form.save(commit=False), shown_total=typed["total"])
    except TotalChanged:
        shown_again = CheckoutForm({**request.POST.dict(), "total": str(basket.total)})
        shown_again.add_error(None, "The basket has changed. Look at what it costs now before you pay.")
        return page(request, "checkout", form=shown_again, status=422)
    basket.clear(typed)
    return pay(order)


@require_GET
@never_cache
def one_click(request: HttpRequest) -> HttpResponse:
    """Show the same form with a script that sends it to ``BuyView``; without it, the form goes to ``checkout``.

    Loaded again after an order that could not be paid yet, it leads there.
    """
    basket = Basket(request)
    if not len(basket):
        order = order_of(basket.ordered)
        return redirect(order if order and not order.paid_at else "shop:basket")
    initial = {**basket.address, "key": basket.key, "total": basket.total}
    return page(request, "one_click", form=CheckoutForm(initial=initial))


def pay(order: ShopOrder) -> HttpResponse:
    """Send the customer to the checkout by a page of our own; where that fails, to the order: it is not lost."""
    try:
        flowwise_order = services.submit_order(Order.objects.get(shop_order=order))
    except FlowwiseError as error:
        logger.warning("payment_not_ready order=%s error=%s", order.number, type(error).__name__)
        return redirect(order)
    return redirect("django_flowwise:continue", key=flowwise_order.key)


@require_GET
@never_cache
def show_order(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Show how an order stands, and what of its money is on its way back, to whoever knows its key."""
    order = get_object_or_404(ShopOrder.objects.select_related("flowwise_order"), key=key)
    standing, refunds = standing_of(order), other_refunds_of(order)
    return page(request, "order", order=order, standing=standing, items=items_of(order), refunds=refunds)


class ShopReturnView(PaymentReturnView):
    """Take a customer whose payment is proven on to the shop's own page."""

    def paid(self, order: Order) -> HttpResponse:
        """Show the shop's order, where there is one."""
        shop_order = ShopOrder.objects.filter(flowwise_order=order).first()
        return redirect(shop_order) if shop_order else super().paid(order)
