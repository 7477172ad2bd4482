"""Faults in what a 200 says: nothing, nonsense, or what no customer may be sent to."""

from __future__ import annotations

from typing import Final

from django_flowwise.emulator.faults import alterations as alter
from django_flowwise.emulator.faults.fault import LOOKS, Fault

IGNORED: Final = "The field counts as absent; the rest of the answer is taken."
UNUSABLE: Final = "No customer is sent there: unknown, so one look decides."
OTHERS: Final = "It belongs to another order: one look decides; if that says the same, a person is called."

BODIES: Final = (
    Fault(
        name="empty_body",
        does="Keeps the order, then answers 200 with nothing.",
        meets=LOOKS,
        alteration=alter.text(b""),
    ),
    Fault(
        name="not_json",
        does="Keeps the order, then answers 200 with HTML that is called JSON.",
        meets=LOOKS,
        alteration=alter.text(b"<p>Welcome!</p>"),
    ),
    Fault(
        name="other_json_shape",
        does="Keeps the order, then answers a list for an object, or the other way round.",
        meets=LOOKS,
        alteration=alter.other_shape,
    ),
    Fault(
        name="wrong_types",
        does="Keeps the order, then answers numbers for text and text for numbers, save the order_id.",
        meets=f"{IGNORED} Without a checkout_url, one look decides.",
        alteration=alter.fields(alter.wrong_type),
    ),
    Fault(
        name="nul_characters",
        does="Keeps the order, then answers with a NUL character in every text but the order_id.",
        meets=f"{IGNORED} Without a checkout_url, one look decides.",
        alteration=alter.fields(alter.with_nul),
    ),
    Fault(
        name="missing_fields",
        does="Keeps the order, then answers with the ids alone.",
        meets="What is missing counts as absent. Without a checkout_url, one look decides.",
        alteration=alter.fields(alter.ids_alone),
    ),
    Fault(
        name="missing_checkout_url",
        does="Keeps the order, then answers without checkout_url and redirect_url.",
        meets=UNUSABLE,
        alteration=alter.without("checkout_url", "redirect_url"),
    ),
    *(
        Fault(
            name=f"checkout_url_{trick}",
            does=f"Keeps the order, then answers with a checkout_url or redirect_url {text}.",
            meets=UNUSABLE,
            alteration=alter.checkout_url(rewrite),
        )
        for trick, text, rewrite in (
            ("other_scheme", "of another scheme", lambda url: f"ftp{url[url.index(':') :]}"),
            ("other_host", "at another host", lambda url: f"https://{alter.ELSEWHERE}/checkout"),
            ("user_info", "with user-info", lambda url: url.replace("://", "://pay@", 1)),
            ("backslash", "with a backslash", lambda url: url.replace("://", f"://{alter.ELSEWHERE}\\@", 1)),
            ("control_characters", "with control characters", lambda url: f"\x01\t{url}\r\n"),
            ("3000_characters", "of 3,000 characters", lambda url: f"{url}?".ljust(3000, "a")),
        )
    ),
    Fault(
        name="other_order_id",
        does="Keeps the order, then answers with another order_id.",
        meets=LOOKS,
        alteration=alter.values(order_id="order_of_somebody_else"),
    ),
    Fault(
        name="other_currency",
        does="Keeps the order, then answers with another currency.",
        meets=OTHERS,
        alteration=alter.values(order_currency="XXX", payment_currency="XXX"),
    ),
    Fault(
        name="unknown_status",
        does="Keeps the order, then answers with a status that nobody has documented.",
        meets="Neither success nor failure: the order is ACTIVE, and looked at again.",
        alteration=alter.values(
            **dict.fromkeys(("order_status", "status", "payment_status", "refund_status"), "BREWING")
        ),
    ),
)
"""Each keeps the order and answers 200."""
