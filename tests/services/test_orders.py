"""Create, supersede, correct, withdraw and settle."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from django_flowwise import services, signals
from django_flowwise.exceptions import FlowwiseConfigurationError, MoveNotAllowed, OrderBusy, ReferenceInUse
from django_flowwise.models import Order, live_key_of
from django_flowwise.services import orders
from django_flowwise.services.orders import replace_order
from django_flowwise.states import AttentionReason
from tests.factories import make_order
from tests.services.conftest import recorded

pytestmark = pytest.mark.django_db

CONTENT: dict[str, Any] = {
    "reference": "INV-1001",
    "order_amount": Decimal("2299.50"),
    "order_currency": "INR",
    "customer_id": "cust_1",
    "customer_email": "priya.sharma@example.com",
}


def create(**changes: Any) -> Order:
    return services.create_order(**{**CONTENT, **changes})


def test_create__saves_a_draft_and_makes_no_request(flowwise_emulator: Any) -> None:
    order = create(payment_methods=["cc", "upi"], order_tags={"source": "web"}, expiry_time_in_minutes=30)
    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.payment_methods, stored.order_tags) == ("DRAFT", "cc,upi", {"source": "web"})
    assert (stored.expiry_time_in_minutes, stored.attempts) == (30, 0)
    assert stored.live_key == live_key_of("default", "INV-1001")
    assert stored.order_id.startswith("order_")
    assert len(stored.order_id) <= 45
    assert flowwise_emulator.requests == []


def test_create__takes_the_accounts_defaults(settings: Any) -> None:
    settings.FLOWWISE["default"] |= {"PAYMENT_METHODS": "upi,nb", "EXPIRY_MINUTES": 90}
    order = create()
    assert (order.payment_methods, order.expiry_time_in_minutes) == ("upi,nb", 90)
    again = create(reference="other", payment_methods="", expiry_time_in_minutes=5)
    assert (again.payment_methods, again.expiry_time_in_minutes) == ("", 5)


@pytest.mark.parametrize("amount", ["2299.5", 2299.5, Decimal("2299.500")])
def test_create__twice_is_one_order(amount: Any) -> None:
    assert create(order_amount=amount) == create()
    assert Order.objects.count() == 1


def test_create__compares_what_was_said_and_no_default(settings: Any) -> None:
    order = create()
    settings.FLOWWISE["default"]["PAYMENT_METHODS"] = "upi"
    assert create() == order
    assert create(order_note="") == order


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"order_amount": Decimal("1.00")}, ("order_amount",)),
        ({"order_currency": "USD"}, ("order_currency",)),
        ({"customer_id": "x", "customer_email": "x@example.com"}, ("customer_id", "customer_email")),
        ({"customer_phone": "+919876543210"}, ("customer_phone",)),
        ({"order_note": "other"}, ("order_note",)),
        ({"order_id": "mine"}, ("order_id",)),
    ],
)
def test_create__other_content_under_the_same_reference(changes: Any, fields: Any) -> None:
    create()
    with pytest.raises(ReferenceInUse) as caught:
        create(**changes)
    assert (caught.value.reference, caught.value.fields) == ("INV-1001", fields)
    assert Order.objects.count() == 1


def test_create__references_are_told_apart_letter_by_letter(settings: Any) -> None:
    settings.FLOWWISE["second"] = settings.FLOWWISE["default"]
    orders = {create(), create(reference="inv-1001"), create(reference="ÍNV-1001"), create(account="second")}
    assert len(orders) == 4


def test_create__within_a_transaction_of_the_callers() -> None:
    with transaction.atomic():
        first = create()
        assert create() == first
    assert Order.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"order_amount": 0}, "order_amount", "greater than zero"),
        ({"order_amount": -1}, "order_amount", "greater than zero"),
        ({"order_amount": "NaN"}, "order_amount", "finite"),
        ({"order_amount": float("inf")}, "order_amount", "finite"),
        ({"order_amount": 0.1}, "order_amount", "float"),
        ({"order_amount": True}, "order_amount", "true or false"),
        ({"order_amount": "1.001"}, "order_amount", "2 digits"),
        ({"order_amount": "1.5", "order_currency": "JPY"}, "order_amount", "0 digits"),
        ({"order_amount": "1.0001", "order_currency": "KWD"}, "order_amount", "3 digits"),
        ({"order_amount": 10**15}, "order_amount", "13 digits"),
        ({"order_amount": "much"}, "order_amount", "decimal number"),
        ({"order_currency": "inr"}, "order_currency", "capitals"),
        ({"order_currency": "XXX"}, "order_currency", "capitals"),
        ({"order_currency": None}, "order_currency", "text"),
        ({"order_currency": 356}, "order_currency", "text"),
        ({"customer_id": ""}, "customer_id", "blank"),
        ({"customer_email": "nobody"}, "customer_email", "valid email"),
        ({"customer_phone": "call me"}, "customer_phone", "telephone"),
        ({"order_id": "a b"}, "order_id", "45 letters"),
        ({"order_id": "x" * 46}, "order_id", "45"),
        ({"order_tags": {"a": 1}}, "order_tags", "names and texts"),
        ({"order_tags": ["a"]}, "order_tags", "dictionary"),
        ({"order_tags": []}, "order_tags", "dictionary"),
        ({"order_amount": "1_000"}, "order_amount", "decimal number"),
        ({"order_amount": "५"}, "order_amount", "decimal number"),
        ({"customer_id": "  "}, "customer_id", "blank"),
        ({"reference": "\t"}, "reference", "blank"),
        ({"reference": [1]}, "reference", "text"),
        ({"payment_methods": [""]}, "payment_methods", "empty"),
        ({"payment_methods": "  "}, "payment_methods", "empty"),
        ({"expiry_time_in_minutes": 0}, "expiry_time_in_minutes", "greater than or equal to 1"),
        ({"expiry_time_in_minutes": 1.5}, "expiry_time_in_minutes", "whole number"),
        ({"expiry_time_in_minutes": True}, "expiry_time_in_minutes", "whole number"),
        ({"return_base_url": "ftp://shop.example"}, "return_base_url", "http or https"),
        ({"return_base_url": "shop.example"}, "return_base_url", "http or https"),
        ({"payment_methods": "cc,,upi"}, "payment_methods", "empty"),
        ({"payment_methods": ["cc", ""]}, "payment_methods", "empty"),
        ({"payment_methods": "c c"}, "payment_methods", "code"),
        ({"payment_methods": 7}, "payment_methods", "codes"),
        ({"payment_methods": [7]}, "payment_methods", "text"),
        ({"reference": ""}, "reference", "blank"),
        ({"reference": "\x00"}, "reference", "NUL"),
        ({"reference": "\ud800"}, "reference", "surrogate"),
        ({"customer_id": "\ud800"}, "customer_id", "surrogate"),
        ({"customer_email": "a\ud800@example.com"}, "customer_email", "surrogate"),
        ({"customer_id": None}, "customer_id", "text"),
        ({"expiry_time_in_minutes": 2**31}, "expiry_time_in_minutes", "less than or equal"),
        ({"customer_address": "a\x00"}, "customer_address", "NUL"),
        ({"order_note": "\ud800"}, "order_note", "surrogate"),
        ({"order_tags": {"a": "\ud800"}}, "order_tags", "surrogate"),
        ({"order_tags": {"\x00": "a"}}, "order_tags", "NUL"),
        ({"order_notes": "typo"}, "order_notes", "no such field"),
        ({"account": "nowhere"}, "account", "no account"),
    ],
)
def test_create__bad_input_is_named_by_field_and_saves_nothing(changes: Any, field: str, text: str) -> None:
    with pytest.raises(ValidationError) as caught:
        create(**changes)
    assert text in " ".join(caught.value.message_dict[field])
    assert Order.objects.count() == 0


def test_create__without_a_customer() -> None:
    with pytest.raises(ValidationError) as caught:
        services.create_order(reference="INV-1", order_amount=5, order_currency="INR")
    assert caught.value.message_dict == {"customer_id": ["This field cannot be blank."]}


def test_create__reports_every_bad_field_at_once() -> None:
    with pytest.raises(ValidationError) as caught:
        create(order_amount=-1, customer_email="x", order_id="!")
    assert set(caught.value.message_dict) == {"order_amount", "customer_email", "order_id"}


def test_create__undocumented_payment_methods_are_allowed() -> None:
    assert create(payment_methods="upi, paylater").payment_methods == "upi,paylater"


def test_create__wrong_settings(settings: Any) -> None:
    settings.FLOWWISE = {"default": {}}
    with pytest.raises(FlowwiseConfigurationError):
        create()
    assert Order.objects.count() == 0


def test_create__order_id_of_another_order() -> None:
    create(order_id="mine")
    with pytest.raises(ValidationError, match="choose another"):
        create(reference="INV-1002", order_id="mine")


def test_create__gives_up_where_others_keep_changing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django_flowwise.services.orders._insert", lambda draft: False)
    with pytest.raises(OrderBusy):
        create()


@pytest.mark.parametrize("state", ["DRAFT", "REFUSED", "EXPIRED", "ACTIVE"])
def test_supersede__withdraws_the_old_and_creates_the_new(state: str) -> None:
    old = create()
    Order.objects.filter(pk=old.pk).update(state=state, checkout_url="https://payments.flowwise.com/c")
    new = create(order_amount=5, supersede=True)
    old.refresh_from_db()
    assert (old.state, old.live_key, old.superseded_by) == ("WITHDRAWN", None, new)
    assert (new.state, new.order_amount) == ("DRAFT", Decimal("5.00"))


@pytest.mark.parametrize(
    ("state", "error"),
    [
        ("SUBMITTING", OrderBusy),
        ("UNCONFIRMED", OrderBusy),
        ("PAID", MoveNotAllowed),
        ("REVERSED", MoveNotAllowed),
    ],
)
def test_supersede__never(state: str, error: type[Exception]) -> None:
    old = create()
    Order.objects.filter(pk=old.pk).update(state=state)
    with pytest.raises(error):
        create(order_amount=5, supersede=True)
    old.refresh_from_db()
    assert (old.state, Order.objects.count()) == (state, 1)


def test_supersede__the_same_content_is_the_live_order() -> None:
    assert create() == create(supersede=True)


def test_supersede__a_taken_order_id_changes_nothing() -> None:
    make_order(order_id="taken")
    old = create()
    with pytest.raises(ValidationError, match="choose another"):
        create(order_amount=5, order_id="taken", supersede=True)
    old.refresh_from_db()
    assert old.state == "DRAFT"


def test_supersede__somebody_withdrew_it_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    old = create()
    real = orders.replace_order

    def withdraw_first(live: Order, draft: Order, **kwargs: Any) -> bool:
        services.withdraw_order(Order.objects.get(pk=live.pk))
        return real(live, draft, **kwargs)

    monkeypatch.setattr(orders, "replace_order", withdraw_first)
    new = create(order_amount=5, supersede=True)
    old.refresh_from_db()
    assert (old.state, old.superseded_by, new.state) == ("WITHDRAWN", None, "DRAFT")


def test_supersede__somebody_took_the_reference_meanwhile() -> None:
    live = create()
    other = create(reference="INV-2")
    draft = Order(**{**CONTENT, "reference": "INV-2"})
    assert not replace_order(live, draft, allowed={live.state})
    live.refresh_from_db()
    assert (live.state, other.live_key is None) == ("DRAFT", False)


def test_correct__changes_only_what_differs() -> None:
    order = create()
    row = Order.objects.filter(pk=order.pk).values()
    as_it_was = row.get()
    assert services.correct_order(order, customer_id="cust_1") is order
    assert row.get() == as_it_was
    before = order.order_id
    services.correct_order(order, order_note="gift", customer_phone="+919876543210")
    stored = Order.objects.get(pk=order.pk)
    assert (stored.order_note, stored.customer_phone, stored.order_id) == ("gift", "+919876543210", before)


@pytest.mark.parametrize("changes", [{"order_amount": 5}, {"order_currency": "JPY", "order_amount": 7}])
def test_correct__another_amount_is_another_order_id(changes: Any) -> None:
    order = create()
    Order.objects.filter(pk=order.pk).update(state="REFUSED", attempts=1)
    order.refresh_from_db()
    before = order.order_id
    services.correct_order(order, **changes)
    stored = Order.objects.get(pk=order.pk)
    assert stored.order_id == order.order_id != before
    assert (stored.state, stored.order_amount, stored.first_claimed_at) == (
        "REFUSED",
        changes["order_amount"],
        None,
    )


def test_correct__with_an_order_id_of_the_callers() -> None:
    order = create()
    services.correct_order(order, order_amount=5, order_id="mine")
    assert Order.objects.get(pk=order.pk).order_id == "mine"
    make_order(order_id="taken")
    with pytest.raises(ValidationError, match="choose another"):
        services.correct_order(order, order_id="taken")


def test_correct__bad_input_changes_nothing() -> None:
    order = create()
    with pytest.raises(ValidationError) as caught:
        services.correct_order(order, order_amount=-1, reference="other")
    assert set(caught.value.message_dict) == {"order_amount", "reference"}
    assert (order.order_amount, Order.objects.get(pk=order.pk).order_amount) == (Decimal("2299.50"),) * 2


@pytest.mark.parametrize("state", ["SUBMITTING", "UNCONFIRMED", "ACTIVE", "PAID"])
def test_correct__states_that_do_not_allow_it(state: str) -> None:
    order = create()
    Order.objects.filter(pk=order.pk).update(state=state, checkout_url="https://payments.flowwise.com/c")
    with pytest.raises(MoveNotAllowed):
        services.correct_order(order, order_note="late")
    assert Order.objects.get(pk=order.pk).order_note == ""


def test_correct__database_errors_are_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    order = create()

    def fails(*args: Any, **kwargs: Any) -> bool:
        raise IntegrityError("something else")

    monkeypatch.setattr(Order, "mark_corrected", fails)
    with pytest.raises(IntegrityError):
        services.correct_order(order, order_note="x")


@pytest.mark.parametrize(
    ("state", "attempts", "watched"),
    [
        ("DRAFT", 0, False),
        ("REFUSED", 1, True),
        ("ACTIVE", 1, True),
        ("UNCONFIRMED", 1, True),
        ("EXPIRED", 1, True),
    ],
)
def test_withdraw__frees_the_reference_and_keeps_watching(state: str, attempts: int, watched: bool) -> None:
    order = create()
    Order.objects.filter(pk=order.pk).update(
        state=state, attempts=attempts, checkout_url="https://payments.flowwise.com/c"
    )
    order.refresh_from_db()
    assert services.withdraw_order(order) is order
    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.live_key, stored.next_check_at is not None) == ("WITHDRAWN", None, watched)
    assert services.withdraw_order(order).state == "WITHDRAWN"
    assert create() != order


@pytest.mark.parametrize(("state", "error"), [("SUBMITTING", OrderBusy), ("PAID", MoveNotAllowed)])
def test_withdraw__states_that_do_not_allow_it(state: str, error: type[Exception]) -> None:
    order = create()
    Order.objects.filter(pk=order.pk).update(state=state)
    with pytest.raises(error):
        services.withdraw_order(order)


def needing_attention(**values: Any) -> Order:
    order = create()
    Order.objects.filter(pk=order.pk).update(
        attention=[{"reason": AttentionReason.AMOUNT_DIFFERS, "at": "2026-01-01T00:00:00+00:00"}], **values
    )
    order.refresh_from_db()
    return order


def test_settle__closes_the_case_and_keeps_the_note() -> None:
    order = needing_attention(state="UNCONFIRMED")
    services.settle_attention(order, "  looked into it ")
    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.attention) == ("UNCONFIRMED", [])
    [note] = stored.settlement_notes
    assert (note["note"], note["settled"]) == ("looked into it", {"amount_differs": ""})


def test_settle__accepts_as_paid(django_capture_on_commit_callbacks: Any) -> None:
    order = needing_attention(state="UNCONFIRMED")
    with recorded(signals.order_paid) as told:
        with django_capture_on_commit_callbacks(execute=True):
            services.settle_attention(order, "bank says so", accept_as_paid=True)
            assert told.states == []
        assert told.states == ["PAID"]
    stored = Order.objects.get(pk=order.pk)
    assert (stored.state, stored.amount_paid, stored.signal_due) == ("PAID", Decimal("2299.50"), 0)
    assert stored.paid_at is not None
    assert stored.next_check_at is not None


@pytest.mark.parametrize("note", ["", "  ", "a\x00", "\ud800", None])
def test_settle__needs_a_note(note: Any) -> None:
    with pytest.raises(ValidationError) as caught:
        services.settle_attention(needing_attention(), note)
    assert set(caught.value.message_dict) == {"note"}


def test_settle__a_draft_cannot_be_accepted_as_paid() -> None:
    with pytest.raises(MoveNotAllowed):
        services.settle_attention(needing_attention(), "note", accept_as_paid=True)


def test_settle__not_what_has_changed_since() -> None:
    order = needing_attention()
    services.correct_order(Order.objects.get(pk=order.pk), order_note="changed")
    with pytest.raises(MoveNotAllowed, match="changed"):
        services.settle_attention(order, "note")
    assert Order.objects.get(pk=order.pk).attention_reasons == ["amount_differs"]


def test_create__text_of_a_class_of_its_own_is_text(flowwise_emulator: Any) -> None:
    order = services.place_order(
        **{**CONTENT, "reference": mark_safe("INV-<1>"), "customer_id": mark_safe("c<1>")},
        order_note=format_html("<b>{}</b>", "gift"),
        order_tags={mark_safe("a"): mark_safe("b")},
    )
    assert (order.state, type(order.order_note), type(order.reference)) == ("ACTIVE", str, str)
    assert flowwise_emulator.sent[order.order_id]["order_tags"] == {"a": "b"}


def test_create__payment_methods_in_another_sequence_are_the_same() -> None:
    order = create(payment_methods="cc,dc,upi")
    assert create(payment_methods=["upi", "cc", "dc"]) == order
    assert create(payment_methods={"upi", "cc", "dc"}) == order
    with pytest.raises(ReferenceInUse, match="payment_methods"):
        create(payment_methods="cc,dc")


def test_create__again_with_its_own_order_id_after_a_new_link(flowwise_emulator: Any) -> None:
    old = services.place_order(**CONTENT, order_id="INV-1001")
    flowwise_emulator.expire(old.order_id)
    new = services.reissue_order(old)
    assert services.place_order(**CONTENT, order_id="INV-1001") == new
    with pytest.raises(ReferenceInUse, match="order_id"):
        services.place_order(**CONTENT, order_id="another")


def test_correct__by_a_stale_hand_says_what_it_means() -> None:
    stale = create(order_amount=100)
    order = Order.objects.get(pk=stale.pk)
    services.correct_order(order, order_amount=200)
    services.correct_order(stale, order_amount=100)
    stored = Order.objects.get(pk=stale.pk)
    assert (stored.order_amount, stale.order_amount) == (100, 100)
    assert stored.order_id == stale.order_id != order.order_id


def test_correct__while_others_keep_changing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    order = create()
    monkeypatch.setattr(Order, "mark_corrected", lambda *args, **kwargs: False)
    with pytest.raises(OrderBusy, match="other hands"):
        services.correct_order(order, order_note="x")


def test_withdraw__by_a_stale_hand(flowwise_emulator: Any) -> None:
    stale = create()
    services.submit_order(Order.objects.get(pk=stale.pk))
    assert services.withdraw_order(stale).state == "WITHDRAWN"


def test_withdraw__while_others_keep_changing_it(monkeypatch: pytest.MonkeyPatch) -> None:
    order = create()
    monkeypatch.setattr(Order, "mark_withdrawn", lambda *args, **kwargs: False)
    with pytest.raises(OrderBusy, match="other hands"):
        services.withdraw_order(order)
