"""How staff see an order."""

from __future__ import annotations

from django_flowwise.admin.columns import masked_email, masked_phone


def test_masks__show_enough_to_recognize() -> None:
    assert masked_email("priya.sharma@example.com") == "p…a@example.com"
    assert masked_email("ann@example.com") == "a…n@example.com"
    assert masked_email("a@b.in") == "…@b.in"
    assert masked_email("ab@b.in") == "…@b.in"
    assert masked_email("") == ""
    assert masked_phone("+919876543210") == "+91…3210"
    assert masked_phone("123") == ""
