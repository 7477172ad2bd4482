"""The addresses of the browser views."""

from __future__ import annotations

import uuid

import pytest
from django.urls import resolve, reverse

KEY = uuid.UUID("00000000-0000-4000-8000-000000000001")


@pytest.mark.parametrize(
    ("name", "path", "view"),
    [
        ("checkout", f"/flowwise/checkout/{KEY}/", "CheckoutView"),
        ("continue", f"/flowwise/checkout/{KEY}/continue/", "ContinueView"),
        ("return", f"/flowwise/return/{KEY}/", "PaymentReturnView"),
    ],
)
def test_urls__are_by_key(name: str, path: str, view: str) -> None:
    assert reverse(f"django_flowwise:{name}", args=[KEY]) == path
    assert resolve(path).func.view_class.__name__ == view
