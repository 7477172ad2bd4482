"""What is asked for about payments and refunds, and that no card's data gets that far."""

from __future__ import annotations

import json
import pickle
from decimal import Decimal
from typing import Any

import pytest

from django_flowwise import wire
from tests.factories import vendor_body

PAN = "4111111111111111"
"""The number of a test card."""


def test_payment__is_the_documented_one() -> None:
    documented = vendor_body("create_payment_request")
    request = wire.CreatePaymentRequest(**documented)
    assert json.loads(wire.encode(request)) == documented
    assert wire.encode(wire.CreatePaymentRequest("wallet", {})) == (
        b'{"payment_method":"wallet","payment_method_details":{}}'
    )


@pytest.mark.parametrize("method", ["card", "CARD", " card", "cardless_emi"])
def test_payment__by_card_is_refused_with_the_reason(method: str) -> None:
    with pytest.raises(wire.CardDataRefused, match=r"PCI DSS.*hosted checkout") as caught:
        wire.CreatePaymentRequest(method, {"number": PAN})
    assert PAN not in f"{caught.value!r}"
    assert isinstance(caught.value, ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)  # noqa: S301  # our own


@pytest.mark.parametrize("method", ["", "UPI", "nb", "cc", "upi ", "emi"])
def test_payment__by_a_method_that_is_not_documented(method: str) -> None:
    with pytest.raises(ValueError, match="none of netbanking, upi, wallet") as caught:
        wire.CreatePaymentRequest(method, {})
    assert type(caught.value) is ValueError


@pytest.mark.parametrize("method", ["upi", "netbanking", "wallet"])
@pytest.mark.parametrize(
    "key",
    [
        "card_number",
        "cardNumber",
        "CARD-HOLDER-NAME",
        "creditCard",
        "debit card",
        "c.a.r.d",
        "\uff43\uff41\uff52\uff44",
        "cvv",
        "CVV2",
        "card_cvv",
        "cvc",
        "cvcCode",
        "cvn",
        "csc",
        "security_code",
        "pan",
        "PAN",
        "panNumber",
        "customerPan",
        "PANNumber",
        "pannumber",
        "cc",
        "cc_number",
        "exp",
        "expiry",
        "expiration",
        "exp_mm",
        "expiry_yy",
        "expMonth",
        "expyear",
        "expiry-date",
        "expirationMonth",
        "expires_year",
    ],
)
def test_payment__with_a_key_that_speaks_of_a_card_is_refused_at_any_depth(method: str, key: str) -> None:
    for details in ({key: PAN}, {"a": {"b": [{"c": 1}, {key: PAN}]}}, {"a": [[{key: {}}]]}, {"a": ({key: None},)}):
        with pytest.raises(wire.CardDataRefused) as caught:
            wire.CreatePaymentRequest(method, details)
        assert PAN not in str(caught.value)


@pytest.mark.parametrize(
    "key",
    [
        "upi_id",
        "vpa",
        "channel",
        "app_name",
        "netbanking_bank_code",
        "wallet_paytm",
        "phone",
        "company",
        "account_number",
        "japan",
        "expiry_time",
        "expires_at",
        "expire_in_minutes",
        "description",
        "experiment",
        "2",
        "भाषा",
    ],
)
def test_payment__with_any_other_key_is_made(key: str) -> None:
    details = {key: {key: [key]}}
    assert wire.CreatePaymentRequest("upi", details).payment_method_details == details


@pytest.mark.parametrize(
    "details",
    [
        {"a": object()},
        {"a": {1: 2}},
        {"a": float("nan")},
        {"a": Decimal("Infinity")},
        {"a": "\ud800"},
        {"a": "x" * 20_000},
        {"a": {"card_number"}},
    ],
    ids=lambda details: type(details["a"]).__name__,  # the same in every process that shares the run
)
def test_payment__with_details_that_are_no_moderate_json(details: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"^the ") as caught:
        wire.CreatePaymentRequest("upi", details)
    assert "card_number" not in str(caught.value)


def test_payment__keeps_its_details_apart_and_exact() -> None:
    details: dict[str, Any] = {"deep": {"amount": Decimal("0.12345678901234567890")}}
    request = wire.CreatePaymentRequest("upi", details)
    details["deep"]["card_number"] = PAN
    assert wire.encode(request).endswith(b':{"deep":{"amount":0.12345678901234567890}}}')


def test_payment__shows_nothing_and_its_details_are_private() -> None:
    details = {"vpa": "priya@paytm", "deep": [{"phone": 9876543210}, ("x", 1.5), True, None, ""]}
    request = wire.CreatePaymentRequest("upi", details, "https://mystore.com/payment-success")
    assert repr(request) == "<CreatePaymentRequest>"
    assert request.private_texts() == ("priya@paytm", "9876543210", "x", "1.5")


@pytest.mark.parametrize("action", ["CAPTURE", "VOID"])
def test_authorize__sends_both_fields(action: str) -> None:
    request = wire.AuthorizePaymentRequest(action, Decimal("2299.50"))
    assert wire.encode(request) == b'{"action":"%s","capture_amount":2299.50}' % action.encode()
    assert request.private_texts() == ()


@pytest.mark.parametrize("action", ["", "capture", "REFUND"])
def test_authorize__by_an_action_that_is_not_documented(action: str) -> None:
    with pytest.raises(ValueError, match="CAPTURE or VOID"):
        wire.AuthorizePaymentRequest(action, Decimal(1))


def test_refund__sends_its_type_though_it_is_the_default() -> None:
    assert wire.encode(wire.RefundRequest("r", Decimal("1149.75"))) == (
        b'{"refund_id":"r","refund_amount":1149.75,"refund_type":"MERCHANT_INITIATED"}'
    )
    assert wire.encode(wire.RefundRequest("r", Decimal(1), "AUTO_REFUND", "wrong size")).endswith(
        b'"refund_type":"AUTO_REFUND","refund_note":"wrong size"}'
    )


def test_refund__shows_no_note() -> None:
    request = wire.RefundRequest("r", Decimal(1), refund_note="for Priya")
    assert repr(request) == "<RefundRequest r>"
    assert request.private_texts() == ("for Priya",)
    assert wire.RefundRequest("r", Decimal(1)).private_texts() == ()


@pytest.mark.parametrize(
    "details",
    [
        {"number": "4111111111111111"},
        {"number": 4111111111111111},
        {"vpa": "4111 1111 1111 1111"},
        {"debit": {"list": ["x", "5555-5555-5555-4444"]}},
        {"primary_account_number": "x"},
        {"ccnumber": "x"},
        {"dc_number": "x"},
        {"track2": "x"},
        {"valid_thru": "x"},
    ],
)
def test_card__is_known_by_its_number_and_by_other_names(details: Any) -> None:
    with pytest.raises(wire.CardDataRefused) as refusal:
        wire.CreatePaymentRequest("upi", details)
    assert "4111" not in str(refusal.value)


@pytest.mark.parametrize("value", ["4111111111111112", "919876543210", "priya@bank", "41111111111111111111", ""])
def test_card__no_other_value_is_taken_for_one(value: str) -> None:
    assert wire.CreatePaymentRequest("upi", {"vpa": value}).payment_method_details == {"vpa": value}
