"""The report of orders that need a person."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from django_flowwise.models import Order, Payment, Refund
from tests.admin.conftest import order_in
from tests.factories import make_order

pytestmark = pytest.mark.django_db
REPORT = "/admin/django_flowwise/order/in-doubt/"
AT = "2026-01-01T10:00:00+00:00"


def attention(reason: str, evidence: str = "") -> list[dict[str, str]]:
    return [{"reason": reason, "evidence": evidence, "at": AT}]


def buttons_of(page: str, order: Order) -> set[str]:
    return set(re.findall(rf'"/admin/django_flowwise/order/{order.pk}/(\w+)/\?from=in_doubt"', page))


def test_report__nothing_is_in_doubt(anna: Client) -> None:
    make_order()
    page = anna.get(REPORT).content.decode()
    assert "Nothing is in doubt. Every order is where it should be." in page
    assert "Page 1" not in page


@pytest.mark.parametrize(
    ("state", "values", "texts", "buttons"),
    [
        (
            "UNCONFIRMED",
            {"error_message": "Whether <b> is unknown.", "maybe_sent_at": datetime.datetime.fromisoformat(AT)},
            ["Unconfirmed", "gave no usable answer", "Whether &lt;b&gt; is unknown.", "Jan. 1, 2026, 10 a.m."],
            {"create", "refresh", "withdraw", "settle"},
        ),
        (
            "UNCONFIRMED",
            {"attention": attention("cannot_tell", "403")},
            ["Flowwise refused to say whether it has the order: HTTP 403 (Jan. 1, 2026, 10 a.m.)"],
            {"create", "send_again", "refresh", "withdraw", "settle"},
        ),
        (
            "SUBMITTING",
            {"claim_expires_at": datetime.datetime.fromisoformat(AT)},
            ["ended before it had an answer"],
            {"create", "refresh"},
        ),
        (
            "SUBMITTING",
            {"base_url": "https://copied.example"},
            ["Made at another base URL"],
            {"refresh"},
        ),
        (
            "REFUSED",
            {"error_code": "credentials", "error_message": "Look at the account 'default' in FLOWWISE."},
            ["did not accept the credentials", "Look at the account &#x27;default&#x27; in FLOWWISE."],
            {"create", "refresh", "withdraw"},
        ),
        ("REFUSED", {"error_code": "address"}, ["nothing at the account"], {"create", "refresh", "withdraw"}),
        (
            "EXPIRED",
            {"attention": attention("cannot_tell", "404")},
            ["HTTP 404"],
            {"refresh", "withdraw", "settle"},
        ),
        ("PAID", {"attention": attention("paid_twice")}, ["Paid more than once"], {"refresh", "settle"}),
    ],
)
def test_report__says_why_and_offers_what_resolves_it(
    anna: Client, state: str, values: Any, texts: list[str], buttons: set[str]
) -> None:
    order = order_in(state, **values)
    page = anna.get(REPORT).content.decode()
    for text in (order.reference, "default", "INR\xa02,299.50", f"order/{order.pk}/change/", *texts):
        assert text in page
    assert buttons_of(page, order) == buttons


@pytest.mark.parametrize(
    ("payment", "refund", "text"),
    [
        ({}, {"state": "UNCONFIRMED"}, "Flowwise may have refund_1, but gave no usable answer"),
        (
            {},
            {"state": "SUBMITTING", "claim_expires_at": datetime.datetime.fromisoformat(AT)},
            "refund_1 is being sent, or the process that sent it ended before it had an answer",
        ),
        (
            {"capture_action": "VOID", "claim_expires_at": datetime.datetime.fromisoformat(AT)},
            {"state": "ACCEPTED"},
            "Void of pay_1: asked for, and what became of it is not known",
        ),
    ],
)
def test_report__money_in_doubt(anna: Client, payment: Any, refund: Any, text: str) -> None:
    order = order_in("PAID")
    paid = Payment.objects.create(order=order, payment_id="pay_1", **payment)
    Refund.objects.create(payment=paid, refund_id="refund_1", refund_amount=5, **refund)
    page = anna.get(REPORT).content.decode()
    assert re.findall('<ul class="flowwise-reasons"><li>(.*?)</li></ul>', page) == [text]
    assert buttons_of(page, order) == {"refresh"}


def test_report__an_error_that_is_over_is_not_told(anna: Client) -> None:
    order_in("PAID", attention=attention("paid_twice"), error_message="It was down.")
    assert "It was down." not in anna.get(REPORT).content.decode()


def test_report__shows_no_customers_data(anna: Client) -> None:
    order = order_in("UNCONFIRMED")
    page = anna.get(REPORT).content.decode()
    for text in (order.customer_email, order.customer_phone, order.customer_id, order.customer_address):
        assert text not in page


def test_report__newest_first_and_page_by_page(anna: Client) -> None:
    orders = [order_in("UNCONFIRMED") for _ in range(26)]
    first, second, far = (anna.get(REPORT, {"page": page}) for page in ("1", "2", "99"))
    assert [case.order.pk for case in first.context["cases"]] == [order.pk for order in orders[:0:-1]]
    assert [case.order.pk for case in second.context["cases"]] == [orders[0].pk]
    assert "Page 1 of 2" in first.content.decode()
    assert ("?page=2" in first.content.decode(), "?page=1" in second.content.decode()) == (True, True)
    assert far.context["page"].number == 2


def test_report__counts_no_million_rows_and_asks_no_more_for_more(
    anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def queries_for(number: int) -> list[str]:
        for _ in range(number):
            order = order_in("UNCONFIRMED", attention=attention("cannot_tell"))
            payment = Payment.objects.create(order=order, payment_id=f"pay_{order.pk}")
            Refund.objects.create(payment=payment, refund_amount=5, state="UNCONFIRMED")
        with CaptureQueriesContext(connection) as queries:
            assert anna.get(REPORT).status_code == 200
        return [query["sql"] for query in queries]

    few, many = queries_for(1), queries_for(30)
    assert len(few) == len(many)
    [count] = [sql for sql in many if "COUNT(*)" in sql]
    assert "LIMIT 5000" in count
    assert "There are more" not in anna.get(REPORT).content.decode()
    monkeypatch.setattr("django_flowwise.admin.changelist.MOST_COUNTED", 30)
    monkeypatch.setattr("django_flowwise.admin.in_doubt.MOST_COUNTED", 30)
    assert "There are more than these 30." in anna.get(REPORT).content.decode()


def test_report__survives_broken_settings(anna: Client, settings: Any) -> None:
    settings.FLOWWISE = None
    order = order_in("UNCONFIRMED")
    assert order.reference in anna.get(REPORT).content.decode()


def test_report__to_look_is_not_to_act(staff: Any) -> None:
    order = order_in("UNCONFIRMED", attention=attention("cannot_tell"))
    page = staff("view_order").get(REPORT).content.decode()
    assert order.reference in page
    assert buttons_of(page, order) == set()


def test_doors__the_report_needs_to_be_allowed(staff: Any) -> None:
    assert "/login/" in Client().get(REPORT)["Location"]
    assert staff("submit_order", "settle_order").get(REPORT).status_code == 403


@pytest.mark.parametrize(("permission", "is_linked"), [("view_order", True), ("add_order", False)])
def test_index__leads_to_the_report(staff: Any, permission: str, is_linked: bool) -> None:
    page = staff(permission).get("/admin/django_flowwise/").content.decode()
    assert (f'href="{REPORT}"' in page) is is_linked


def test_report__a_claim_that_is_held_is_nobodys_case(anna: Client) -> None:
    order_in("SUBMITTING", claim_expires_at=timezone.now() + datetime.timedelta(minutes=1))
    assert "Nothing is in doubt." in anna.get(REPORT).content.decode()
