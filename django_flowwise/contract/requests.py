"""The requests of one walk: all of it made up, and some of it wrong on purpose.

Source of the values: examples of the pages below
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (read 2026-11-24).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from django_flowwise.wire import CreatePaymentRequest, CustomerRequest, encode

CUSTOMER: Final = ("contract@example.com", "+919876543210", "123 Connaught Place, New Delhi, Delhi 110001, India")
_DECADE_MINUTES: Final = 10 * 366 * 24 * 60


class MadeUp:
    """Write the bodies of one walk; every id in them begins with its own."""

    amount: Final = Decimal("12.50")
    """Major units of INR; what the order costs."""

    def __init__(self, own_id: str) -> None:
        self._id = own_id

    def order(self, suffix: str = "", /, **other: Any) -> bytes:
        """Write a documented order, but for the fields that are given; None leaves one out.

        Not by the wire's own request, which writes no order that is wrong.
        """
        email, phone, address = CUSTOMER
        customer = {
            "customer_id": self._id,
            "customer_email": email,
            "customer_phone": phone,
            "customer_address": address,
        }
        order = {
            "order_id": f"{self._id}{suffix}",
            "order_amount": float(self.amount),
            "order_currency": "INR",
            "customer_details": customer,
            "expiry_time_in_minutes": 30,
            **other,
        }
        return json.dumps({name: value for name, value in order.items() if value is not None}).encode()

    def odd_orders(self) -> Iterator[tuple[str, bytes]]:
        """Give orders that are odd in one point each, by the name of their step."""
        yield "a field that is not documented", self.order("-f", order_number="1")
        yield "a customer with nothing but an id", self.order("-p", customer_details={"customer_id": self._id})
        yield "three decimals", self.order("-d", order_amount=1.005)
        yield "an amount of one paisa", self.order("-z", order_amount=0.01)
        yield "an amount of a thousand crore", self.order("-l", order_amount=10**10)
        yield "a currency of no country", self.order("-c", order_currency="XXX")
        yield "an order_id with a blank", self.order(" b")
        yield "a tag that is a number", self.order("-t", order_tags={"contract": 1})
        yield "no minutes to live", self.order("-m", expiry_time_in_minutes=0)
        yield "more minutes than ten years have", self.order("-y", expiry_time_in_minutes=_DECADE_MINUTES)
        yield "a return address of an app", self.order("-s", return_base_url="contract://paid")

    def payment_by_upi(self) -> bytes:
        """Write a payment with the details that the documented example has."""
        details = {"upi_id": "contract@example", "app_name": "PhonePe"}
        return encode(CreatePaymentRequest(payment_method="upi", payment_method_details=details))

    def customer(self) -> bytes:
        """Write a customer with every documented field."""
        email, phone, address = CUSTOMER
        return encode(
            CustomerRequest(
                customer_id=self._id, scope="PROJECT", name="Contract", email=email, phone=phone, address=address
            )
        )

    def bare_customer(self, suffix: str = "") -> bytes:
        """Write a customer with the required fields alone."""
        return encode(CustomerRequest(customer_id=f"{self._id}{suffix}", scope="PROJECT"))
