"""The way to the checkout, and the way back."""

from __future__ import annotations

import dataclasses
import datetime
import re
import uuid
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from django_flowwise import services
from django_flowwise.models import Order
from django_flowwise.services.page_marks import page_mark, page_question
from django_flowwise.views import CheckoutView, PaymentReturnView
from tests.factories import make_order

pytestmark = pytest.mark.django_db

URL = "https://payments.flowwise.com/checkout/order_summer_fashion_001"


def order_in(state: str, **values: Any) -> Order:
    order = make_order()
    live_key = None if state == "WITHDRAWN" else order.live_key
    soon = timezone.now() + datetime.timedelta(hours=1)
    values = {"checkout_url": URL, "order_expiry_time": soon, "attempts": 1, **values}
    Order.objects.filter(pk=order.pk).update(state=state, live_key=live_key, **values)
    order.refresh_from_db()
    return order


def attention(reason: str) -> list[dict[str, str]]:
    return [{"reason": reason, "at": "2026-01-01T00:00:00+00:00"}]


PAST = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)
SOON = timezone.now() + datetime.timedelta(hours=1)


def heading_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.DOTALL)[1])


def test_checkout__sends_the_customer_on_with_one_query(client: Client, django_assert_num_queries: Any) -> None:
    order = order_in("ACTIVE")
    with django_assert_num_queries(1):
        response = client.get(order.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, URL)
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    assert "no-store" in response["Cache-Control"]
    assert client.head(order.get_absolute_url()).status_code == 302


@pytest.fixture
def held(flowwise_emulator: Any) -> Order:
    """Give an order whose money waits for a capture."""
    order = services.submit_order(make_order())
    flowwise_emulator.authorise(order.order_id)
    return services.refresh_order(order)


def assert_nobody_pays_again(client: Client, order: Order) -> None:
    for name in ("checkout", "continue"):
        response = client.get(reverse(f"django_flowwise:{name}", args=[order.key]))
        assert response.status_code == 303
        page = client.get(response["Location"], follow=True)
        assert page.wsgi_request.path == reverse("django_flowwise:return", args=[order.key])
        assert "Please do not pay again" in page.content.decode()


def test_checkout__nobody_pays_again_what_is_held(
    client: Client, held: Order, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(2):
        client.get(held.get_absolute_url())
    assert_nobody_pays_again(client, held)
    services.void_payment(held.payments.get())
    assert client.get(held.get_absolute_url())["Location"] == held.checkout_url


def test_return__invites_nobody_to_pay_what_a_person_has_to_look_at_first(client: Client) -> None:
    order = order_in("ACTIVE", checked_at=timezone.now())
    page = client.get(reverse("django_flowwise:return", args=[order.key]))
    assert "go back to it" in page.content.decode()
    Order.objects.update(attention=attention("words_disagree"))
    text = client.get(reverse("django_flowwise:return", args=[order.key])).content.decode()
    assert "it will be noticed by itself" in text
    assert "go back to it" not in text
    assert "Back to the payment page" not in text


def test_checkout__nobody_pays_again_what_is_being_captured(client: Client, held: Order) -> None:
    held.payments.update(capture_status="CAPTURE_REQUESTED")
    assert_nobody_pays_again(client, held)


def test_checkout__nobody_pays_again_what_was_taken_in_part(client: Client, held: Order) -> None:
    services.capture_payment(held.payments.get(), held.order_amount - 1)
    assert Order.objects.get().state == "ACTIVE"
    assert_nobody_pays_again(client, held)


def test_checkout__nobody_pays_again_by_an_order_that_was_replaced(client: Client, held: Order) -> None:
    successor = services.create_order(
        reference=held.reference,
        order_amount=held.order_amount + 1,
        order_currency=held.order_currency,
        customer_id=held.customer_id,
        customer_email=held.customer_email,
        supersede=True,
    )
    held.refresh_from_db()
    assert (held.state, held.superseded_by) == ("WITHDRAWN", successor)
    assert_nobody_pays_again(client, held)


@pytest.mark.parametrize("word", ["CREATED", "VOID_REQUESTED", "NEVER_SEEN"])
def test_checkout__nobody_pays_again_what_is_called_successful(client: Client, held: Order, word: str) -> None:
    held.payments.update(capture_status=word)
    assert_nobody_pays_again(client, held)


def test_checkout__leads_to_the_successor_once_the_money_was_given_back(
    client: Client, flowwise_emulator: Any
) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.pay(order.order_id, amount="100")
    services.refresh_order(order)
    assert_nobody_pays_again(client, order)
    services.refund_payment(order.payments.get())
    services.settle_attention(order, "given back")
    assert client.get(order.get_absolute_url())["Location"] == order.checkout_url
    successor = services.create_order(
        reference=order.reference, order_amount=1, order_currency="INR", customer_id="c", supersede=True
    )
    assert client.get(order.get_absolute_url())["Location"] == successor.get_absolute_url()


def test_new_link__is_not_needed_where_the_look_finds_the_order_paid(
    client: Client, flowwise_emulator: Any
) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.pay(order.order_id)
    Order.objects.update(order_expiry_time=PAST)
    response = client.post(order.get_absolute_url(), follow=True)
    assert Order.objects.get().state == "PAID"
    assert response.wsgi_request.path == reverse("django_flowwise:return", args=[order.key])


def test_new_link__is_not_needed_where_the_old_one_works_again(client: Client, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    Order.objects.update(state="EXPIRED")
    response = client.post(order.get_absolute_url())
    assert client.get(response["Location"])["Location"] == order.checkout_url


@pytest.mark.parametrize("name", ["checkout", "continue", "return"])
def test_unknown_key__gets_the_projects_own_404(client: Client, name: str) -> None:
    response = client.get(reverse(f"django_flowwise:{name}", args=[uuid.uuid4()]), headers={"X-Order-View": "0"})
    assert response.status_code == 404
    assert b"Not Found" in response.content
    assert "X-Order-View" not in response


@pytest.mark.parametrize("name", ["checkout", "continue", "return"])
def test_unknown_key__answers_the_projects_own_question(client: Client, name: str) -> None:
    key = uuid.uuid4()
    asking = {"X-Order-View": page_question(key)}
    response = client.get(reverse(f"django_flowwise:{name}", args=[key]), headers=asking)
    assert (response.status_code, response.content) == (404, b"")
    assert response["X-Order-View"] == page_mark(key, asked=page_question(key))
    assert "no-store" in response["Cache-Control"]


def test_known_key__answers_no_question(client: Client) -> None:
    order = order_in("DRAFT")
    asking = {"X-Order-View": page_question(order.key)}
    assert "X-Order-View" not in client.get(order.get_absolute_url(), headers=asking)


@pytest.mark.parametrize(
    ("state", "values", "status", "heading", "has_button"),
    [
        ("DRAFT", {}, 200, "Pay for your order", True),
        ("REFUSED", {}, 200, "Pay for your order", True),
        ("UNCONFIRMED", {}, 200, "Pay for your order", True),
        ("SUBMITTING", {"claim_expires_at": SOON}, 200, "Preparing your payment", False),
        ("SUBMITTING", {"claim_expires_at": PAST}, 200, "Pay for your order", True),
        ("WITHDRAWN", {}, 410, "This payment link is no longer valid", False),
        ("EXPIRED", {}, 410, "This payment link has expired", True),
        ("ACTIVE", {"order_expiry_time": PAST}, 410, "This payment link has expired", True),
        ("ACTIVE", {"checkout_url": "https://evil.example/"}, 409, "This order cannot be paid right now", False),
        (
            "ACTIVE",
            {"attention": attention("reference_already_paid")},
            409,
            "This order cannot be paid right now",
            False,
        ),
        (
            "ACTIVE",
            {"attention": attention("belongs_to_another")},
            409,
            "This order cannot be paid right now",
            False,
        ),
        ("ACTIVE", {"attention": attention("other_flowwise")}, 409, "This order cannot be paid right now", False),
    ],
)
def test_checkout__page_of_each_state(
    client: Client,
    django_assert_num_queries: Any,
    state: str,
    values: Any,
    status: int,
    heading: str,
    has_button: bool,
) -> None:
    order = order_in(state, **values)
    before = Order.objects.filter(pk=order.pk).values().get()
    # Whether a payment is under way is asked only where a new one would be offered.
    with django_assert_num_queries(2 if "expired" in heading else 1):
        response = client.get(order.get_absolute_url())
    assert (response.status_code, heading_of(response)) == (status, heading)
    page = response.content.decode()
    assert ("<form" in page) is has_button
    assert "INR\xa02,299.50" in page
    private = (
        order.customer_id,
        order.customer_email,
        order.customer_phone,
        order.customer_address,
        order.reference,
    )
    assert not [text for text in private if text in page]
    assert "<script" not in page
    assert " style=" not in page
    assert Order.objects.filter(pk=order.pk).values().get() == before


def test_checkout__an_order_that_needs_a_person_for_another_reason_is_payable(client: Client) -> None:
    order = order_in("ACTIVE", attention=attention("cannot_tell"))
    assert client.get(order.get_absolute_url()).status_code == 302


@pytest.mark.parametrize("state", ["PAID", "REVERSED"])
def test_checkout__of_a_paid_order_leads_to_the_return_page(client: Client, state: str) -> None:
    order = order_in(state)
    response = client.get(order.get_absolute_url())
    assert (response.status_code, response["Location"]) == (
        302,
        reverse("django_flowwise:return", args=[order.key]),
    )


def test_checkout__of_a_withdrawn_order_leads_to_its_successor(client: Client) -> None:
    successor = order_in("ACTIVE")
    order = order_in("WITHDRAWN", superseded_by=successor)
    response = client.get(order.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, successor.get_absolute_url())


def test_checkout__the_button_creates_the_order(client: Client, flowwise_emulator: Any) -> None:
    order = make_order()
    response = client.post(order.get_absolute_url())
    assert (response.status_code, response["Location"]) == (
        303,
        reverse("django_flowwise:continue", args=[order.key]),
    )
    order.refresh_from_db()
    assert order.state == "ACTIVE"
    onward = client.get(response["Location"])
    assert onward["Refresh"] == f"0;url={order.checkout_url}"
    assert order.checkout_url in onward.content.decode()
    again = client.post(order.get_absolute_url())
    assert again["Location"] == response["Location"]
    assert len(flowwise_emulator.orders) == 1


def test_checkout__the_button_of_an_expired_order_gives_a_new_link(client: Client, flowwise_emulator: Any) -> None:
    old = services.submit_order(make_order())
    flowwise_emulator.expire(old.order_id)
    services.refresh_order(old)
    response = client.post(old.get_absolute_url())
    new = Order.objects.get(state="ACTIVE")
    assert response["Location"] == reverse("django_flowwise:continue", args=[new.key])
    assert client.get(old.get_absolute_url())["Location"] == new.get_absolute_url()


def test_checkout__where_the_shop_allows_no_new_link(rf: RequestFactory) -> None:
    order = order_in("EXPIRED")
    view = CheckoutView.as_view(allow_reissue=False)
    for request in (rf.get("/"), rf.post("/")):
        response = view(request, key=order.key).render()
        assert response.status_code == 410
        assert b"Contact the shop for a new one" in response.content


@pytest.mark.parametrize("state", ["PAID", "WITHDRAWN"])
def test_checkout__a_button_on_a_page_of_yesterday(client: Client, state: str) -> None:
    order = order_in(state)
    response = client.post(order.get_absolute_url())
    assert (response.status_code, response["Location"]) == (303, order.get_absolute_url())


def test_checkout__nothing_was_sent(client: Client, flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["default"]["BASE_URL"] = "http://127.0.0.1:9"
    response = client.post(make_order().get_absolute_url())
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert "Your order is safe" in response.content.decode()


def test_checkout__flowwise_refuses(client: Client, flowwise_emulator: Any, settings: Any) -> None:
    settings.FLOWWISE["default"]["CLIENT_SECRET"] = "mistyped"
    response = client.post(make_order().get_absolute_url())
    assert response.status_code == 502
    assert "did not accept the order" in response.content.decode()
    assert "mistyped" not in response.content.decode()


def test_checkout__somebody_else_is_at_it(client: Client, flowwise_emulator: Any, monkeypatch: Any) -> None:
    order = make_order()
    later = timezone.now() + datetime.timedelta(minutes=1)
    real = services.submit_order

    def claimed_first(mine: Order) -> Order:
        Order.objects.filter(pk=mine.pk).update(state="SUBMITTING", attempts=1, claim_expires_at=later)
        return real(mine)

    monkeypatch.setattr(services, "submit_order", claimed_first)
    response = client.post(order.get_absolute_url())
    assert (response.status_code, heading_of(response)) == (200, "Preparing your payment")
    assert response["Refresh"] == "3"


def test_checkout__made_at_another_flowwise(client: Client, flowwise_emulator: Any) -> None:
    order = make_order()
    Order.objects.filter(pk=order.pk).update(base_url="https://app.flowwise.com/router")
    response = client.post(order.get_absolute_url())
    assert (response.status_code, heading_of(response)) == (409, "This order cannot be paid right now")


def test_checkout__the_button_is_protected() -> None:
    strict = Client(enforce_csrf_checks=True)
    order = make_order()
    assert strict.post(order.get_absolute_url()).status_code == 403
    page = strict.get(order.get_absolute_url())
    assert "csrfmiddlewaretoken" in page.content.decode()


@pytest.mark.parametrize(
    ("state", "values"),
    [
        ("DRAFT", {}),
        ("ACTIVE", {"order_expiry_time": PAST}),
        ("ACTIVE", {"checkout_url": "https://evil.example/"}),
    ],
)
def test_continue__only_for_what_can_be_paid(client: Client, state: str, values: Any) -> None:
    order = order_in(state, **values)
    response = client.get(reverse("django_flowwise:continue", args=[order.key]))
    assert (response.status_code, response["Location"]) == (303, order.get_absolute_url())


def return_page(order: Order) -> str:
    return reverse("django_flowwise:return", args=[order.key])


def test_return__asks_flowwise_and_believes_no_query(client: Client, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    response = client.get(return_page(order), {"order_id": "other", "order_status": "PAID", "payment": "SUCCESS"})
    assert heading_of(response) == "Waiting for your payment"
    flowwise_emulator.pay(order.order_id)
    Order.objects.filter(pk=order.pk).update(checked_at=None)
    response = client.get(return_page(order))
    assert (response.status_code, heading_of(response)) == (200, "Thank you, your payment has arrived")
    assert "Refresh" not in response


def test_return__asks_at_most_every_five_seconds(client: Client, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    for _ in range(3):
        client.get(return_page(order))
    assert [request.path.count("/") for request in flowwise_emulator.requests] == [2, 3, 4]


def test_return__shows_what_is_stored_where_flowwise_is_silent(client: Client, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.stop()
    try:
        response = client.get(return_page(order))
    finally:
        flowwise_emulator.start()
    assert heading_of(response) == "Waiting for your payment"


def test_return__looks_again_ever_more_slowly_for_ten_minutes(client: Client) -> None:
    order = order_in("ACTIVE", checked_at=timezone.now() + datetime.timedelta(hours=1))
    address, waits = return_page(order), []
    while True:
        response = client.get(address)
        if "Refresh" not in response:
            break
        wait, address = re.fullmatch(r"(\d+);url=(.+)", response["Refresh"]).groups()
        waits.append(int(wait))
    assert waits == sorted(waits)
    assert 600 <= sum(waits) <= 700
    assert "you can close this page" in response.content.decode()


@pytest.mark.parametrize("look", ["x", "-1", "99999", "²", ""])
def test_return__a_strange_counter_starts_anew(client: Client, look: str) -> None:
    order = order_in("ACTIVE", checked_at=timezone.now() + datetime.timedelta(hours=1))
    response = client.get(return_page(order), {"look": look})
    assert response["Refresh"] == f"2;url={return_page(order)}?look=1"


@pytest.mark.parametrize(
    ("state", "heading"),
    [
        ("PAID", "Thank you, your payment has arrived"),
        ("SUBMITTING", "Waiting for your payment"),
        ("UNCONFIRMED", "Waiting for your payment"),
        ("EXPIRED", "This order has not been paid"),
        ("WITHDRAWN", "This order has not been paid"),
        ("REVERSED", "The payment went back"),
    ],
)
def test_return__page_of_each_state(client: Client, state: str, heading: str) -> None:
    order = order_in(state, checked_at=timezone.now() + datetime.timedelta(hours=1))
    response = client.get(return_page(order))
    assert heading_of(response) == heading
    assert order.customer_email not in response.content.decode()
    assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("state", ["DRAFT", "REFUSED"])
def test_return__of_what_is_not_at_flowwise_leads_to_the_button(client: Client, state: str) -> None:
    order = order_in(state, checked_at=timezone.now() + datetime.timedelta(hours=1))
    response = client.get(return_page(order))
    assert (response.status_code, response["Location"]) == (302, order.get_absolute_url())


def test_return__of_a_replaced_order_leads_to_its_successor(client: Client) -> None:
    order = order_in(
        "WITHDRAWN", superseded_by=make_order(), checked_at=timezone.now() + datetime.timedelta(hours=1)
    )
    assert client.get(return_page(order))["Location"] == order.get_absolute_url()


def test_return__of_a_payment_that_failed_offers_another_try(client: Client, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.fail(order.order_id)
    response = client.get(return_page(order))
    assert heading_of(response) == "The payment did not go through"
    assert "Refresh" not in response
    assert f'href="{order.get_absolute_url()}"' in response.content.decode()
    Order.objects.filter(pk=order.pk).update(checked_at=None)
    flowwise_emulator.pay(order.order_id)
    assert heading_of(client.get(return_page(order))) == "Thank you, your payment has arrived"


def test_return__a_failure_seen_before_may_be_over(client: Client, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.fail(order.order_id)
    assert heading_of(client.get(return_page(order))) == "The payment did not go through"
    flowwise_emulator.pay(order.order_id)
    response = client.get(return_page(order))
    assert heading_of(response) == "Waiting for your payment"
    assert "Refresh" in response


@pytest.mark.parametrize("act", ["start_payment", "authorise"])
def test_return__of_a_payment_under_way_asks_for_no_other(
    client: Client, flowwise_emulator: Any, act: str
) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.fail(order.order_id)
    getattr(flowwise_emulator, act)(order.order_id)
    response = client.get(return_page(order))
    page = response.content.decode()
    assert heading_of(response) == "Waiting for your payment"
    assert "Please do not pay again" in page
    assert f'href="{order.get_absolute_url()}"' not in page
    assert response["Refresh"] == f"2;url={return_page(order)}?look=1"


@pytest.mark.parametrize(
    ("status", "heading"),
    [("SUCCESS", "Thank you, your payment has arrived"), ("FAILED", "The payment did not go through")],
)
def test_return__shows_how_a_payment_under_way_ends(
    client: Client, flowwise_emulator: Any, status: str, heading: str
) -> None:
    order = services.submit_order(make_order())
    payment = flowwise_emulator.start_payment(order.order_id)
    client.get(return_page(order))
    flowwise_emulator.finish_payment(payment["payment_id"], status)
    Order.objects.filter(pk=order.pk).update(checked_at=None)
    assert heading_of(client.get(return_page(order))) == heading


def test_return__money_that_is_held_is_paid_once_captured(client: Client, flowwise_emulator: Any) -> None:
    order = services.submit_order(make_order())
    flowwise_emulator.behaviour = dataclasses.replace(flowwise_emulator.behaviour, authorised_order_status="PAID")
    flowwise_emulator.authorise(order.order_id)
    assert heading_of(client.get(return_page(order))) == "Waiting for your payment"
    order.refresh_from_db()
    assert order.state == "ACTIVE"
    services.capture_payment(order.payments.get())
    assert heading_of(client.get(return_page(order))) == "Thank you, your payment has arrived"


@pytest.fixture
def late(flowwise_emulator: Any) -> Order:
    """Give an order whose time is up, while a payment that began in time is under way."""
    order = services.submit_order(make_order())
    flowwise_emulator.start_payment(order.order_id)
    flowwise_emulator.expire(order.order_id)
    return services.refresh_order(order)


def test_return__a_payment_outlives_the_order(client: Client, late: Order, flowwise_emulator: Any) -> None:
    assert late.state == "EXPIRED"
    response = client.get(return_page(late))
    assert heading_of(response) == "Waiting for your payment"
    assert "Refresh" in response
    flowwise_emulator.finish_payment(late.payments.get().payment_id)
    Order.objects.filter(pk=late.pk).update(checked_at=None)
    assert heading_of(client.get(return_page(late))) == "Thank you, your payment has arrived"


def test_return__a_late_payment_that_fails_leaves_the_order_expired(
    client: Client, late: Order, flowwise_emulator: Any
) -> None:
    flowwise_emulator.finish_payment(late.payments.get().payment_id, "FAILED")
    Order.objects.filter(pk=late.pk).update(checked_at=None)
    response = client.get(return_page(late))
    assert heading_of(response) == "This order has not been paid"
    assert "Get a new link" in response.content.decode()
    assert heading_of(client.get(late.get_absolute_url())) == "This payment link has expired"


def test_return__a_late_payment_is_found_though_nobody_comes_back(
    client: Client, late: Order, flowwise_emulator: Any
) -> None:
    flowwise_emulator.finish_payment(late.payments.get().payment_id)
    Order.objects.filter(pk=late.pk).update(next_check_at=timezone.now())
    assert [found.after for found in services.reconcile().moved] == ["PAID"]
    assert heading_of(client.get(return_page(late))) == "Thank you, your payment has arrived"


def test_return__a_withdrawn_order_that_is_being_paid(client: Client, late: Order) -> None:
    services.withdraw_order(late)
    assert heading_of(client.get(return_page(late))) == "Waiting for your payment"


def test_checkout__an_expired_order_that_is_being_paid_gets_no_new_link(client: Client, late: Order) -> None:
    response = client.get(late.get_absolute_url())
    assert (response.status_code, response["Location"]) == (303, return_page(late))
    response = client.post(late.get_absolute_url())
    assert (response.status_code, response["Location"]) == (303, return_page(late))
    assert Order.objects.count() == 1


def test_checkout__of_a_claim_that_was_left_behind_is_taken_over(client: Client, flowwise_emulator: Any) -> None:
    moment = timezone.now()
    order = make_order()
    Order.objects.filter(pk=order.pk).update(
        state="SUBMITTING",
        attempts=1,
        maybe_sent_at=moment - datetime.timedelta(seconds=200),
        claim_expires_at=moment - datetime.timedelta(seconds=100),
    )
    assert client.post(order.get_absolute_url())["Location"].endswith("/continue/")


def test_return__takes_a_post_from_anywhere(client: Client) -> None:
    order = order_in("ACTIVE")
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(return_page(order), {"status": "SUCCESS"})
    assert (response.status_code, response["Location"]) == (303, return_page(order))


def test_return__a_shop_answers_in_its_own_way(rf: RequestFactory) -> None:
    class ShopReturn(PaymentReturnView):
        def paid(self, order: Order) -> HttpResponse:
            return HttpResponse("thanks")

    moment = timezone.now() + datetime.timedelta(hours=1)
    order = order_in("PAID", checked_at=moment)
    assert ShopReturn.as_view()(rf.get("/"), key=order.key).content == b"thanks"


@pytest.mark.django_db(transaction=True)
def test_views__work_under_atomic_requests(
    client: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    order = make_order()
    assert client.post(order.get_absolute_url()).status_code == 303
    flowwise_emulator.pay(order.order_id)
    assert heading_of(client.get(return_page(order))) == "Thank you, your payment has arrived"


class OwnDispatch(PaymentReturnView):
    """A shop's view that says something about each answer."""

    def dispatch(self, *args: Any, **kwargs: Any) -> Any:
        response = super().dispatch(*args, **kwargs)
        response["X-Shop"] = "1"
        return response


@pytest.mark.parametrize("view", [CheckoutView, PaymentReturnView, OwnDispatch])
def test_views__need_no_login_and_no_transaction(view: Any) -> None:
    assert view.as_view().login_required is False
    assert view.as_view()._non_atomic_requests == {"default"}


def test_views__of_a_shop_that_dispatches_by_itself(rf: Any, flowwise_emulator: Any) -> None:
    response = OwnDispatch.as_view()(rf.get("/"), key=order_in("PAID", checked_at=timezone.now()).key)
    assert (response.status_code, response["X-Shop"]) == (200, "1")
    assert response["X-Frame-Options"] == "DENY"


def test_checkout__of_an_order_made_at_another_flowwise_leads_nowhere(client: Client) -> None:
    order = order_in("ACTIVE", base_url="https://app.flowwise.com/router")
    assert client.get(order.get_absolute_url()).status_code == 409
