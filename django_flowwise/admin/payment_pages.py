"""The addresses behind the buttons of a payment, outside every transaction: asked, confirmed, then done once.

A refund_id is minted when the page is first shown, and travels with it: sent twice, it is still one refund.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _

from django_flowwise import services
from django_flowwise.admin.act_pages import OrderActs
from django_flowwise.admin.payment_acts import (
    CAPTURE,
    PAYMENT_ACTS,
    REFUND,
    SEND_REFUND,
    PaymentAct,
    may_be_sent,
    may_do,
)
from django_flowwise.admin.payment_forms import CONFIRMED, AmountForm, CaptureForm, RefundForm
from django_flowwise.admin.payment_history import RefundTrace, capture_sentence, refund_sentence
from django_flowwise.admin.payment_overview import refund_badge
from django_flowwise.admin.payment_problems import explain_capture, explain_misfit, explain_refund
from django_flowwise.admin.payment_wording import (
    capture_name,
    capture_standing,
    obstacle_of,
    payment_amount,
    refund_name,
    refund_standing,
)
from django_flowwise.admin.wording import Problem, level_of, tell
from django_flowwise.exceptions import FlowwiseConfigurationError, FlowwiseError
from django_flowwise.models import CaptureAction, Order, Payment, Refund, amount_left

CHANGE = "change"
"""Name of the button that leads from the second page back to the first, with what was typed."""
_REPORTED = (FlowwiseError, FlowwiseConfigurationError)
"""What becomes a message; what a person has typed wrong is said beside it."""


class PaymentPages(OrderActs):
    """Give the order's admin its addresses about money."""

    def get_urls(self) -> list[URLPattern]:
        """Put an address for each act before Django's own, which take any path."""
        pages = [
            path(
                f"<int:pk>/payments/<int:payment_pk>/{act.name}/",
                self._outside_transactions(partial(self.payment_view, act=act)),
                name=f"django_flowwise_order_{act.name}",
            )
            for act in PAYMENT_ACTS
        ]
        again = path(
            "<int:pk>/refunds/<int:refund_pk>/send-again/",
            self._outside_transactions(partial(self.send_refund_view)),
            name=f"django_flowwise_order_{SEND_REFUND}",
        )
        return [*pages, again, *super().get_urls()]

    def payment_view(self, request: HttpRequest, pk: int, payment_pk: int, *, act: PaymentAct) -> HttpResponse:
        """Ask, ask once more, do it; say what happened, and write it into the history."""
        order = self._order_for(request, pk, act.permission)
        payment = get_object_or_404(order.payments, pk=payment_pk)
        typed = request.POST if request.method == "POST" else None
        is_confirmed = typed is not None and CONFIRMED in typed
        form = _form(act, payment, typed)
        is_valid = form is None or form.is_valid()
        if form is not None and not is_confirmed and (made := _made_by(form)):
            return self._made_already(request, made)
        # A refund that is confirmed once more is for the services to recognize.
        if not act.fits(payment) and not (act is REFUND and is_confirmed):
            tell(request, order, messages.INFO, _nothing_done(explain_misfit(payment, is_refund=act is REFUND)))
            return self._to_order(order)
        if form is not None and (typed is None or CHANGE in typed or not is_valid):
            return self._page(request, payment, act, form=form)
        if not is_confirmed:
            return self._page(request, payment, act, form=form, is_asked_again=True)
        try:
            self._carry_out(request, payment, act, form.cleaned_data if form else {})
        except ValidationError as error:
            if form is None:
                tell(request, order, messages.ERROR, explain_capture(error, payment))
                return self._to_order(order)
            form.add_error(None, error)
            return self._page(request, payment, act, form=form)
        return self._to_order(order)

    def send_refund_view(self, request: HttpRequest, pk: int, refund_pk: int) -> HttpResponse:
        """Ask whether a refund is to be sent again, under the refund_id that it has, and do it."""
        order = self._order_for(request, pk, REFUND.permission)
        payment = get_object_or_404(order.payments, refunds=refund_pk)
        refund = get_object_or_404(payment.refunds, pk=refund_pk)
        if not may_be_sent(refund):
            return self._made_already(request, refund)
        if request.method != "POST":
            context = {"refund": refund, "badge": refund_badge(refund), "title": _("Send again")}
            return self._render(request, payment, SEND_REFUND, context)
        try:
            self._refund(request, payment, refund.refund_amount, refund.refund_note, refund.refund_id)
        except ValidationError as error:
            tell(
                request, order, messages.ERROR, f"{refund_name(refund)}: {explain_refund(error, payment, refund)}"
            )
        return self._to_order(order)

    def _order_for(self, request: HttpRequest, pk: int, permission: str) -> Order:
        order = get_object_or_404(Order, pk=pk)
        if not (self.has_view_permission(request, order) and may_do(request, permission)):
            raise PermissionDenied
        return order

    def _carry_out(self, request: HttpRequest, payment: Payment, act: PaymentAct, asked: dict[str, Any]) -> None:
        """Run a confirmed act; what it raises becomes a message, but for what the person can correct."""
        if act is REFUND:
            self._refund(request, payment, **asked)
        elif act is CAPTURE:
            self._capture(request, payment, CaptureAction.CAPTURE, asked["amount"])
        else:
            self._capture(request, payment, CaptureAction.VOID, payment.payment_amount)

    def _refund(self, request: HttpRequest, payment: Payment, amount: Any, note: str, refund_id: str) -> None:
        mine = payment.refunds.filter(refund_id=refund_id)
        before, problem, level = RefundTrace.of(mine.first()), None, messages.ERROR
        try:
            refund: Refund | None = services.refund_payment(payment, amount, note=note, refund_id=refund_id)
        except _REPORTED as error:
            problem, refund = error, mine.first()
            level, text = level_of(error), explain_refund(error, payment, refund)
        if refund is not None:
            if problem is None:
                level, text = refund_standing(refund)
            text = f"{refund_name(refund)}: {text}"
        tell(request, payment.order, level, text)
        self._note(request, payment.order, refund_sentence(before, refund, problem))

    def _capture(self, request: HttpRequest, payment: Payment, action: CaptureAction, amount: Any) -> None:
        problem: Problem | None = None
        try:
            if action == CaptureAction.CAPTURE:
                payment = services.capture_payment(payment, amount)
            else:
                payment = services.void_payment(payment)
            level, text = capture_standing(action, payment)
        except _REPORTED as error:
            problem, level, text = error, level_of(error), explain_capture(error, payment)
        tell(request, payment.order, level, f"{capture_name(action, payment, amount)}: {text}")
        self._note(request, payment.order, capture_sentence(action, payment, amount, problem))

    def _note(self, request: HttpRequest, order: Order, text: str) -> None:
        if text:
            self.log_change(request, order, text)

    def _made_already(self, request: HttpRequest, refund: Refund) -> HttpResponse:
        standing = _nothing_done(f"{refund_name(refund)}: {refund_standing(refund)[1]}")
        tell(request, refund.payment.order, messages.INFO, standing)
        return self._to_order(refund.payment.order)

    def _page(
        self,
        request: HttpRequest,
        payment: Payment,
        act: PaymentAct,
        *,
        form: AmountForm | None,
        is_asked_again: bool = False,
    ) -> HttpResponse:
        asked, rest = payment.payment_amount, ""
        if form is not None and is_asked_again:
            asked = form.cleaned_data["amount"]
            rest = payment_amount(payment, amount_left(payment) - asked)
        context = {
            "title": act.title,
            "form": form,
            "is_asked_again": is_asked_again,
            "confirmed": CONFIRMED,
            "change": CHANGE,
            "asked": payment_amount(payment, asked),
            "rest": rest,
        }
        return self._render(request, payment, act.name, context)

    def _render(self, request: HttpRequest, payment: Payment, name: str, context: dict[str, Any]) -> HttpResponse:
        order = payment.order
        left = amount_left(payment)
        shared = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "order": order,
            "payment": payment,
            "authorised": payment_amount(payment, payment.payment_amount),
            "paid": payment_amount(payment, payment.amount_captured),
            "refunded": payment_amount(payment, payment.amount_captured - left),
            "left": payment_amount(payment, left),
            "obstacle": obstacle_of(order),
            "back": reverse("admin:django_flowwise_order_change", args=[order.pk]),
        }
        return TemplateResponse(request, f"admin/django_flowwise/order/{name}.html", shared | context)

    def _to_order(self, order: Order) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:django_flowwise_order_change", args=[order.pk]))


def _form(act: PaymentAct, payment: Payment, typed: Any) -> AmountForm | None:
    if act is REFUND:
        return RefundForm(payment, typed)
    return CaptureForm(payment, typed) if act is CAPTURE else None


def _made_by(form: AmountForm) -> Refund | None:
    """Give the refund that the first of two pages has made already."""
    refund_id = form.cleaned_data.get("refund_id", "") if form.is_bound else ""
    return form.payment.refunds.filter(refund_id=refund_id).first() if refund_id else None


def _nothing_done(text: str) -> str:
    return f"{text} {_('Nothing was done.')}"
