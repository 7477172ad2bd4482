"""Why an order needs a person, and what persons have decided, in words for staff."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from django_flowwise import services
from django_flowwise.models import CaptureAction, Order
from django_flowwise.states import AttentionReason, OrderState, RefundState

_PAYMENTS = re.compile(r"([0-9]+)\+([0-9]+) ([0-9.]+)")
"""How the services write down which payments they saw."""
_WORDS = re.compile(r"(?P<order>.*?); (?P<payments>.*)")
"""How they write down Flowwise's word for an order, and those for its payments."""
_PAYMENT_WORD = re.compile(r"(?P<payment>.+) (?P<word>\S+)")
"""How they write down that a payment's word has changed."""
_ABOUT_WORDS = frozenset({AttentionReason.WORDS_DISAGREE, AttentionReason.PAID_LATE, AttentionReason.REVERSED})
_CAPTURE = re.compile(r"(?P<action>[A-Z]+) (?P<payment>\S+)(?: (?P<asked>\S+))?")
"""How they write down a capture or void that did not show."""
_OWN_FAULTS = {
    "credentials": gettext_lazy("Flowwise did not accept the credentials of the account"),
    "address": gettext_lazy("Flowwise had nothing at the account's address"),
}


_REFUND_DOUBTS: dict[str, Any] = {
    RefundState.UNCONFIRMED: gettext_lazy("Flowwise may have %(refund_id)s, but gave no usable answer"),
    RefundState.SUBMITTING: gettext_lazy(
        "%(refund_id)s is being sent, or the process that sent it ended before it had an answer"
    ),
}


def reason_label(reason: str) -> str:
    """Word a reason; one that a later version has written down stays as it is."""
    return str(AttentionReason(reason).label) if reason in AttentionReason.values else reason


def reason_labels(order: Order) -> str:
    """Word the open reasons in one line."""
    return "; ".join(map(reason_label, order.attention_reasons))


def evidence_text(reason: str, evidence: str) -> str:
    """Word what was seen when the reason was written down."""
    if reason == AttentionReason.CANNOT_TELL and evidence:
        return f"HTTP {evidence}"
    if reason == AttentionReason.BELONGS_TO_ANOTHER:
        return evidence.replace(",", ", ")
    if reason == AttentionReason.CAPTURE_IN_DOUBT:
        return ", ".join(map(_capture_text, evidence.split(", ")))
    if reason in _ABOUT_WORDS and (found := _WORDS.fullmatch(evidence)):
        return _("Flowwise says of the order: %(order)s, of its payments: %(payments)s") % found.groupdict()
    if reason == AttentionReason.WORDS_DISAGREE and (found := _PAYMENT_WORD.fullmatch(evidence)):
        return _("payment %(payment)s, taken before, is now %(word)s") % found.groupdict()
    if found := _PAYMENTS.fullmatch(evidence):
        agreeing, differing, received = found.groups()
        return _("payments that agree: %(agreeing)s, that differ: %(differing)s, received: %(received)s") % {
            "agreeing": agreeing,
            "differing": differing,
            "received": received,
        }
    return moment_text(evidence)


def _capture_text(evidence: str) -> str:
    found = _CAPTURE.fullmatch(evidence)
    if found is None or found["action"] not in CaptureAction.values:
        return evidence
    text = _("%(action)s of %(payment)s") % {
        "action": CaptureAction(found["action"]).label,
        "payment": found["payment"],
    }
    return f"{text} ({moment_text(found['asked'])})" if found["asked"] else text


def moment_text(text: str) -> str:
    """Write a stored moment as people here read it; what is none stays as it is."""
    moment = moment_of(text)
    return text if moment is None else date_format(timezone.localtime(moment), "DATETIME_FORMAT")


def moment_of(text: str) -> datetime.datetime | None:
    """Read a stored moment."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None  # well formed, and no date
    return None if moment is None or timezone.is_naive(moment) else moment


def attention_texts(order: Order) -> list[str]:
    """Say for each open reason what it is, what was seen, and since when."""
    texts = []
    for entry in order.attention:
        seen, since = evidence_text(entry["reason"], entry.get("evidence", "")), moment_text(entry["at"])
        seen = f": {seen}" if seen and seen != since else ""
        texts.append(f"{reason_label(entry['reason'])}{seen} ({since})")
    return texts


def note_texts(order: Order) -> list[tuple[str, str]]:
    """Give each note with its time, and what it settled."""
    texts = []
    for entry in order.settlement_notes:
        settled = []
        for reason, evidence in entry.get("settled", {}).items():
            seen = evidence_text(reason, evidence)
            settled.append(f"{reason_label(reason)}: {seen}" if seen else reason_label(reason))
        texts.append((f"{entry['note']} ({moment_text(entry['at'])})", "; ".join(settled)))
    return texts


def doubt_texts(order: Order) -> list[str]:
    """Say everything for which an order needs a person."""
    texts = attention_texts(order)
    if order.state == OrderState.UNCONFIRMED:
        texts.append(_("Flowwise may have the order, but gave no usable answer"))
    if order.state == OrderState.SUBMITTING and services.is_submittable(order):
        texts.append(_("The process that was creating the order ended before it had an answer"))
    if order.state == OrderState.REFUSED and order.error_code in _OWN_FAULTS:
        texts.append(str(_OWN_FAULTS[order.error_code]))
    if services.is_made_elsewhere(order) and AttentionReason.OTHER_FLOWWISE not in order.attention_reasons:
        texts.append(reason_label(AttentionReason.OTHER_FLOWWISE))
    return texts


def money_doubt_texts(order: Order) -> list[str]:
    """Say which refunds, captures and voids of an order are in doubt; reads them, or what was read with it."""
    texts = []
    for payment in order.payments.all():
        if payment.capture_action:
            asked = _capture_text(f"{payment.capture_action} {payment.payment_id}")
            texts.append(_("%(asked)s: asked for, and what became of it is not known") % {"asked": asked})
        texts += [
            str(_REFUND_DOUBTS[refund.state]) % {"refund_id": refund.refund_id}
            for refund in payment.refunds.all()
            if refund.state in _REFUND_DOUBTS
        ]
    return texts


def in_doubt_since(order: Order) -> datetime.datetime:
    """Say since when an order has needed a person, as far as it was written down."""
    moments = [moment for entry in order.attention if (moment := moment_of(entry["at"]))]
    if order.is_in_doubt and order.maybe_sent_at:
        moments.append(order.maybe_sent_at)
    return min(moments, default=order.updated_at)


def as_list(texts: list[str]) -> SafeString:
    """Write lines as a list, escaped."""
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((text,) for text in texts)))
