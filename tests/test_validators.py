"""What the fields of an order may hold, with texts for the person who typed it."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils.functional import Promise

from django_flowwise import validators

GOOD = [
    (validators.validate_order_id, "order_summer_fashion_001"),
    (validators.validate_order_id, "A-1"),
    (validators.validate_order_id, "x" * 45),
    (validators.validate_phone, "+919876543210"),
    (validators.validate_phone, "9876543210"),
    (validators.validate_phone, "+44 (0)20 7946-0018"),
    (validators.validate_phone, "(020) 7946.0018"),
    (validators.validate_text, ""),
    (validators.validate_text, "123 Connaught Place"),
    (validators.validate_text, "नई दिल्ली 🏬\n"),
    (validators.validate_currency, "INR"),
    (validators.validate_currency, "KWD"),
    (validators.validate_web_address, "https://mystore.com/payment-success"),
    (validators.validate_web_address, "http://127.0.0.1:8000/back?x=1"),
    (validators.validate_order_tags, {}),
    (validators.validate_order_tags, {"source": "web", "note": ""}),
    (validators.validate_payment_methods, "cc,dc,upi,nb,wallet"),
    (validators.validate_payment_methods, "pay_later-2"),
]
BAD = [
    *(
        (validators.validate_order_id, value, "invalid_order_id")
        for value in ["", "x" * 46, "order 1", "order.1", "order/1", "ordér", "order_1\n", "१२३", "../1", "a\x00"]
    ),
    *(
        (validators.validate_phone, value, "invalid_phone")
        for value in [
            "12",
            "phone",
            "++91987",
            "+",
            "9876543210\n",
            "9" * 40,
            "98765x3210",
            "१२३४५",
            "-9876543210",
        ]
    ),
    (validators.validate_text, "a\x00b", "nul_character"),
    (validators.validate_text, "a\ud800b", "lone_surrogate"),
    (validators.validate_text, "\udfff", "lone_surrogate"),
    *(
        (validators.validate_currency, value, "invalid_currency")
        for value in ["inr", "", "XXX", "INRX", "R$", "Inr"]
    ),
    *(
        (validators.validate_web_address, value, "invalid_address")
        for value in [
            "",
            "mystore.com",
            "//mystore.com",
            "ftp://mystore.com",
            "javascript:alert(1)",
            "https://",
            "https://user:pw@mystore.com",
            "https://my store.com",
            "https://mystore.com/\n",
            "https://mystore.com/ü",
            "https://mystore.com/\x00",
            "https://mystore.com/\ud800",
            "https://mystore.com/" + "x" * 2000,
        ]
    ),
    *(
        (validators.validate_order_tags, value, "invalid_tags")
        for value in [None, [], "a=b", {"a": 1}, {"a": None}, {"a": ["b"]}, {1: "a"}, {"": "a"}, {"a": {"b": "c"}}]
    ),
    (validators.validate_order_tags, {"a": "\x00"}, "nul_character"),
    (validators.validate_order_tags, {"a\x00": "b"}, "nul_character"),
    (validators.validate_order_tags, {"a": "\ud800"}, "lone_surrogate"),
    (validators.validate_order_tags, {"\ud800": "b"}, "lone_surrogate"),
    *((validators.validate_payment_methods, value, "empty_method") for value in ["", ",", "cc,", ",cc", "cc,,dc"]),
    *(
        (validators.validate_payment_methods, value, "invalid_method")
        for value in ["c c", "cc, dc", "cc;dc", "ünb", "cc\n", "a" * 33, "cc,d\x00c"]
    ),
]


@pytest.mark.parametrize(("validate", "value"), GOOD)
def test_validator__takes(validate, value):
    assert validate(value) is None


@pytest.mark.parametrize(("validate", "value", "code"), BAD)
def test_validator__refuses(validate, value, code):
    with pytest.raises(ValidationError) as caught:
        validate(value)

    assert caught.value.code == code
    assert isinstance(caught.value.message, Promise)
    assert caught.value.messages[0].endswith((".", "."))


def test_validate_web_address__names_the_limit():
    with pytest.raises(ValidationError, match="at most 2000 characters"):
        validators.validate_web_address("nowhere")


def test_validate_payment_methods__shows_the_code_in_question_safely():
    with pytest.raises(ValidationError) as caught:
        validators.validate_payment_methods("cc,d\x00c")
    assert caught.value.messages == [r"'d\x00c' is not a payment method code; codes look like upi."]


@pytest.mark.parametrize(
    ("codes", "joined"),
    [
        ("", ""),
        ("cc,dc", "cc,dc"),
        (" cc , dc ", "cc,dc"),
        (["cc", " upi "], "cc,upi"),
        (("cc",), "cc"),
        ([], ""),
        (iter(["a", "b"]), "a,b"),
        ({"dc", "cc", "upi"}, "cc,dc,upi"),
    ],
)
def test_join_payment_methods__as_the_vendor_takes_them(codes, joined):
    assert validators.join_payment_methods(codes) == joined


@pytest.mark.parametrize("codes", [[1], ["cc", None], [b"cc"]])
def test_join_payment_methods__refuses_what_is_not_text(codes):
    with pytest.raises(ValidationError, match="must be text") as caught:
        validators.join_payment_methods(codes)
    assert caught.value.code == "invalid_method"


@pytest.mark.parametrize(
    ("codes", "undocumented"),
    [("", []), ("cc,dc,upi,nb,wallet", []), ("cc,paylater,emi", ["paylater", "emi"]), ("UPI", ["UPI"])],
)
def test_undocumented_payment_methods__names_them(codes, undocumented):
    assert validators.undocumented_payment_methods(codes) == undocumented


@pytest.mark.parametrize("codes", ["cc,,dc", ["cc", ""], [""], "  "])
def test_join_payment_methods__refuses_an_empty_code(codes):
    with pytest.raises(ValidationError) as caught:
        validators.join_payment_methods(codes)
    assert caught.value.code == "empty_method"


@pytest.mark.parametrize("value", ["", " ", "\t\n", "\u2003"])
def test_validate_key__refuses_what_nobody_can_see(value):
    with pytest.raises(ValidationError) as caught:
        validators.validate_key(value)
    assert caught.value.code == "blank"
    assert validators.validate_key(" x ") is None
