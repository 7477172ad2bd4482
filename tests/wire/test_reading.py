"""How an answer is read: as documented, and where it is anything else."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest

from django_flowwise import wire
from tests.factories import vendor_body, vendor_bytes

ORDER_ID = "order_summer_fashion_001"
REFUND_ID = "refund_summer_fashion_001_size_issue"
CUSTOMER_ID = "cust_priya_sharma_2024"


def test_order__is_read_as_documented() -> None:
    snapshot = wire.read_order(vendor_bytes("create_order_answer"), ORDER_ID)
    documented = vendor_body("create_order_answer")
    for name in wire.OrderSnapshot.__struct_fields__:
        value = getattr(snapshot, name)
        expected = documented[name]
        if isinstance(value, datetime.datetime):
            assert value == datetime.datetime.fromisoformat(expected)
            assert value.tzinfo is not None
        else:
            assert value == expected


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"<html>",
        b"{}",
        b'{"order_id":"other"}',
        b'{"order_id":null}',
        b'{"order_id":1}',
        b"\xff\xfe",
        b'{"order_id":"\xff"}',
        b"[" * 100_000,
    ],
)
def test_order__that_is_not_ours_or_no_object(body: bytes) -> None:
    with pytest.raises(wire.UnreadableAnswer) as caught:
        wire.read_order(body, ORDER_ID)
    assert "html" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("order_status", 1),
        ("order_status", "x" * 65),
        ("order_status", "A\u0000B"),
        ("project_id", ["p"]),
        ("checkout_url", {}),
        ("order_hash", "x" * 4097),
        ("order_expiry_time", "soon"),
        ("order_expiry_time", "2024-12-03T14:30:00"),
        ("order_expiry_time", "9999-12-31T23:59:59Z"),
        ("added_on", "0001-01-01T00:00:00Z"),
        ("added_on", 5),
    ],
)
def test_order__a_field_that_does_not_fit_is_absent_and_named(
    name: str, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    body = json.dumps({**json.loads(vendor_bytes("create_order_answer")), name: value, "unheard_of": 1})
    snapshot = wire.read_order(body.encode(), ORDER_ID)
    assert getattr(snapshot, name) is None
    others = set(wire.OrderSnapshot.__struct_fields__) - {name}
    assert all(getattr(snapshot, other) is not None for other in others)
    assert f"field={name}" in caplog.text


def test_payments__are_read_as_documented() -> None:
    payments = wire.read_payments(vendor_bytes("list_payments_answer"), ORDER_ID)
    assert [payment.word for payment in payments] == ["SUCCESS", "FAILED"]
    assert payments[0].payment_amount == Decimal("2299.5")
    assert payments[0].payment_currency == "INR"
    assert payments[1].capture_amount == 0


@pytest.mark.parametrize("body", [b"{}", b"null", b"[1]", b'["x"]', b"[", b"\xff"])
def test_payments__that_are_no_array_of_objects(body: bytes) -> None:
    with pytest.raises(wire.UnreadableAnswer):
        wire.read_payments(body, "o")


def test_payments__of_another_order_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    body = b'[{"order_id":"o","status":"SUCCESS"},{"order_id":"p","status":"SUCCESS"},{"payment_status":"FAILED"}]'
    assert [payment.word for payment in wire.read_payments(body, "o")] == ["SUCCESS", "FAILED"]
    assert "count=1" in caplog.text


@pytest.mark.parametrize("amount", ["-1", "1e30", "0.00001", "true", '"NaN"', "null"])
def test_payments__an_amount_that_does_not_fit_is_absent(amount: str) -> None:
    body = f'[{{"status":"SUCCESS","payment_amount":{amount},"capture_amount":5}}]'.encode()
    [payment] = wire.read_payments(body, "o")
    assert (payment.payment_amount, payment.capture_amount, payment.word) == (None, 5, "SUCCESS")


def test_payments__amounts_never_pass_through_a_float() -> None:
    [payment] = wire.read_payments(b'[{"payment_amount":12345678901.2345}]', "o")
    assert payment.payment_amount == Decimal("12345678901.2345")
    assert payment.word == ""


@pytest.mark.parametrize(
    ("body", "message", "code"),
    [
        (
            b'{"message":"no","code":"order_amount_missing","type":"validation_error"}',
            "no",
            "order_amount_missing",
        ),
        (b'{"message":"no","code":"<b>"}', "no", None),
        (b'{"message":5,"code":"x"}', None, "x"),
        (b"<html>", None, None),
        (b"", None, None),
    ],
)
def test_error__is_read_as_far_as_it_goes(body: bytes, message: str | None, code: str | None) -> None:
    answer = wire.read_error(body)
    assert (answer.message, answer.code) == (message, code)


@pytest.mark.parametrize("spoilt", ["order_status", "a_field_that_nobody_has_documented"])
def test_order__half_a_character_pair_spoils_its_own_field_alone(spoilt: str) -> None:
    body = b'{"order_id":"o","order_hash":"h","%s":"\\ud800"}' % spoilt.encode()
    snapshot = wire.read_order(body, "o")
    assert (snapshot.order_hash, snapshot.order_status) == ("h", None)


@pytest.mark.parametrize(
    "capture_status", [b'{"s":"AUTHORISED"}', b"5", b'["VOIDED"]', b'"%s"' % (b"x" * 65), b'"\\ud800"']
)
def test_payments__a_capture_word_that_cannot_be_read_speaks_against_the_payment(capture_status: bytes) -> None:
    body = b'[{"order_id":"o","status":"SUCCESS","payment_amount":5.10,"capture_status":%s}]' % capture_status
    [payment] = wire.read_payments(body, "o")
    assert (payment.capture_status, payment.payment_amount) == ("UNREADABLE", Decimal("5.10"))


def test_payments__a_status_that_cannot_be_read_is_not_replaced_by_the_other_name() -> None:
    [payment] = wire.read_payments(b'[{"status":7,"payment_status":"SUCCESS"}]', "o")
    assert payment.word == "UNREADABLE"


def test_reprs__hold_no_customers_data() -> None:
    name = "Priya Sharma"
    order = wire.OrderSnapshot(order_id="o", order_status="ACTIVE", customer_email="priya@example.com")
    payment = wire.PaymentSnapshot(payment_id="p", status="SUCCESS", payload=name, gateway_details={"payer": name})
    refund = wire.RefundSnapshot(refund_id="r", refund_status="PENDING", refund_note=name, refund_message=name)
    customer = wire.CustomerSnapshot(id="c", customer_id=name, name=name, status="ACTIVE")
    assert repr(order) == "<OrderSnapshot o ACTIVE>"
    assert repr(payment) == "<PaymentSnapshot p SUCCESS>"
    assert repr(refund) == "<RefundSnapshot r PENDING>"
    assert repr(customer) == "<CustomerSnapshot ACTIVE>"


READERS = {
    "get_payment_answer": lambda body: wire.read_payment(body, payment_id="pay_summer_fashion_001_upi"),
    "create_payment_answer": lambda body: wire.read_payment(body, order_id=ORDER_ID),
    "refund_answer": lambda body: wire.read_refund(body, REFUND_ID),
    "update_customer_answer": lambda body: wire.read_customer(body, CUSTOMER_ID),
}
KEYS = {
    "get_payment_answer": "payment_id",
    "create_payment_answer": "payment_id",
    "refund_answer": "refund_id",
    "update_customer_answer": "customer_id",
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "body", [b"", b"null", b"[]", b"[{}]", b'"text"', b"{", b"<html>", b"{}", b"\xff\xfe", b"[" * 99_999]
)
def test_answer__that_is_no_object(name: str, body: bytes) -> None:
    with pytest.raises(wire.UnreadableAnswer) as caught:
        READERS[name](body)
    assert "html" not in str(caught.value)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("key", ["", None, 5, [], {}, "x" * 4097, "NUL\x00"])
def test_answer__without_the_key_that_was_asked_for(name: str, key: Any) -> None:
    body = json.dumps({**json.loads(vendor_bytes(name)), KEYS[name]: key}).encode()
    with pytest.raises(wire.UnreadableAnswer) as caught:
        READERS[name](body)
    assert KEYS[name] in str(caught.value)


@pytest.mark.parametrize("name", [name for name in READERS if name != "create_payment_answer"])
def test_answer__of_another(name: str) -> None:
    body = json.dumps({**json.loads(vendor_bytes(name)), KEYS[name]: "another"}).encode()
    with pytest.raises(wire.UnreadableAnswer) as caught:
        READERS[name](body)
    assert "another" not in str(caught.value)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize(
    "misfit", [True, 12, 1.5, [], ["x"], "x" * 70_000, "NUL\x00", {"x": "NUL\x00"}, "\ud800", "\\"]
)
def test_answer__a_field_that_does_not_fit_is_absent_and_named(
    name: str, misfit: Any, caplog: pytest.LogCaptureFixture
) -> None:
    documented = json.loads(vendor_bytes(name))
    whole = READERS[name](vendor_bytes(name))
    for field in documented.keys() - {KEYS[name]}:
        if fits(field, misfit):
            continue
        caplog.clear()
        snapshot = READERS[name](json.dumps({**documented, field: misfit}).encode())
        assert getattr(snapshot, field) == ("UNREADABLE" if field.endswith("status") else None)
        assert f"field={field}" in caplog.text
        others = documented.keys() - {field, SPOKEN_AGAINST.get(field, field)}
        assert all(getattr(snapshot, other) == getattr(whole, other) is not None for other in others)


SPOKEN_AGAINST = {"capture_amount": "capture_status"}


@pytest.mark.parametrize("said", ['"1.000,00"', "1000.12345", "-5", '"INR 1000"', "true", "1e99"])
def test_payments__of_which_nobody_can_read_what_was_captured(said: str) -> None:
    """Absent, it would speak for the payment."""
    words = '"status": "SUCCESS", "capture_status": "SUCCESS", "payment_amount": 2299.5'
    (snapshot,) = wire.read_payments(f'[{{"payment_id": "p", {words}, "capture_amount": {said}}}]'.encode(), "o")
    assert (snapshot.capture_status, snapshot.capture_amount) == ("UNREADABLE", None)
    assert (snapshot.status, snapshot.payment_amount) == ("SUCCESS", Decimal("2299.5"))


def test_payments__of_which_nothing_is_said_of_what_was_captured() -> None:
    for said in ('"capture_amount": null', '"payment_method": "upi"'):
        (snapshot,) = wire.read_payments(
            f'[{{"payment_id": "p", "capture_status": "SUCCESS", {said}}}]'.encode(), "o"
        )
        assert (snapshot.capture_status, snapshot.capture_amount) == ("SUCCESS", None)


def fits(field: str, value: Any) -> bool:
    is_plain_text = value == "\\"
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if field.endswith("amount"):
        return is_number
    return is_plain_text and not field.endswith(("_on", "_time", "_details"))


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({}, ""),
        ({"status": None, "payment_status": "FAILED"}, "FAILED"),
        ({"status": "FAILED"}, "FAILED"),
        ({"status": "NEVER_HEARD_OF"}, "NEVER_HEARD_OF"),
        ({"status": "SUCCESS", "payment_status": "SUCCESS"}, "SUCCESS"),
        ({"status": "SUCCESS", "payment_status": "FAILED"}, "UNREADABLE"),
        ({"status": "", "payment_status": "SUCCESS"}, "UNREADABLE"),
        ({"status": "SUCCESS", "payment_status": ["SUCCESS"]}, "UNREADABLE"),
    ],
)
def test_payment__its_word_is_believed_where_both_names_agree(said: dict[str, Any], word: str) -> None:
    assert wire.read_payment(json.dumps({"payment_id": "p", **said}).encode()).word == word


@pytest.mark.parametrize("named", [None, 5, "o"])
def test_payment__that_names_no_other_order(named: Any) -> None:
    body = json.dumps({"payment_id": "p", "order_id": named}).encode()
    assert wire.read_payment(body, payment_id="p", order_id="o").payment_id == "p"


@pytest.mark.parametrize("named", ["", "another"])
def test_payment__that_names_another_order(named: str) -> None:
    body = json.dumps({"payment_id": "p", "order_id": named}).encode()
    with pytest.raises(wire.UnreadableAnswer, match="another order_id"):
        wire.read_payment(body, payment_id="p", order_id="o")


@pytest.mark.parametrize(
    ("said", "order_id"),
    [
        ({"order_id ": "o"}, "o"),
        ({"order_id": None, "order_id ": "o"}, "o"),
        ({"order_id": "plain", "order_id ": "o"}, "plain"),
        ({"order_id": 5, "order_id ": "o"}, None),
        ({"order_id ": 5}, None),
        ({"order_id ": None}, None),
        ({" order_id": "o"}, None),
        ({}, None),
    ],
)
def test_refund__its_order_may_be_under_a_name_with_a_space(said: dict[str, Any], order_id: str | None) -> None:
    refund = wire.read_refund(json.dumps({"refund_id": "r", "refund_status": "PENDING", **said}).encode(), "r")
    assert (refund.order_id, refund.refund_status) == (order_id, "PENDING")


@pytest.mark.parametrize(
    "said", [{"payment_id": "another"}, {"order_id": "another"}, {"order_id ": "another"}, {"payment_id": ""}]
)
def test_refund__of_another_payment_or_order(said: dict[str, str]) -> None:
    body = json.dumps({"refund_id": "r", **said}).encode()
    with pytest.raises(wire.UnreadableAnswer, match="names another"):
        wire.read_refund(body, "r", payment_id="p", order_id="o")


def test_refund__that_names_neither_payment_nor_order_is_ours() -> None:
    assert wire.read_refund(b'{"refund_id":"r"}', "r", payment_id="p", order_id="o").refund_id == "r"


@pytest.mark.parametrize(
    "amount", ["-1", "1e30", "0.00001", "true", '"NaN"', "NaN", "1e99999999999999999999", "9" * 5000]
)
def test_refund__an_amount_that_does_not_fit_is_absent(amount: str) -> None:
    body = b'{"refund_id":"r","refund_amount":%s,"refund_status":"SUCCESS"}' % amount.encode()
    refund = wire.read_refund(body, "r")
    assert (refund.refund_amount, refund.refund_status) == (None, "SUCCESS")


def test_refund__its_amount_never_passes_through_a_float() -> None:
    refund = wire.read_refund(b'{"refund_id":"r","refund_amount":12345678901.2345}', "r")
    assert refund.refund_amount == Decimal("12345678901.2345")


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2024-12-03T14:30:00"])
def test_moments__that_nobody_can_count_from_are_absent(moment: str) -> None:
    body = json.dumps({"payment_id": "p", "customer_id": "c", "payment_time": moment, "added_on": moment}).encode()
    assert wire.read_payment(body).payment_time is None
    assert wire.read_customer(body, "c").added_on is None


@pytest.mark.parametrize("spoilt", [False, True])
@pytest.mark.parametrize(
    ("details", "kept"),
    [
        ("{}", {}),
        (
            '{"fee":12.50,"n":9007199254740993,"on":true,"x":null}',
            {"fee": 12.5, "n": 9007199254740993, "on": True, "x": None},
        ),
        ('{"deep":[{"rate":0.1}]}', {"deep": [{"rate": 0.1}]}),
        ('{"fee":0.12345678901234567890}', {"fee": "0.12345678901234567890"}),
        ('{"n":123456789012345678901234567890}', {"n": "123456789012345678901234567890"}),
        ('{"n":1e400}', {"n": "1E+400"}),
        ('{"n":1e99999999999999999999}', None),
        ("[]", None),
        ('"text"', None),
        ('{"a":"NUL\\u0000"}', None),
        ('{"NUL\\u0000":1}', None),
        ("null", None),
    ],
)
def test_gateway_details__are_kept_as_a_column_keeps_them(spoilt: bool, details: str, kept: Any) -> None:
    """Read whole or, because another field does not fit, field by field: it comes to the same."""
    body = '{"payment_id":"p","refund_id":"r","status":"SUCCESS","gateway_details":%s,"payment_method":%s}'
    written = (body % (details, "5" if spoilt else '"upi"')).encode()
    for snapshot in (wire.read_payment(written), wire.read_refund(written, "r")):
        assert snapshot.gateway_details == kept
        assert json.dumps(snapshot.gateway_details) == json.dumps(kept)
    assert wire.read_payment(written).word == "SUCCESS"


@pytest.mark.parametrize("number", ["NaN", "9" * 5000, '"\\ud800"'])
def test_gateway_details__with_what_is_no_json_are_absent(number: str) -> None:
    body = b'{"payment_id":"p","status":"SUCCESS","gateway_details":{"n":%s}}' % number.encode()
    payment = wire.read_payment(body)
    assert (payment.gateway_details, payment.word) == (None, "SUCCESS")
