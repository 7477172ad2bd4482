"""What staff can do about the money of an order, and where each act is offered. Nothing here is done yet."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from django_flowwise.models import Payment, Refund, amount_left
from django_flowwise.states import SENDABLE, RefundState


@dataclasses.dataclass(frozen=True, slots=True)
class PaymentAct:
    """Describe one button beside a payment; each asks first, on a page of its own."""

    name: str
    label: Any
    title: Any
    fits: Callable[[Payment], bool]
    """Whether the act means anything for this payment as it stands."""
    permission: str


def _is_refundable(payment: Payment) -> bool:
    return amount_left(payment) > 0


def _is_capturable(payment: Payment) -> bool:
    return payment.is_held and not payment.capture_action and payment.payment_amount is not None


def may_be_sent(refund: Refund) -> bool:
    """Tell whether a refund that did not arrive, as far as is known, can be sent under the same refund_id."""
    if refund.state not in SENDABLE:
        return False
    return refund.state == RefundState.UNCONFIRMED or refund.refund_amount <= amount_left(refund.payment)


REFUND = PaymentAct("refund", _("Refund…"), _("Refund"), _is_refundable, "refund_payment")
CAPTURE = PaymentAct("capture", _("Capture…"), _("Capture"), _is_capturable, "capture_payment")
VOID = PaymentAct("void", _("Void…"), _("Void"), _is_capturable, "capture_payment")
PAYMENT_ACTS = (REFUND, CAPTURE, VOID)
SEND_REFUND = "send_refund"
"""Name of the address that sends a refund again."""


def may_do(request: HttpRequest, permission: str) -> bool:
    """Tell whether this person may do what this permission is for."""
    return request.user.has_perm(f"django_flowwise.{permission}")
