"""What the vendor's two words for a payment tell us: is the money taken, held, still to come, or gone back?"""

from __future__ import annotations

from collections.abc import Collection

SUCCESSFUL_PAYMENT = "SUCCESS"
"""Source: Get All Payments for Order, example (read 2026-11-24)."""
REVERSED_PAYMENT = "REVERSED"
"""The money went back.

Source: the vendor's public plugin interface (cashfree/flowwise-native 4c50471, PayConstants; read 2026-11-24).
"""
OPEN_PAYMENT_WORDS = frozenset({"INITIATED", "REDIRECTED", "PENDING"})
"""Words of payments that may still bring money.

Source: the plugin interface's own list (cashfree/flowwise-native 4c50471, PayConstants; read 2026-11-24).
"""
CLOSED_PAYMENT_WORDS = frozenset({"FAILED", "USER_DROPPED", "INIT_FAILED", REVERSED_PAYMENT})
"""Words of payments that came to an end without money.

Source: FAILED in the example of Get All Payments for Order; the rest is the plugin interface's own list of ends
(cashfree/flowwise-native 4c50471, PayConstants; read 2026-11-24).
"""
REFUNDED_PAYMENT = "REFUNDED"
FORMER_PAYMENT_WORDS = frozenset({REFUNDED_PAYMENT, "CANCELLED", "NOT_ATTEMPTED", "VOID", "CREATED"})
"""Words that older deployments may still use: neither success nor failure, and no reason to call a person.

Source: dropped from the plugin interface on 2025-04-28 (cashfree/flowwise-native, PayConstants; read 2026-11-24).
"""
CAPTURED_WORDS = frozenset({"", "SUCCESS", "CAPTURED"})
"""Capture words that do not speak against the payment; every other word does.

Source: SUCCESS in the examples of Get All Payments for Order; CAPTURED in the vendor's public plugin interface
(cashfree/flowwise-native 4c50471, CaptureStatus; both read 2026-11-24).
"""
HELD_WORDS = frozenset({"AUTHORISED", "CAPTURE_FAILED", "VOID_FAILED"})
"""Capture words of money that is held, and may be captured or voided: none of it has been taken.

Source: CaptureStatus in the plugin interface (cashfree/flowwise-native 4c50471; read 2026-11-24). What a payment
must look like to be captured is not documented; Flowwise decides.
"""
UNBEGUN_CAPTURE = "CREATED"
"""No money is held yet. Source: as for ``HELD_WORDS``."""
REQUESTED_WORDS = frozenset({"CAPTURE_REQUESTED", "VOID_REQUESTED"})
"""Capture words that say that a capture or void has arrived, and not yet what became of it.

Source: as for ``HELD_WORDS``.
"""
UNTAKEN_WORDS = frozenset({"FAILED", "VOIDED"})
"""Capture words of money that will not be taken.

Source: FAILED in the example of Get All Payments for Order; the rest as for ``HELD_WORDS``.
"""


def is_successful(status: str, capture_status: str) -> bool:
    """Tell whether a payment's two words together say that the money was taken."""
    return status == SUCCESSFUL_PAYMENT and capture_status in CAPTURED_WORDS


def is_held(status: str, capture_status: str) -> bool:
    """Tell whether the money waits for a capture or a void."""
    return may_bring_money(status) and capture_status in HELD_WORDS


def is_reserved(status: str, capture_status: str) -> bool:
    """Tell whether money is set aside: it is held, or its capture or void has arrived and is not over."""
    return may_bring_money(status) and capture_status in HELD_WORDS | REQUESTED_WORDS


def is_requested(capture_status: str) -> bool:
    """Tell whether a capture or void has arrived, and is not over."""
    return capture_status in REQUESTED_WORDS


def may_bring_money(status: str) -> bool:
    """Tell whether a payment with this word may still bring, or has brought, money."""
    return status not in CLOSED_PAYMENT_WORDS


def is_under_way(status: str, capture_status: str) -> bool:
    """Tell whether whoever pays has done so, or is about to: the money is held, still to come, or taken.

    Of a word that nobody has documented, that is assumed: paying once more would be the greater harm.
    """
    return may_bring_money(status) and status not in FORMER_PAYMENT_WORDS and capture_status not in UNTAKEN_WORDS


def is_secured(status: str, capture_status: str) -> bool:
    """Tell whether whoever pays has done all of it: the money is held, being captured or let go, or taken.

    Of a successful payment that is assumed under every capture word but those of money that will not be taken.
    """
    is_captured = capture_status in CAPTURED_WORDS - {""}
    has_done_all = status == SUCCESSFUL_PAYMENT or is_captured or is_reserved(status, capture_status)
    return is_under_way(status, capture_status) and has_done_all


def is_known_payment(status: str, capture_status: str) -> bool:
    """Tell whether both words are in the vocabularies that are public; an absent word says nothing."""
    known = {"", SUCCESSFUL_PAYMENT} | OPEN_PAYMENT_WORDS | CLOSED_PAYMENT_WORDS | FORMER_PAYMENT_WORDS
    known_of_capture = CAPTURED_WORDS | HELD_WORDS | REQUESTED_WORDS | UNTAKEN_WORDS | {UNBEGUN_CAPTURE}
    return status in known and capture_status in known_of_capture


def has_failed(statuses: Collection[str]) -> bool:
    """Tell whether these are all the payments of an order, and none of them may bring money."""
    return bool(statuses) and not any(may_bring_money(status) for status in statuses)


def is_reversed(words: Collection[tuple[str, str]]) -> bool:
    """Tell whether these are all the payments of an order whose money has gone back.

    Each is given by its two words; an attempt that was left open beside the one that went back changes nothing.
    """
    statuses = {status for status, _ in words}
    return REVERSED_PAYMENT in statuses and not any(is_successful(*both) for both in words)
