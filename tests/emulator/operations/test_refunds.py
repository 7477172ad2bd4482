"""The operations on refunds answer as documented, and say no by the name of what is wrong."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
import requests

from django_flowwise.emulator import Emulator
from tests.emulator.conftest import ORDER_ID, REFUND_ID, REFUND_REQUEST, Call, exact, verdict

Create = Callable[..., requests.Response]
Behave = Callable[..., None]
Refund = Callable[..., requests.Response]

REFUND_FIELDS = [
    "payment_id",
    "order_id",
    "refund_id",
    "refund_amount",
    "refund_status",
    "refund_type",
    "refund_note",
    "refund_message",
    "gateway_details",
]


@pytest.fixture
def refund(call: Call, paid: str) -> Refund:
    """Refund the paid payment; changes replace fields of the body."""
    return lambda **changes: call("POST", f"/payments/{paid}", REFUND_REQUEST, **changes)


@pytest.fixture
def refund_order(call: Call, create: Create, behave: Behave) -> Refund:
    """Create the order and allow it several payments; then refund it by its order_id."""
    behave(second_payment_allowed=True)
    create()
    return lambda **changes: call("POST", f"/orders/{ORDER_ID}/refunds", REFUND_REQUEST, **changes)


def test_refund_payment__the_documented_example(emulator: Emulator, call: Call, refund: Refund, paid: str) -> None:
    response = refund()
    made = exact(response)
    assert response.status_code == 200
    assert list(made) == REFUND_FIELDS
    assert (made["payment_id"], made["order_id"], made["refund_id"]) == (paid, ORDER_ID, REFUND_ID)
    assert made["refund_amount"] == Decimal("1149.75")
    assert (made["refund_status"], made["refund_type"]) == ("SUCCESS", "MERCHANT_INITIATED")
    assert made["refund_note"] == "Size issue"
    assert "business days" in made["refund_message"]
    assert list(made["gateway_details"]) == ["refund_reference_id", "refund_utr"]
    assert None not in made["gateway_details"].values()
    assert exact(call("GET", f"/refunds/{REFUND_ID}")) == made
    assert emulator.refunds == {REFUND_ID: made}
    assert emulator.payments[ORDER_ID][0]["status"] == "SUCCESS"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"refund_id": ...}, "refund_id_missing"),
        ({"refund_amount": ...}, "refund_amount_missing"),
        ({"refund_type": ...}, "refund_type_missing"),
        ({"refund_id": ""}, "refund_id_value_invalid"),
        ({"refund_id": 7}, "refund_id_value_invalid"),
        ({"refund_amount": "5"}, "refund_amount_value_invalid"),
        ({"refund_amount": 0}, "refund_amount_value_invalid"),
        ({"refund_type": "CUSTOMER_INITIATED"}, "refund_type_value_invalid"),
        ({"refund_note": 7}, "refund_note_value_invalid"),
        ({"refund_currency": "INR"}, "refund_currency_unsupported"),
    ],
)
@pytest.mark.parametrize("by", ["payment", "order"])
def test_refund__refuses_by_name(
    emulator: Emulator, call: Call, paid: str, by: str, changes: dict[str, Any], code: str
) -> None:
    path = f"/payments/{paid}" if by == "payment" else f"/orders/{ORDER_ID}/refunds"
    assert verdict(call("POST", path, REFUND_REQUEST, **changes)) == (400, code)
    assert emulator.refunds == {}


def test_refund_payment__further_types_and_other_ids_as_assumed(refund: Refund, behave: Behave) -> None:
    behave(known_refund_types=("CUSTOMER_INITIATED",), refund_id_pattern="[a-z]+")
    assert refund(refund_id="abc", refund_type="CUSTOMER_INITIATED").status_code == 200
    assert refund(refund_id="abc_", refund_type="CUSTOMER_INITIATED").json()["code"] == "refund_id_value_invalid"


@pytest.mark.parametrize(("choice", "says", "note"), [("left_out", set(), False), ("null", {"refund_note"}, True)])
def test_refund_payment__without_note(
    refund: Refund, behave: Behave, choice: str, says: set[str], note: bool
) -> None:
    behave(absent_fields=choice)
    made = refund(refund_note=...).json()
    assert {name for name in made if made[name] is None} == says
    assert ("refund_note" in made) is note


@pytest.mark.parametrize("choice", ["409", "400"])
def test_repeated_refund_id__refused(emulator: Emulator, refund: Refund, behave: Behave, choice: str) -> None:
    behave(repeated_refund_id=choice)
    refund()
    assert verdict(refund(refund_amount=1)) == (int(choice), "refund_already_exists")
    assert emulator.refunds[REFUND_ID]["refund_amount"] == Decimal("1149.75")


def test_repeated_refund_id__same(refund: Refund, behave: Behave) -> None:
    behave(repeated_refund_id="same")
    assert refund().json() == refund(refund_amount=1).json()
    assert refund(refund_id="r2").status_code == 200


def test_repeated_refund_id__second(emulator: Emulator, refund: Refund, behave: Behave) -> None:
    behave(repeated_refund_id="second")
    references = {refund().json()["gateway_details"]["refund_reference_id"] for _ in range(2)}
    assert len(references) == 2
    assert len(emulator.refunds) == 1
    assert verdict(refund(refund_amount=1)) == (400, "refund_amount_value_invalid")


@pytest.mark.parametrize(("status", "utr"), [("SUCCESS", True), ("PENDING", False), ("FAILED", False)])
def test_refund_status__as_assumed(refund: Refund, behave: Behave, status: str, utr: bool) -> None:
    behave(refund_status=status)
    made = refund().json()
    assert made["refund_status"] == status
    assert bool(made["gateway_details"]["refund_utr"]) is utr


def test_refund_order_id_key__with_a_blank(call: Call, refund: Refund, behave: Behave) -> None:
    behave(refund_order_id_key="order_id ")
    refund()
    read = call("GET", f"/refunds/{REFUND_ID}").json()
    assert read["order_id "] == ORDER_ID
    assert "order_id" not in read


def test_refund_payment__unknown(call: Call, behave: Behave) -> None:
    assert verdict(call("POST", "/payments/none", REFUND_REQUEST)) == (404, "payment_not_found")
    behave(unknown_payment_status=400)
    assert call("POST", "/payments/none", REFUND_REQUEST).status_code == 400


def test_get_refund__unknown(call: Call, behave: Behave) -> None:
    assert verdict(call("GET", "/refunds/none")) == (404, "refund_not_found")
    behave(unknown_refund_status=400)
    assert call("GET", "/refunds/none").status_code == 400


@pytest.mark.parametrize("state", ["fail", "drop", "start_payment", "authorise", "reverse"])
def test_refund_payment__of_one_without_money(
    emulator: Emulator, call: Call, create: Create, behave: Behave, state: str
) -> None:
    create()
    subject = emulator.pay(ORDER_ID)["payment_id"] if state == "reverse" else ORDER_ID
    payment_id = getattr(emulator, state)(subject)["payment_id"]
    assert verdict(call("POST", f"/payments/{payment_id}", REFUND_REQUEST)) == (400, "payment_unsupported")
    behave(unrefundable_payment_status=409)
    assert call("POST", f"/orders/{ORDER_ID}/refunds", REFUND_REQUEST).status_code == 409
    assert emulator.refunds == {}


def test_over_refund__is_refused(emulator: Emulator, refund: Refund, behave: Behave) -> None:
    assert refund(refund_amount=2299.51).json()["code"] == "refund_amount_value_invalid"
    assert refund(refund_id="r1").status_code == 200
    behave(over_refund_status=422)
    assert refund(refund_id="r2", refund_amount=1149.76).status_code == 422
    assert refund(refund_id="r3").status_code == 200
    assert list(emulator.refunds) == ["r1", "r3"]


def test_over_refund__can_be_assumed(refund: Refund, behave: Behave) -> None:
    behave(refuses_over_refund=False)
    assert refund(refund_amount=5000).status_code == 200


@pytest.mark.parametrize(("status", "expected"), [("FAILED", 200), ("PENDING", 400), ("SUCCESS", 400)])
def test_over_refund__failed_ones_do_not_count(refund: Refund, behave: Behave, status: str, expected: int) -> None:
    behave(refund_status=status)
    refund(refund_id="r1", refund_amount=2299.5)
    assert refund(refund_id="r2").status_code == expected
    behave(counted_refund_statuses=("SUCCESS", "PENDING", "FAILED"))
    assert refund(refund_id="r3", refund_amount=2299.5).status_code == 400


def test_refund_payment__of_what_was_captured(emulator: Emulator, call: Call, create: Create) -> None:
    create()
    payment_id = emulator.authorise(ORDER_ID)["payment_id"]
    body = {"action": "CAPTURE", "capture_amount": 1000}
    call("POST", f"/orders/{ORDER_ID}/payments/{payment_id}/authorize", body)
    assert call("POST", f"/payments/{payment_id}", REFUND_REQUEST).status_code == 400
    assert call("POST", f"/payments/{payment_id}", REFUND_REQUEST, refund_amount=1000).status_code == 200


def test_refunded_payment_status__as_assumed(
    emulator: Emulator, refund: Refund, behave: Behave, call: Call, paid: str
) -> None:
    behave(refunded_payment_status="REFUNDED")
    refund(refund_id="r1")
    assert call("GET", f"/payments/{paid}").json()["status"] == "SUCCESS"
    behave(refund_status="PENDING")
    refund(refund_id="r2")
    assert call("GET", f"/payments/{paid}").json()["status"] == "SUCCESS"
    emulator.settle_refund("r2")
    assert call("GET", f"/payments/{paid}").json()["status"] == "REFUNDED"
    assert refund(refund_id="r3", refund_amount=1).status_code == 400


def test_refund_order__the_documented_example(emulator: Emulator, refund_order: Refund) -> None:
    payment_id = emulator.pay(ORDER_ID)["payment_id"]
    response = refund_order()
    assert response.status_code == 200
    assert list(response.json()) == REFUND_FIELDS
    assert (response.json()["payment_id"], response.json()["order_id"]) == (payment_id, ORDER_ID)
    assert verdict(refund_order()) == (409, "refund_already_exists")


@pytest.mark.parametrize(("choice", "number"), [("oldest", 0), ("newest", 1)])
def test_refund_order__takes_as_assumed(
    emulator: Emulator, refund_order: Refund, behave: Behave, choice: str, number: int
) -> None:
    behave(order_refund_takes=choice)
    emulator.fail(ORDER_ID)
    paid = [emulator.pay(ORDER_ID)["payment_id"] for _ in range(2)]
    emulator.fail(ORDER_ID)
    assert refund_order(refund_amount=2299.5).json()["payment_id"] == paid[number]
    assert refund_order(refund_id="r2", refund_amount=2299.5).json()["payment_id"] == paid[1 - number]
    assert verdict(refund_order(refund_id="r3")) == (400, "refund_amount_value_invalid")


def test_refund_order__refused_where_several_could_be_meant(
    emulator: Emulator, refund_order: Refund, behave: Behave
) -> None:
    behave(order_refund_takes="refused", ambiguous_refund_status=409)
    emulator.pay(ORDER_ID, amount=5)
    emulator.pay(ORDER_ID)
    assert verdict(refund_order(refund_amount=5)) == (409, "order_unsupported")
    assert refund_order().status_code == 200


def test_refund_order__unknown_or_unpaid(call: Call, refund_order: Refund, behave: Behave) -> None:
    assert verdict(refund_order()) == (400, "payment_unsupported")
    behave(unknown_order_status=410)
    assert verdict(call("POST", "/orders/nobody/refunds", REFUND_REQUEST)) == (410, "order_not_found")
