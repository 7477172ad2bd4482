"""What strangers write stays text: Flowwise's errors and words in pages, a shop's keys and notes in headers."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from django_flowwise import services
from django_flowwise.emulator import FAULTS, Fault
from django_flowwise.emulator.faults import alterations, switches
from django_flowwise.emulator.refusals import Refusal
from django_flowwise.models import Order, Payment, Refund
from tests.doors.conftest import PUBLIC, TYPED, act_page, admin_page, order_in, page_of, refundable
from tests.factories import make_order

pytestmark = pytest.mark.django_db

MARKUP = (
    """<script>alert(1)</script><img src=x onerror='a()'> & "so" {{ 7|add:7 }} {% now "Y" %} %(x)s </textarea>"""
)
ESCAPED = "&lt;script&gt;alert(1)&lt;/script&gt;"
RAW = re.compile(r"<script>alert|<img src=x|onerror='a\(\)'>|\b14\b \{%")
BREAKS = (
    "\r\nX-Injected: yes",
    "\nX-Injected: yes",
    "\rX-Injected: yes",
    "\u2028X-Injected: yes",
    "\x0bX-Injected: yes",
)


def refusing(message: str, monkeypatch: pytest.MonkeyPatch, emulator: Any) -> None:
    def refuse(_sent: Any) -> None:
        raise Refusal(400, "x", message, "validation_error")

    monkeypatch.setattr(emulator._ledger, "create", refuse)


def test_refusal__with_markup_is_shown_to_staff_as_text(
    boss: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(MARKUP, monkeypatch, flowwise_emulator)
    order = make_order()
    told = boss.post(admin_page("create", order.pk), follow=True).content.decode()
    shown = boss.get(admin_page("change", order.pk)).content.decode()
    assert (told.count(ESCAPED), shown.count(ESCAPED)) == (2, 1)  # the message, and the page's own field
    for page in (told, shown, boss.get(admin_page("changelist")).content.decode()):
        assert not RAW.search(page)
    assert "&amp; &quot;so&quot; {{ 7|add:7 }}" in shown


def test_refusal__with_markup_is_shown_to_no_customer(
    client: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(MARKUP, monkeypatch, flowwise_emulator)
    order = make_order()
    answers = [client.post(page_of("checkout", order)), client.get(page_of("checkout", order))]
    assert [answer.status_code for answer in answers] == [502, 200]
    assert not [answer for answer in answers if "alert(1)" in answer.content.decode()]


def test_answer__with_markup_is_shown_to_staff_as_text(
    boss: Client, client: Client, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = {"order_status": "<script>alert(1)</script>", "order_hash": MARKUP, "project_id": MARKUP}
    fault = Fault(name="markup", does="", meets="", alteration=alterations.values(**said))
    monkeypatch.setattr(switches, "FAULTS", MappingProxyType({**FAULTS, "markup": fault}))
    flowwise_emulator.fail_all("markup")
    order = services.submit_order(make_order())
    page = boss.get(admin_page("change", order.pk)).content.decode()
    assert (order.order_hash, order.project_id, page.count(ESCAPED)) == (MARKUP, MARKUP, 3)
    assert not RAW.search(page)
    for name in PUBLIC:
        assert "alert(1)" not in client.get(page_of(name, order)).content.decode()


def test_shops_words__with_markup_are_shown_to_staff_as_text(boss: Client) -> None:
    customer = {"customer_id": MARKUP, "customer_address": MARKUP, "customer_email": "", "customer_phone": ""}
    order = order_in("DRAFT")
    notes = [{"note": MARKUP, "at": MARKUP, "settled": {}}]
    reasons = [{"reason": MARKUP, "evidence": MARKUP, "at": MARKUP}]
    Order.objects.filter(pk=order.pk).update(
        reference=MARKUP,
        order_note=MARKUP,
        order_tags={MARKUP: MARKUP},
        settlement_notes=notes,
        attention=reasons,
        **customer,
    )
    for address in (
        admin_page("changelist"),
        *(admin_page(name, order.pk) for name in ("change", "settle", "history", "withdraw")),
    ):
        page = boss.get(address).content.decode()
        assert ESCAPED in page, address
        assert not RAW.search(page), address


def test_money__with_markup_is_shown_to_staff_as_text(boss: Client, flowwise_emulator: Any) -> None:
    order = refundable(flowwise_emulator)
    words = {"payment_method": MARKUP, "payment_currency": "<script>alert(1)</script>"}
    Payment.objects.update(payment_id=MARKUP, **words)
    payment = order.payments.get()
    texts = {"refund_note": MARKUP, "refund_status": "<script>alert(1)</script>", "error_message": MARKUP}
    Refund.objects.create(payment=payment, refund_amount=1, refund_currency="INR", state="UNCONFIRMED", **texts)
    addresses = [admin_page("change", order.pk), *(act_page(name, order) for name in ("refund", "send_refund"))]
    pages = {address: boss.get(address).content.decode() for address in addresses}
    typed = {"amount": MARKUP, "note": MARKUP, "refund_id": MARKUP}
    pages["typed"] = boss.post(act_page("refund", order), typed).content.decode()
    told = boss.post(act_page("refund", order), {**TYPED["refund"], "note": MARKUP})
    pages["confirmed"] = told.content.decode()
    Payment.objects.update(status="SUCCESS", capture_status="AUTHORISED")
    for name in ("capture", "void"):
        pages[name] = boss.get(act_page(name, order)).content.decode()
    for address, page in pages.items():
        assert ESCAPED in page, address
        assert not RAW.search(page), address


def test_reason__with_markup_is_asked_and_told_as_text(boss: Client, flowwise_emulator: Any) -> None:
    order = refundable(flowwise_emulator)
    typed = {**TYPED["refund"], "note": MARKUP}
    typed.pop("confirmed")
    asked = boss.post(act_page("refund", order), typed).content.decode()
    told = boss.post(act_page("refund", order), {**typed, "confirmed": "1"}, follow=True).content.decode()
    assert (asked.count(ESCAPED), told.count(ESCAPED)) == (2, 1)
    for page in (asked, told):
        assert not RAW.search(page)


@pytest.mark.parametrize("broken", BREAKS, ids=ascii)
@pytest.mark.parametrize(
    "name", ["order_id", "return_base_url", "customer_email", "customer_phone", "payment_methods"]
)
def test_break__is_refused_where_it_has_no_place(name: str, broken: str) -> None:
    good = {
        "order_id": "order_1",
        "return_base_url": "https://shop.example/",
        "customer_email": "a@b.example",
        "customer_phone": "+919876543210",
        "payment_methods": "upi",
    }[name]
    content = {"reference": "INV-1", "order_amount": 5, "order_currency": "INR", "customer_id": "c"}
    with pytest.raises(ValidationError) as caught:
        services.create_order(**{**content, name: f"{good}{broken}"})
    assert set(caught.value.error_dict) == {name}
    assert services.create_order(**{**content, name: good})


@pytest.mark.parametrize("broken", BREAKS, ids=ascii)
def test_break__in_keys_and_notes_reaches_no_header(
    broken: str, boss: Client, client: Client, flowwise_emulator: Any
) -> None:
    texts = dict.fromkeys(("reference", "customer_id", "customer_address", "order_note"), f"x{broken}")
    order = make_order(**texts, order_tags={f"x{broken}": f"x{broken}"})
    answers = [
        boss.post(admin_page("create", order.pk)),
        boss.post(admin_page("settle", order.pk), {"note": f"x{broken}"}),
    ]
    answers += [client.post(page_of("checkout", order)), *(client.get(page_of(name, order)) for name in PUBLIC)]
    answers += [client.get(page_of("return", order), {"look": f"1{broken}", f"x{broken}": f"x{broken}"})]
    for answer in answers:
        assert "X-Injected" not in answer.headers
        assert not [value for value in answer.headers.values() if "X-Injected" in value or "\n" in value]
        assert not [cookie for cookie in answer.cookies.values() if "\n" in cookie.OutputString()]
    [created] = [request for request in flowwise_emulator.requests if request.method == "POST"]
    assert "x-injected" not in {name.lower() for name in created.headers}
    assert created.json["order_note"] == f"x{broken}"


@pytest.mark.parametrize(
    "order_id", ["../payments", "a/b", "a?b=c", "a#b", "a b", "..", "%2e%2e", "a\r\nHost: evil"]
)
def test_order_id__in_a_row_reaches_one_part_of_the_path(order_id: str, flowwise_emulator: Any) -> None:
    """No validator stands between a row that somebody wrote by hand and the wire."""
    order = order_in("ACTIVE", order_id=order_id)
    services.refresh_after_return(order, stale_after_seconds=-1e6)
    # Two dots mean "one up" to every library, encoded too: nothing is asked.
    assert bool(flowwise_emulator.requests) is (".." not in order_id)
    for request in flowwise_emulator.requests:
        assert re.fullmatch(r"/router/orders/[^/]+(/payments)?", request.path)
        assert request.query == ""
        assert request.headers["Host"] == flowwise_emulator.url.removeprefix("http://")
