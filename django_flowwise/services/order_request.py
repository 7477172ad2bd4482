"""What an order says to Flowwise: the Create Order request made from its columns."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.urls import NoReverseMatch, reverse
from msgspec import UNSET

from django_flowwise.conf import Account
from django_flowwise.exceptions import AmountNotRepresentable, FlowwiseConfigurationError
from django_flowwise.models import Order
from django_flowwise.money import amount_in
from django_flowwise.wire import CreateOrderRequest, CustomerDetails, encode


def order_request(order: Order, account: Account) -> CreateOrderRequest:
    """Make the request, and prove that it can be written; what is empty is left out.

    Raises:
        ValidationError: a column holds what cannot be sent; the text names it.
        FlowwiseConfigurationError: RETURN_ORIGIN is set, but our return view has no address.
    """
    try:
        amount = amount_in(order.order_currency, order.order_amount)
    except AmountNotRepresentable as error:
        raise ValidationError({"order_amount": str(error)}) from error
    request = CreateOrderRequest(
        order_id=order.order_id,
        order_amount=amount,
        order_currency=order.order_currency,
        customer_details=CustomerDetails(
            customer_email=order.customer_email or UNSET,
            customer_phone=order.customer_phone or UNSET,
            customer_address=order.customer_address or UNSET,
            customer_id=order.customer_id or UNSET,
        ),
        payment_methods=order.payment_methods or UNSET,
        expiry_time_in_minutes=order.expiry_time_in_minutes or UNSET,
        order_note=order.order_note or UNSET,
        order_tags=order.order_tags or UNSET,
        return_base_url=order.return_base_url or _own_return_address(order, account) or UNSET,
    )
    if not _can_be_written(request):
        raise ValidationError("The order holds text or tags that JSON cannot carry; correct it before it is sent.")
    return request


def _can_be_written(request: CreateOrderRequest) -> bool:
    # What is caught here repeats the text that cannot be written, so it is nobody's cause.
    try:
        encode(request)
    except (UnicodeEncodeError, TypeError):
        return False
    return True


def _own_return_address(order: Order, account: Account) -> str:
    if not account.return_origin:
        return ""
    try:
        return account.return_origin + reverse("django_flowwise:return", args=[order.key])
    except NoReverseMatch as error:
        raise FlowwiseConfigurationError(
            "RETURN_ORIGIN is set, but the package's return page has no address: include django_flowwise.urls in"
            " your URLs, or pass return_base_url with each order."
        ) from error
