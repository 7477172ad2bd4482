"""Claim, look, post, record."""

from __future__ import annotations

import datetime
import json
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_flowwise import services, signals
from django_flowwise.client import FlowwiseClient
from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseConfigurationError,
    MoveNotAllowed,
    OrderBusy,
    OutcomeUnknown,
    RequestNotSent,
    RequestRefused,
    TooManyRequests,
    TransactionOpen,
)
from django_flowwise.models import Order
from django_flowwise.states import AttentionReason, MoneySignal
from tests.factories import make_order, vendor_body
from tests.services.conftest import not_found, not_sent, recorded, refused, unknown, verbs

pytestmark = pytest.mark.django_db


def in_doubt(order: Order, *, since_seconds: float = 100, **values: Any) -> Order:
    """Leave the order as a process that ended in the middle would."""
    moment = timezone.now() - datetime.timedelta(seconds=since_seconds)
    values = {"state": "UNCONFIRMED", "attempts": 1, "maybe_sent_at": moment, "first_claimed_at": moment, **values}
    Order.objects.filter(pk=order.pk).update(**values)
    order.refresh_from_db()
    return order


def test_submit__one_post_and_two_updates(draft: Order, flowwise_emulator: Any) -> None:
    with CaptureQueriesContext(connection) as queries:
        assert services.submit_order(draft) is draft
    written = [query["sql"] for query in queries if query["sql"].startswith(("UPDATE", "SELECT", "INSERT"))]
    assert [sql.split()[0] for sql in written] == ["UPDATE", "UPDATE"]
    assert verbs(flowwise_emulator) == ["POST"]
    stored = Order.objects.get(pk=draft.pk)
    assert stored.state == draft.state == "ACTIVE"
    assert stored.checkout_url == draft.checkout_url == f"{flowwise_emulator.url}/checkout/{draft.order_id}"
    assert (stored.attempts, stored.claim_expires_at, stored.error_code) == (1, None, "")
    assert stored.submitted_at is not None
    assert stored.base_url == flowwise_emulator.base_url


def test_submit__sends_the_documented_request(flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["default"].pop("RETURN_ORIGIN")
    documented = vendor_body("create_order_request")
    order = services.create_order(
        reference="INV-1",
        **{name: value for name, value in documented.items() if name != "customer_details"},
        **documented["customer_details"],
    )
    services.submit_order(order)
    assert json.loads(flowwise_emulator.requests[0].body, parse_float=Decimal) == documented
    assert b"2299.50" in flowwise_emulator.requests[0].body


def test_submit__stores_the_documented_answer(
    draft: Order, change_answer: Any, settings: Any, flowwise_emulator: Any
) -> None:
    answer = vendor_body("create_order_answer")
    settings.FLOWWISE["default"]["CHECKOUT_HOSTS"] = [".flowwise.com"]
    kept = ("project_id", "order_status", "checkout_url", "order_hash")
    change_answer("create_order", **{name: answer[name] for name in kept})
    services.submit_order(draft)
    assert {name: getattr(draft, name) for name in kept} == {name: answer[name] for name in kept}


def test_submit__sends_our_return_page_where_none_is_given(draft: Order, flowwise_emulator: Any) -> None:
    services.submit_order(draft)
    sent = flowwise_emulator.sent[draft.order_id]
    assert sent["return_base_url"] == f"http://127.0.0.1:8000/flowwise/return/{draft.key}/"


def test_submit__claim_holds_for_twice_the_deadline_and_a_minute(draft: Order, break_call: Any) -> None:
    break_call("create_order", KeyboardInterrupt())
    with time_machine.travel(datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), tick=False):
        with pytest.raises(KeyboardInterrupt):
            services.submit_order(draft)
        draft.refresh_from_db()
        assert draft.state == "SUBMITTING"
        assert draft.claim_expires_at == timezone.now() + datetime.timedelta(seconds=100)
        assert draft.maybe_sent_at == draft.first_claimed_at == timezone.now()


def test_submit__again_makes_no_request(active: Order, flowwise_emulator: Any) -> None:
    assert services.submit_order(active) is active
    assert verbs(flowwise_emulator) == ["POST"]


def test_submit__sends_what_the_row_says(draft: Order, flowwise_emulator: Any) -> None:
    Order.objects.filter(pk=draft.pk).update(order_note="changed elsewhere", order_tags={"source": "web"})
    services.submit_order(draft)
    sent = flowwise_emulator.sent[draft.order_id]
    assert (sent["order_note"], sent["order_tags"]) == ("changed elsewhere", {"source": "web"})


def test_submit__in_the_hands_of_another(draft: Order, flowwise_emulator: Any) -> None:
    later = timezone.now() + datetime.timedelta(seconds=60)
    Order.objects.filter(pk=draft.pk).update(state="SUBMITTING", attempts=1, claim_expires_at=later)
    with pytest.raises(OrderBusy):
        services.submit_order(draft)
    assert verbs(flowwise_emulator) == []


@pytest.mark.parametrize("state", ["WITHDRAWN", "EXPIRED", "REVERSED"])
def test_submit__from_a_state_that_does_not_allow_it(draft: Order, state: str, flowwise_emulator: Any) -> None:
    live_key = None if state == "WITHDRAWN" else draft.live_key
    Order.objects.filter(pk=draft.pk).update(state=state, live_key=live_key)
    with pytest.raises(MoveNotAllowed):
        services.submit_order(draft)
    assert verbs(flowwise_emulator) == []


@pytest.mark.django_db(transaction=True)
def test_submit__within_a_transaction(draft: Order, flowwise_emulator: Any) -> None:
    with transaction.atomic(), pytest.raises(TransactionOpen, match="on_commit"):
        services.submit_order(draft)
    draft.refresh_from_db()
    assert (draft.state, verbs(flowwise_emulator)) == ("DRAFT", [])


def test_submit__broken_settings_claim_nothing(draft: Order, settings: Any) -> None:
    settings.FLOWWISE = {"default": {"CLIENT_ID": "x"}}
    with pytest.raises(FlowwiseConfigurationError, match="CLIENT_SECRET"):
        services.submit_order(draft)
    draft.refresh_from_db()
    assert (draft.state, draft.attempts) == ("DRAFT", 0)


def test_submit__unsendable_columns_claim_nothing(draft: Order) -> None:
    Order.objects.filter(pk=draft.pk).update(order_amount=Decimal("1.2345"))
    draft.refresh_from_db()
    with pytest.raises(ValidationError, match="digits after the point"):
        services.submit_order(draft)
    assert (draft.state, draft.attempts) == ("DRAFT", 0)


def test_not_sent__leaves_the_order_as_it_was(draft: Order, settings: Any, flowwise_emulator: Any) -> None:
    settings.FLOWWISE["default"]["BASE_URL"] = "http://127.0.0.1:9/router"
    with pytest.raises(RequestNotSent):
        services.submit_order(draft)
    draft.refresh_from_db()
    assert (draft.state, draft.maybe_sent_at, draft.claim_expires_at) == ("DRAFT", None, None)
    assert verbs(flowwise_emulator) == []
    settings.FLOWWISE["default"]["BASE_URL"] = flowwise_emulator.base_url
    assert services.submit_order(draft).state == "ACTIVE"


def test_refused__is_stored_and_told(draft: Order, break_call: Any) -> None:
    break_call("create_order", refused(422, "order_amount_value_invalid"))
    with recorded(signals.order_refused) as told, pytest.raises(RequestRefused):
        services.submit_order(draft)
    draft.refresh_from_db()
    assert (draft.state, draft.error_code, draft.error_message) == ("REFUSED", "order_amount_value_invalid", "no")
    assert draft.maybe_sent_at is None
    assert told.states == ["REFUSED"]


def test_refused__credentials_name_the_account_and_are_not_the_orders_fault(
    draft: Order, settings: Any, flowwise_emulator: Any
) -> None:
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = "mistyped"
    with recorded(signals.order_refused) as told, pytest.raises(AuthenticationRefused):
        services.submit_order(draft)
    assert (draft.state, draft.error_code, told.states) == ("REFUSED", "credentials", [])
    assert "'default'" in draft.error_message
    assert "mistyped" not in draft.error_message
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = flowwise_emulator.account["CLIENT_SECRET"]
    assert services.submit_order(draft).state == "ACTIVE"
    assert verbs(flowwise_emulator) == ["POST", "GET", "POST"]


def test_refused__wrong_address(draft: Order, settings: Any, flowwise_emulator: Any) -> None:
    settings.FLOWWISE["default"]["BASE_URL"] = flowwise_emulator.url + "/elsewhere"
    with pytest.raises(RequestRefused, match="BASE_URL"):
        services.submit_order(draft)
    assert (draft.state, draft.error_code) == ("REFUSED", "address")
    settings.FLOWWISE["default"]["BASE_URL"] = flowwise_emulator.base_url
    assert services.submit_order(draft).state == "ACTIVE"


def test_unknown__looks_once_and_adopts(draft: Order, break_call: Any, flowwise_emulator: Any) -> None:
    break_call("create_order", unknown(), after=True)
    with recorded(signals.order_active) as told:
        assert services.submit_order(draft).state == "ACTIVE"
    assert verbs(flowwise_emulator) == ["POST", "GET"]
    assert told.states == ["ACTIVE"]


def test_unknown__still_unknown_after_the_look(draft: Order, break_call: Any) -> None:
    break_call("create_order", TooManyRequests("slow down", http_status=429, retry_after_seconds=7))
    with pytest.raises(TooManyRequests) as caught:
        services.submit_order(draft)
    draft.refresh_from_db()
    assert caught.value.retry_after_seconds == 7
    assert (draft.state, draft.error_code) == ("UNCONFIRMED", "http_429")
    assert draft.next_check_at == draft.maybe_sent_at + datetime.timedelta(seconds=30)


@pytest.mark.parametrize("error", [unknown(), not_sent()])
def test_unknown__the_look_fails_too(draft: Order, break_call: Any, error: Exception) -> None:
    break_call("create_order", unknown(), after=True)
    break_call("get_order", error)
    with pytest.raises(OutcomeUnknown):
        services.submit_order(draft)
    assert (draft.state, draft.attention) == ("UNCONFIRMED", [])


def test_unknown__the_look_is_refused(draft: Order, break_call: Any) -> None:
    break_call("create_order", unknown())
    break_call("get_order", refused(400))
    with recorded(signals.order_needs_attention) as told, pytest.raises(OutcomeUnknown):
        services.submit_order(draft)
    assert (draft.state, draft.attention_reasons) == ("UNCONFIRMED", [AttentionReason.CANNOT_TELL])
    assert told.states == ["UNCONFIRMED"]


@pytest.mark.parametrize("error", [refused(409), refused(400, "order_id_already_exists")])
def test_already_exists__is_looked_up(draft: Order, break_call: Any, error: Exception) -> None:
    break_call("create_order", error, after=True)
    assert services.submit_order(draft).state == "ACTIVE"


def test_already_exists__but_not_there(draft: Order, break_call: Any) -> None:
    break_call("create_order", refused(409))
    with pytest.raises(OutcomeUnknown) as caught:
        services.submit_order(draft)
    assert (draft.state, caught.value.http_status) == ("UNCONFIRMED", 409)


@pytest.mark.parametrize(
    "fields",
    [
        {"order_currency": "USD"},
        {"customer_id": "somebody-else"},
        {"checkout_url": None},
        {"checkout_url": "https://evil.example/checkout"},
    ],
)
def test_misfit__is_looked_up(draft: Order, change_answer: Any, fields: Any, flowwise_emulator: Any) -> None:
    change_answer("create_order", **fields)
    assert services.submit_order(draft).state == "ACTIVE"
    assert draft.checkout_url.startswith(flowwise_emulator.url)
    assert verbs(flowwise_emulator) == ["POST", "GET"]


def test_misfit__belongs_to_another(draft: Order, change_answer: Any) -> None:
    change_answer("create_order", customer_id="somebody-else")
    change_answer("get_order", customer_id="somebody-else")
    with pytest.raises(OutcomeUnknown, match="customer_id"):
        services.submit_order(draft)
    assert (draft.state, draft.attention_reasons) == ("UNCONFIRMED", [AttentionReason.BELONGS_TO_ANOTHER])


def test_misfit__older_than_our_first_claim(draft: Order, change_answer: Any) -> None:
    long_ago = timezone.now() - datetime.timedelta(days=1)
    change_answer("create_order", added_on=long_ago)
    change_answer("get_order", added_on=long_ago)
    with pytest.raises(OutcomeUnknown, match="added_on"):
        services.submit_order(draft)


def test_misfit__no_usable_checkout(draft: Order, change_answer: Any) -> None:
    change_answer("create_order", checkout_url=None)
    change_answer("get_order", checkout_url=None)
    with pytest.raises(OutcomeUnknown, match="CHECKOUT_HOSTS"):
        services.submit_order(draft)
    assert draft.state == "UNCONFIRMED"


def test_doubt__looks_before_it_posts(draft: Order, flowwise_emulator: Any, break_call: Any) -> None:
    break_call("create_order", KeyboardInterrupt(), after=True, times=1)
    with pytest.raises(KeyboardInterrupt):
        services.submit_order(draft)
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=101)):
        assert services.submit_order(draft).state == "ACTIVE"
    assert verbs(flowwise_emulator) == ["POST", "GET"]
    assert draft.attempts == 2


def test_doubt__absence_is_not_believed_before_the_quiet_time(draft: Order, flowwise_emulator: Any) -> None:
    in_doubt(draft, since_seconds=10)
    sent_at = draft.maybe_sent_at
    with pytest.raises(OutcomeUnknown) as caught:
        services.submit_order(draft)
    assert 19 < caught.value.retry_after_seconds <= 20
    draft.refresh_from_db()
    assert (draft.state, draft.maybe_sent_at) == ("UNCONFIRMED", sent_at)
    assert verbs(flowwise_emulator) == ["GET"]


def test_doubt__absence_is_believed_after_the_quiet_time(draft: Order, flowwise_emulator: Any) -> None:
    in_doubt(draft, since_seconds=31)
    assert services.submit_order(draft).state == "ACTIVE"
    assert verbs(flowwise_emulator) == ["GET", "POST"]


def test_doubt__the_look_fails(draft: Order, break_call: Any, flowwise_emulator: Any) -> None:
    in_doubt(draft)
    break_call("get_order", unknown())
    with pytest.raises(OutcomeUnknown):
        services.submit_order(draft)
    assert (draft.state, verbs(flowwise_emulator)) == ("UNCONFIRMED", [])


def test_doubt__the_look_is_refused(draft: Order, break_call: Any) -> None:
    in_doubt(draft)
    break_call("get_order", refused(400))
    with pytest.raises(OutcomeUnknown):
        services.submit_order(draft)
    assert draft.attention_reasons == [AttentionReason.CANNOT_TELL]


@pytest.mark.parametrize(
    ("error", "raised"),
    [(unknown(), RequestNotSent), (not_sent(), RequestNotSent), (refused(401), RequestRefused)],
)
def test_no_doubt__the_look_fails_and_the_claim_is_given_back(
    draft: Order, break_call: Any, error: Exception, raised: type[Exception]
) -> None:
    Order.objects.filter(pk=draft.pk).update(state="REFUSED", attempts=1)
    draft.refresh_from_db()
    break_call("get_order", error)
    with pytest.raises(raised):
        services.submit_order(draft)
    draft.refresh_from_db()
    assert (draft.state, draft.maybe_sent_at) == ("REFUSED", None)


def test_no_doubt__a_corrected_order_goes_at_once(draft: Order, break_call: Any, flowwise_emulator: Any) -> None:
    break_call("create_order", refused(400), times=1)
    with pytest.raises(RequestRefused):
        services.submit_order(draft)
    services.correct_order(draft, order_note="mended")
    assert services.submit_order(draft).state == "ACTIVE"


def test_other_flowwise__is_neither_looked_at_nor_sent(draft: Order, flowwise_emulator: Any) -> None:
    in_doubt(draft, base_url="https://app.flowwise.com/router")
    with pytest.raises(MoveNotAllowed, match=r"app\.flowwise\.com"):
        services.submit_order(draft)
    assert (draft.attention_reasons, verbs(flowwise_emulator)) == ([AttentionReason.OTHER_FLOWWISE], [])
    assert draft.state == "UNCONFIRMED"


def test_fence__bad_news_of_an_old_claim_is_held_back(draft: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(self: Any, *args: Any, **kwargs: Any) -> Any:
        Order.objects.filter(pk=draft.pk).update(attempts=2)
        raise refused(400)

    monkeypatch.setattr("django_flowwise.client.FlowwiseClient.create_order", overtaken)
    with recorded(signals.order_refused) as told, pytest.raises(RequestRefused):
        services.submit_order(draft)
    draft.refresh_from_db()
    assert (draft.state, told.states) == ("SUBMITTING", [])


def test_fence__bad_news_gives_way_to_good(draft: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(self: Any, *args: Any, **kwargs: Any) -> Any:
        url = "http://127.0.0.1/checkout"
        Order.objects.filter(pk=draft.pk).update(attempts=2, state="ACTIVE", checkout_url=url)
        raise refused(400)

    monkeypatch.setattr("django_flowwise.client.FlowwiseClient.create_order", overtaken)
    assert services.submit_order(draft).state == "ACTIVE"


@pytest.mark.parametrize("state", ["UNCONFIRMED", "REFUSED", "DRAFT"])
def test_late_good_news__is_recorded(draft: Order, state: str, monkeypatch: pytest.MonkeyPatch) -> None:
    real = FlowwiseClient.create_order

    def late(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = real(self, *args, **kwargs)
        Order.objects.filter(pk=draft.pk).update(state=state, attempts=5)
        return answer

    monkeypatch.setattr(FlowwiseClient, "create_order", late)
    with recorded(signals.order_active) as told:
        assert services.submit_order(draft).state == "ACTIVE"
    assert told.states == ["ACTIVE"]


def test_late_good_news__keeps_a_withdrawn_order_watched(draft: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    real = FlowwiseClient.create_order

    def late(self: Any, *args: Any, **kwargs: Any) -> Any:
        answer = real(self, *args, **kwargs)
        Order.objects.filter(pk=draft.pk).update(state="WITHDRAWN", live_key=None)
        return answer

    monkeypatch.setattr(FlowwiseClient, "create_order", late)
    with pytest.raises(MoveNotAllowed, match="withdrawn while it was being created"):
        services.submit_order(draft)
    assert draft.state == "WITHDRAWN"
    assert draft.checkout_url
    assert draft.next_check_at <= timezone.now()


def test_active__an_unknown_word_is_looked_at_again_at_once(draft: Order, change_answer: Any) -> None:
    change_answer("create_order", order_status="BREWING")
    services.submit_order(draft)
    assert (draft.state, draft.order_status) == ("ACTIVE", "BREWING")
    assert draft.next_check_at <= timezone.now()


def test_signals__a_failing_receiver_holds_nobody_up(draft: Order, caplog: pytest.LogCaptureFixture) -> None:
    def fails(**kwargs: Any) -> None:
        raise LookupError("no such shop")

    signals.order_active.connect(fails)
    try:
        assert services.submit_order(draft).state == "ACTIVE"
    finally:
        signals.order_active.disconnect(fails)
    assert "receiver_failed" in caplog.text
    assert "LookupError" in caplog.text
    assert not draft.signal_due & MoneySignal.PAID


def test_not_there__is_the_error_of_the_look(draft: Order, break_call: Any) -> None:
    in_doubt(draft, since_seconds=5)
    break_call("get_order", not_found())
    with pytest.raises(OutcomeUnknown) as caught:
        services.submit_order(draft)
    assert type(caught.value.__cause__).__name__ == "NotFound"


def test_two_drafts__one_order_each(db: None, flowwise_emulator: Any) -> None:
    services.submit_order(make_order())
    services.submit_order(make_order())
    assert len(flowwise_emulator.orders) == 2


def test_quiet__is_measured_from_before_the_look(draft: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:
        in_doubt(draft, since_seconds=29)

        def slow(self: Any, order_id: str, **kwargs: Any) -> Any:
            clock.shift(5)
            raise not_found()

        monkeypatch.setattr(FlowwiseClient, "get_order", slow)
        with pytest.raises(OutcomeUnknown):
            services.submit_order(draft)
        assert draft.state == "UNCONFIRMED"
        clock.shift(-5)
        services.refresh_order(draft)
        assert draft.state == "UNCONFIRMED"


def test_quiet__of_a_claim_begins_when_its_deadline_is_over(
    draft: Order, flowwise_emulator: Any, settings: Any
) -> None:
    settings.FLOWWISE["default"] |= {"QUIET_SECONDS": 90}
    moment = timezone.now()
    claimed = moment - datetime.timedelta(seconds=101)
    in_doubt(
        draft, state="SUBMITTING", maybe_sent_at=claimed, claim_expires_at=moment - datetime.timedelta(seconds=1)
    )
    with pytest.raises(OutcomeUnknown):
        services.submit_order(draft)
    assert verbs(flowwise_emulator) == ["GET"]


def test_quiet__of_a_post_begins_when_it_ended(draft: Order, break_call: Any) -> None:
    with time_machine.travel(timezone.now(), tick=False) as clock:

        def slow(self: Any, request: Any, **kwargs: Any) -> Any:
            clock.shift(8)
            raise unknown()

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(FlowwiseClient, "create_order", slow)
            with pytest.raises(OutcomeUnknown):
                services.submit_order(draft)
        assert draft.maybe_sent_at == timezone.now()


@pytest.mark.parametrize("is_there", [True, False])
def test_refused__after_a_doubt_is_looked_up(
    draft: Order, flowwise_emulator: Any, break_call: Any, is_there: bool
) -> None:
    """The first request may have arrived just before the second, and be the reason of this no."""
    in_doubt(draft)
    real = FlowwiseClient.create_order

    def late(self: Any, request: Any, **kwargs: Any) -> Any:
        if is_there:
            real(self, request, **kwargs)
        raise refused(400)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(FlowwiseClient, "create_order", late)
        if is_there:
            services.submit_order(draft)
        else:
            with pytest.raises(RequestRefused):
                services.submit_order(draft)
    assert draft.state == ("ACTIVE" if is_there else "REFUSED")


def test_refused__after_a_doubt_and_the_look_fails(draft: Order, flowwise_emulator: Any, break_call: Any) -> None:
    in_doubt(draft)
    break_call("create_order", refused(400))
    flowwise_emulator.fail_next("status_404", operation="get_order")
    flowwise_emulator.fail_next("status_503", operation="get_order")
    with pytest.raises(OutcomeUnknown):
        services.submit_order(draft)
    assert draft.state == "UNCONFIRMED"


def test_no_doubt__wrong_credentials_at_the_look_are_said(
    draft: Order, settings: Any, flowwise_emulator: Any
) -> None:
    Order.objects.filter(pk=draft.pk).update(attempts=1)
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = "mistyped"
    with pytest.raises(AuthenticationRefused):
        services.submit_order(Order.objects.get(pk=draft.pk))
    draft.refresh_from_db()
    assert (draft.state, draft.error_code) == ("REFUSED", "credentials")


def test_risk__sends_again_though_flowwise_refuses_to_say(draft: Order, flowwise_emulator: Any) -> None:
    in_doubt(draft)
    flowwise_emulator.fail_all("status_400", operation="get_order")
    with pytest.raises(OutcomeUnknown):
        services.submit_order(draft)
    assert draft.attention_reasons == [AttentionReason.CANNOT_TELL]
    assert services.submit_order(draft, accept_risk=True).state == "ACTIVE"
    assert verbs(flowwise_emulator) == ["GET", "GET", "POST"]


@pytest.mark.parametrize("fault", ["status_503", "status_404"])
def test_risk__does_not_send_where_nothing_was_said_or_it_is_too_soon(
    draft: Order, flowwise_emulator: Any, fault: str
) -> None:
    in_doubt(draft, since_seconds=5)
    flowwise_emulator.fail_all(fault, operation="get_order")
    with pytest.raises(OutcomeUnknown):
        services.submit_order(draft, accept_risk=True)
    assert verbs(flowwise_emulator) == ["GET"]
