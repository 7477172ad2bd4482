"""Where a report has words, and what they and the names of fields are made of: nobody's name can be among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

DOCUMENTED_WORDS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        **dict.fromkeys(("create_order", "get_order"), ("order_status",)),
        "create_payment": ("payment_status", "capture_status"),
        "list_payments": ("[].status", "[].capture_status"),
        **dict.fromkeys(("get_payment", "capture_payment", "void_payment"), ("status", "capture_status")),
        **dict.fromkeys(("refund_payment", "refund_order", "get_refund"), ("refund_status", "refund_type")),
        **dict.fromkeys(("create_customer", "update_customer"), ("scope", "status")),
    }
)
"""Where, in a documented answer of each operation, a word for a state stands.

Source: the response of each operation's page under
https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/ (read 2026-11-24).
"""
ERROR_WORDS: Final = ("code", "type")
"""Where a refusal may have words. Errors are not documented; these are two of the three members that the vendor's
plugin interface has (https://github.com/cashfree/flowwise-native, read 2026-11-24)."""

# From the public pages and the plugin interface, the neighbouring product of the same vendor, and RFC 9457.
_OF_FIELDS: Final = """
    action added address amount auth base by capture card checkout client code contact content country created
    currency customer date description detail details email enabled error errors expiry field fields flag
    gateway hash help id ids in instance item items link list message metadata method methods minutes mode
    name note notes number on order page parameter path payload payment payments phone platform processor
    project reason redirect ref reference refund refunds request response return scope secret session
    settlement size split splits state status tag tags terminal time timestamp title token total trace
    transaction type updated uri url utr version x
"""
_OF_STATES: Final = """
    active attempted authorised authorized auto cancelled captured closed completed conflict created declined
    dropped expired failed flagged global hold inactive init initiated invalid merchant not onhold open
    overdue paid partial partially pending processed processing project queued redirected refunded requested
    reversed settled success successful terminated termination user void voided
"""
_OF_ERRORS: Final = """
    above already api authentication authorization bad bank below connection conversion credentials denied
    duplicate eligibility empty exceeded exists expired failed failure forbidden found idempotency internal
    invalid json key limit mandatory many maximum media minimum missing null of out payout permission pg
    processing range rate reached redirection refundable required resource server service signature timeout
    too unauthorized unavailable unknown unprocessable unsupported upi validation value webhook wrong
"""
_PARTS: Final = frozenset(f"{_OF_FIELDS} {_OF_STATES} {_OF_ERRORS}".split())
_SEPARATED: Final = re.compile(r"_|(?<=[a-z])(?=[A-Z])")
_LONGEST: Final = 60


def is_of_known_words(text: str) -> bool:
    """Tell whether this is made of words of this module alone, as ``order_amount`` and ``orderAmount`` are."""
    return len(text) <= _LONGEST and all(part.casefold() in _PARTS for part in _SEPARATED.split(text))
