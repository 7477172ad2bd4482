"""Refunding, capturing and voiding: asked, confirmed, and done once, whatever is pressed how often."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client

from django_flowwise import services
from django_flowwise.exceptions import OrderBusy, OutcomeUnknown, RequestNotSent
from django_flowwise.models import Order, Payment, Refund
from tests.admin.conftest import MONEY, messages_of, page_about, page_to_send, posts

pytestmark = pytest.mark.django_db
ASKED = {"amount": "1149.75", "note": "wrong size", "refund_id": "refund_1"}
CONFIRMED = {**ASKED, "confirmed": "1"}
ACCEPTED = "Flowwise has accepted it; the money reaches the customer days later."


def text_after(response: Any) -> str:
    [text] = messages_of(response)
    return text.partition("</a>: ")[2]


def history() -> list[tuple[str, str]]:
    return [(entry.user.get_username(), entry.change_message) for entry in LogEntry.objects.order_by("pk")]


def hidden_in(page: str) -> dict[str, str]:
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page))


def change(payment: Payment) -> str:
    return f"/admin/django_flowwise/order/{payment.order_id}/change/"


def rows() -> list[Any]:
    return [list(model.objects.values()) for model in (Order, Payment, Refund)]


def test_refund__asks_confirms_and_does_it(bea: Client, payment: Payment, flowwise_emulator: Any) -> None:
    address = page_about(payment, "refund")
    before = rows()
    asked = bea.get(address)
    assert asked["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    page = asked.content.decode()
    assert 'name="amount" value="2299.50"' in page
    assert page.count("INR\xa02,299.50") == 2
    assert "INR\xa00.00" in page
    refund_id = hidden_in(page)["refund_id"]
    assert re.fullmatch(r"refund_[0-9a-f]{32}", refund_id)
    page = bea.post(address, {**ASKED, "refund_id": refund_id}).content.decode()
    assert f"Give back INR\xa01,149.75 of payment {payment.payment_id}?" in page
    assert "wrong size" in page
    assert "Refundable afterwards</dt><dd>INR\xa01,149.75" in page
    hidden = hidden_in(page)
    hidden.pop("csrfmiddlewaretoken")
    assert hidden == {**CONFIRMED, "refund_id": refund_id}
    assert (rows(), posts(flowwise_emulator)) == (before, 0)
    response = bea.post(address, hidden, follow=True)
    assert response.redirect_chain == [(change(payment), 302)]
    assert text_after(response) == f"Refund of INR\xa01,149.75 ({refund_id}): {ACCEPTED}"
    assert [message.level_tag for message in response.context["messages"]] == ["success"]
    assert history() == [("anna", f"Refund of INR\xa01,149.75 ({refund_id}): Accepted.")]
    refund = Refund.objects.get()
    assert (refund.refund_id, refund.refund_note) == (refund_id, "wrong size")


@pytest.mark.parametrize("amount", ["1149.75", "2299.50"])
def test_refund__sent_twice_is_one(bea: Client, payment: Payment, flowwise_emulator: Any, amount: str) -> None:
    """A double click, a reload, the back button: all send the second page again."""
    for _ in range(3):
        response = bea.post(page_about(payment, "refund"), {**CONFIRMED, "amount": amount}, follow=True)
        assert ACCEPTED in text_after(response)
    assert posts(flowwise_emulator) == 1
    assert len(flowwise_emulator.refunds) == Refund.objects.count() == len(history()) == 1


def test_refund__from_the_first_page_once_more_is_not_asked_for_again(bea: Client, payment: Payment) -> None:
    bea.post(page_about(payment, "refund"), CONFIRMED, follow=True)
    response = bea.post(page_about(payment, "refund"), {**ASKED, "amount": "5"}, follow=True)
    assert text_after(response) == f"Refund of INR\xa01,149.75 (refund_1): {ACCEPTED} Nothing was done."
    assert Refund.objects.count() == 1


def test_refund__with_other_content_is_refused(bea: Client, payment: Payment, flowwise_emulator: Any) -> None:
    bea.post(page_about(payment, "refund"), CONFIRMED, follow=True)
    response = bea.post(page_about(payment, "refund"), {**CONFIRMED, "amount": "5"}, follow=True)
    assert "This page has made the refund refund_1 already, with other content." in text_after(response)
    assert (posts(flowwise_emulator), len(history())) == (1, 1)


def test_refund__whose_key_is_another_payments(bea: Client, payment: Payment, flowwise_emulator: Any) -> None:
    other = Payment.objects.create(order=payment.order, payment_id="pay_other", status="FAILED")
    Refund.objects.create(payment=other, account="default", refund_id="refund_1", refund_amount=5)
    response = bea.post(page_about(payment, "refund"), CONFIRMED, follow=True)
    assert "refund_1 already, with other content" in text_after(response)
    assert (posts(flowwise_emulator), history()) == (0, [])


def test_refund__change_leads_back_with_what_was_typed(bea: Client, payment: Payment) -> None:
    page = bea.post(page_about(payment, "refund"), {**CONFIRMED, "change": "Change"}).content.decode()
    assert 'name="amount" value="1149.75"' in page
    assert 'value="wrong size"' in page
    assert hidden_in(page)["refund_id"] == "refund_1"
    assert not Refund.objects.exists()


@pytest.mark.parametrize("step", [ASKED, CONFIRMED])
@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ({"amount": "2299.51"}, "Of this payment, 2299.5 INR can still be refunded."),
        ({"amount": "0"}, "greater than zero"),
        ({"amount": "1.001"}, "2 digits"),
        ({"amount": "1,000"}, "decimal number"),
        ({"amount": ""}, "This field is required."),
        ({"note": "x" * 256}, "at most 255 characters"),
        ({"note": "x\x00"}, "NUL characters are not allowed."),
        ({"refund_id": ""}, "This page is not whole."),
        ({"refund_id": "a b"}, "at most 40 letters"),
    ],
)
def test_refund__what_is_wrong_is_said_at_its_field(
    bea: Client, payment: Payment, flowwise_emulator: Any, step: Any, typed: Any, text: str
) -> None:
    response = bea.post(page_about(payment, "refund"), {**step, **typed})
    [(field, errors)] = response.context["form"].errors.items()
    assert {field} == typed.keys()
    assert text in errors[0]
    assert text in response.content.decode()
    assert not Refund.objects.exists()
    assert (posts(flowwise_emulator), history()) == (0, [])


@pytest.mark.parametrize(
    ("typed", "state", "text"),
    [
        ("status_400", "REFUSED", "Flowwise said no. No money goes back."),
        ("status_500_before_accept", "UNCONFIRMED", "whether it has the refund is not known"),
    ],
)
def test_refund__that_did_not_get_through_is_in_the_history(
    bea: Client, payment: Payment, flowwise_emulator: Any, typed: str, state: str, text: str
) -> None:
    flowwise_emulator.fail_next(typed, operation="refund_payment")
    flowwise_emulator.fail_all("status_500_before_accept", operation="get_refund")
    response = bea.post(page_about(payment, "refund"), CONFIRMED, follow=True)
    assert text in text_after(response)
    assert Refund.objects.get().state == state
    [(who, entry)] = history()
    assert who == "anna"
    assert entry.startswith(f"Refund of INR\xa01,149.75 (refund_1): {state.capitalize()}, ")


def test_refund__not_sent_is_kept_and_can_be_sent_again(
    bea: Client, payment: Payment, flowwise_emulator: Any
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(services, "refund_payment", _not_sending)
        response = bea.post(page_about(payment, "refund"), CONFIRMED, follow=True)
    assert "The refund is kept here: send it again." in text_after(response)
    assert history() == [("anna", "Refund of INR\xa01,149.75 (refund_1): Not sent.")]
    refund = Refund.objects.get()
    page = response.content.decode()
    assert page_to_send(refund) in page
    asked = bea.get(page_to_send(refund)).content.decode()
    assert "Send the refund of INR\xa01,149.75" in asked
    assert posts(flowwise_emulator) == 0
    response = bea.post(page_to_send(refund), follow=True)
    assert text_after(response) == f"Refund of INR\xa01,149.75 (refund_1): {ACCEPTED}"
    assert list(flowwise_emulator.refunds) == ["refund_1"]
    assert history()[1:] == [("anna", "Refund of INR\xa01,149.75 (refund_1): Accepted.")]
    response = bea.post(page_to_send(refund), follow=True)
    assert text_after(response).endswith("Nothing was done.")
    assert (posts(flowwise_emulator), len(history())) == (1, 2)


def _not_sending(payment: Payment, amount: Any, note: str, refund_id: str) -> Refund:
    Refund.objects.create(
        payment=payment,
        account=payment.account,
        refund_id=refund_id,
        refund_amount=amount,
        refund_currency="INR",
        refund_note=note,
    )
    raise RequestNotSent("nothing left", operation="refund_payment")


def test_send_again__what_is_too_much_by_now_is_not_sent(
    bea: Client, payment: Payment, flowwise_emulator: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refund = Refund.objects.create(
        payment=payment, account="default", refund_id="refund_1", refund_amount=2000, refund_currency="INR"
    )
    monkeypatch.setattr("django_flowwise.admin.payment_pages.may_be_sent", lambda _refund: True)
    services.refund_payment(payment, "1000", refund_id="refund_2")
    response = bea.post(page_to_send(refund), follow=True)
    assert "Of this payment, 1299.5 INR can still be refunded. Nothing was sent or changed." in text_after(
        response
    )
    monkeypatch.undo()
    assert page_to_send(refund) not in bea.get(change(payment)).content.decode()
    assert posts(flowwise_emulator) == 1


def test_refund__busy_elsewhere(bea: Client, payment: Payment, monkeypatch: pytest.MonkeyPatch) -> None:
    def busy(*_: Any, **__: Any) -> Refund:
        raise OrderBusy("refund_1 is being sent")

    monkeypatch.setattr(services, "refund_payment", busy)
    response = bea.post(page_about(payment, "refund"), CONFIRMED, follow=True)
    assert text_after(response).startswith("This refund is just being sent by another request")
    assert history() == []


def test_refund__of_what_has_nothing_left_is_not_asked_for(bea: Client, payment: Payment) -> None:
    services.refund_payment(payment)
    response = bea.get(page_about(payment, "refund"), follow=True)
    assert response.redirect_chain == [(change(payment), 302)]
    assert text_after(response) == f"Nothing of {payment.payment_id} is left to refund. Nothing was done."


def test_capture__asks_confirms_and_does_it(bea: Client, held: Payment, flowwise_emulator: Any) -> None:
    address = page_about(held, "capture")
    assert 'name="amount" value="2299.50"' in bea.get(address).content.decode()
    page = bea.post(address, {"amount": "2299.50"}).content.decode()
    assert f"Capture INR\xa02,299.50 of payment {held.payment_id}?" in page
    assert posts(flowwise_emulator) == 0
    response = bea.post(address, {"amount": "2299.50", "confirmed": "1"}, follow=True)
    name = f"Capture of INR\xa02,299.50 ({held.payment_id})"
    assert text_after(response) == f"{name}: INR\xa02,299.50 captured."
    assert history() == [("anna", f"{name}: Flowwise says SUCCESS/SUCCESS.")]
    assert Order.objects.get().state == "PAID"
    response = bea.post(address, {"amount": "2299.50", "confirmed": "1"}, follow=True)
    assert "holds no money that waits" in text_after(response)
    assert (posts(flowwise_emulator), len(history())) == (1, 1)


@pytest.mark.parametrize("step", [{}, {"confirmed": "1"}])
@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("3000", "2299.5 INR were authorised; no more can be captured."),
        ("", "This field is required."),
    ],
)
def test_capture__no_more_than_authorised(
    bea: Client, held: Payment, flowwise_emulator: Any, step: Any, amount: str, text: str
) -> None:
    response = bea.post(page_about(held, "capture"), {"amount": amount, **step})
    assert response.context["form"].errors == {"amount": [text]}
    assert (posts(flowwise_emulator), history()) == (0, [])


def test_void__names_the_risk_and_does_it(bea: Client, held: Payment, flowwise_emulator: Any) -> None:
    address = page_about(held, "void")
    for page in (bea.get(address).content.decode(), bea.post(address).content.decode()):
        assert "The money goes back to the customer" in page
        assert "This cannot be undone" in page
    assert posts(flowwise_emulator) == 0
    response = bea.post(address, {"confirmed": "1"}, follow=True)
    name = f"Void of INR\xa02,299.50 ({held.payment_id})"
    assert text_after(response) == f"{name}: Flowwise lets the money go: FAILED/VOIDED."
    assert history() == [("anna", f"{name}: Flowwise says FAILED/VOIDED.")]


def test_void__of_an_amount_that_cannot_be_said(bea: Client, held: Payment, flowwise_emulator: Any) -> None:
    Payment.objects.update(payment_currency="XXX", payment_amount=Decimal("5.001"))
    response = bea.post(page_about(held, "void"), {"confirmed": "1"}, follow=True)
    assert text_after(response).endswith("Nothing was sent or changed.")
    assert bea.get(page_about(held, "capture")).status_code == 200
    assert (posts(flowwise_emulator), history()) == (0, [])


def test_capture__in_doubt_is_said_and_recorded(
    bea: Client, held: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose(payment: Payment, _amount: Any) -> Payment:
        Payment.objects.update(capture_action="CAPTURE")
        raise OutcomeUnknown("lost", operation="capture_payment")

    monkeypatch.setattr(services, "capture_payment", lose)
    response = bea.post(page_about(held, "capture"), {"amount": "5", "confirmed": "1"}, follow=True)
    assert "whether it was done is not known" in text_after(response)
    name = f"Capture of INR\xa05.00 ({held.payment_id})"
    assert history() == [("anna", f"{name}: no usable answer.")]
    page = response.content.decode()
    assert "Capture was asked for, and what became of it is not known yet." in page
    assert page_about(held, "capture") not in page
    assert page_about(held, "void") not in page


@pytest.mark.parametrize(
    ("base_url", "text"),
    [
        ("", "The settings of the account “default” are wrong or missing, so nothing can be sent."),
        ("https://copied.example", "Was made at another base URL, https://copied.example"),
    ],
)
@pytest.mark.parametrize("name", ["refund", "send_refund", "capture", "void"])
def test_obstacle__the_page_says_so_and_nothing_is_sent(
    bea: Client,
    held: Payment,
    flowwise_emulator: Any,
    settings: Any,
    name: str,
    base_url: str,
    text: str,
) -> None:
    if name in {"refund", "send_refund"}:
        Payment.objects.update(capture_status="CAPTURED", capture_amount="2299.50")
    refund = Refund.objects.create(payment=held, account="default", refund_amount=5, refund_currency="INR")
    Order.objects.update(base_url=base_url)
    if not base_url:
        settings.FLOWWISE = {"other": settings.FLOWWISE["default"]}
    asked = len(flowwise_emulator.requests)
    address = page_to_send(refund) if name == "send_refund" else page_about(held, name)
    page = bea.get(address).content.decode()
    assert text in page
    assert 'type="submit" class="default"' not in page
    page = bea.get(change(held)).content.decode()
    assert text in page
    assert address not in page
    typed = {"confirmed": "1", "amount": "5", "refund_id": "refund_1"}
    told = text_after(bea.post(address, typed, follow=True))
    assert ("The settings are wrong, so nothing was sent." if not base_url else text) in told
    assert len(flowwise_emulator.requests) == asked
    assert history() == []


@pytest.mark.django_db(transaction=True)
def test_refund__works_under_atomic_requests(
    bea: Client, payment: Payment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "ATOMIC_REQUESTS", True)
    assert ACCEPTED in text_after(bea.post(page_about(payment, "refund"), CONFIRMED, follow=True))


@pytest.mark.parametrize("lacking", MONEY)
def test_doors__each_permission_opens_its_own(staff: Any, payment: Payment, held: Payment, lacking: str) -> None:
    client = staff(*(name for name in MONEY if name != lacking))
    refund = Refund.objects.create(payment=payment, account="default", refund_amount=5, refund_currency="INR")
    needing = {
        page_about(payment, "refund"): "refund_payment",
        page_to_send(refund): "refund_payment",
        page_about(held, "capture"): "capture_payment",
        page_about(held, "void"): "capture_payment",
    }
    for address, permission in needing.items():
        is_open = lacking not in {"view_order", permission}
        assert client.get(address).status_code == (200 if is_open else 403)
    if lacking != "view_order":
        pages = "".join(client.get(change(each)).content.decode() for each in (payment, held))
        shown = {address: address in pages for address in needing}
        assert shown == {address: permission != lacking for address, permission in needing.items()}


def test_doors__what_is_anothers_is_not_found(bea: Client, payment: Payment, held: Payment) -> None:
    refund = Refund.objects.create(payment=payment, account="default", refund_amount=5, refund_currency="INR")
    for address in (page_about(payment, "refund"), page_to_send(refund)):
        assert bea.get(address).status_code == 200
        elsewhere = address.replace(f"order/{payment.order_id}/", f"order/{held.order_id}/")
        assert bea.get(elsewhere).status_code == 404
