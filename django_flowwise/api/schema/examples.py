"""Answers as they look; the tests provoke each of them and compare."""

from __future__ import annotations

from typing import Any

ORDER_KEY = "0b9f4c1e-6a57-4c52-9a3b-3d2f4a1c7e10"
ORDER_ID = "order_7d1c0e2f9f1a4d0c8f6c1a2b3c4d5e6f"
PAYMENT_ID = "5114915190391"
_SHOP = "https://shop.example"
ORDER_ADDRESS = f"{_SHOP}/api/flowwise/orders/{ORDER_KEY}/"
_MOMENT = "2026-11-24T10:00:00Z"
_LATER = "2026-11-24T10:00:02Z"

DRAFT: dict[str, Any] = {
    "key": ORDER_KEY,
    "url": ORDER_ADDRESS,
    "account": "default",
    "reference": "INV-2026-0001",
    "state": "DRAFT",
    "order_id": ORDER_ID,
    "order_amount": "2299.50",
    "order_currency": "INR",
    "amount_paid": "0.00",
    "amount_refunded": "0.00",
    "customer_id": "cust_priya_sharma_2024",
    "customer_email": "",
    "customer_phone": "",
    "customer_address": "",
    "payment_methods": "",
    "expiry_time_in_minutes": None,
    "order_note": "",
    "order_tags": {},
    "return_base_url": "",
    "project_id": "",
    "order_status": "",
    "checkout_url": "",
    "order_hash": "",
    "order_expiry_time": None,
    "added_on": None,
    "attention": [],
    "error_code": "",
    "error_message": "",
    "created_at": _MOMENT,
    "updated_at": _MOMENT,
    "submitted_at": None,
    "paid_at": None,
    "checked_at": None,
    "next_check_at": None,
    "links": {
        "checkout": f"{_SHOP}/flowwise/checkout/{ORDER_KEY}/",
        "payments": f"{ORDER_ADDRESS}payments/",
        "refunds": f"{ORDER_ADDRESS}refunds/",
        "superseded_by": None,
    },
}
_SUBMITTED: dict[str, Any] = {
    **DRAFT,
    "reference": "INV-2026-0002",
    "customer_email": "priya.sharma@example.com",
    "customer_phone": "+919876543210",
    "payment_methods": "cc,upi",
    "expiry_time_in_minutes": 120,
    "order_tags": {"source": "app"},
    "updated_at": _LATER,
}
ACTIVE = {
    **_SUBMITTED,
    "state": "ACTIVE",
    "project_id": "proj_example",
    "order_status": "ACTIVE",
    "checkout_url": f"https://payments.flowwise.com/checkout/{ORDER_ID}",
    "order_hash": "0123456789abcdef0123456789abcdef",
    "order_expiry_time": "2026-11-24T12:00:02Z",
    "added_on": _LATER,
    "submitted_at": _LATER,
    "next_check_at": "2026-11-24T10:01:02Z",
}
UNCONFIRMED = {
    **_SUBMITTED,
    "state": "UNCONFIRMED",
    "error_code": "no_answer",
    "error_message": f"Whether Flowwise did it is unknown. (create_order, {ORDER_ID}: ConnectionError)",
    "next_check_at": "2026-11-24T10:00:32Z",
}
PAID = {
    **ACTIVE,
    "state": "PAID",
    "order_status": "PAID",
    "amount_paid": "2299.50",
    "paid_at": "2026-11-24T10:03:00Z",
    "updated_at": "2026-11-24T10:03:00Z",
    "checked_at": "2026-11-24T10:03:00Z",
    "next_check_at": "2026-11-24T11:03:00Z",
}
ORDER_PAGE = {"next": None, "previous": None, "results": [ACTIVE]}
PAYMENTS: dict[str, Any] = {
    "results": [
        {
            "payment_id": PAYMENT_ID,
            "status": "SUCCESS",
            "is_successful": True,
            "is_held": False,
            "payment_amount": "2299.50",
            "payment_currency": "INR",
            "payment_method": "upi",
            "capture_status": "SUCCESS",
            "capture_amount": "2299.50",
            "amount_captured": "2299.50",
            "capture_action": "",
            "gateway_details": {"auth_id": "AUTH_3", "processor_ref": "CF12345", "utr": "4114915190391"},
            "payment_time": None,
            "checked_at": "2026-11-24T10:03:00Z",
        }
    ]
}
ACCEPTED: dict[str, Any] = {
    "refund_id": "RET-2",
    "payment_id": PAYMENT_ID,
    "state": "ACCEPTED",
    "refund_amount": "1149.75",
    "refund_currency": "INR",
    "refund_type": "MERCHANT_INITIATED",
    "refund_note": "One of two came back.",
    "refund_status": "SUCCESS",
    "gateway_details": {"refund_reference_id": "RFD12345", "refund_utr": "REF12345"},
    "error_code": "",
    "error_message": "",
    "created_at": "2026-11-25T10:00:00Z",
    "settled_at": "2026-11-25T10:00:01Z",
    "checked_at": "2026-11-25T10:00:00Z",
    "next_check_at": "2026-11-26T10:00:01Z",
}
REFUNDS = {"results": [ACCEPTED]}
REFUND_IN_DOUBT = {
    **ACCEPTED,
    "state": "UNCONFIRMED",
    "refund_status": "",
    "gateway_details": {},
    "error_code": "no_answer",
    "error_message": f"Whether Flowwise did it is unknown. (refund_payment, {PAYMENT_ID}, RET-2: ConnectionError)",
    "settled_at": None,
    "checked_at": None,
    "next_check_at": "2026-11-25T10:00:31Z",
}
