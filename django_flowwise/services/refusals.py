"""What a refusal means for an order: what is stored of it, and whether it is to be believed."""

from __future__ import annotations

from django_flowwise.exceptions import AuthenticationRefused, FlowwiseAPIError, NotFound, RequestRefused

_CREDENTIALS, _ADDRESS = "credentials", "address"
OWN_FAULT_CODES = frozenset({_CREDENTIALS, _ADDRESS})
"""What ``Order.error_code`` is where the settings are to blame."""


def may_mean_that_it_exists(error: RequestRefused) -> bool:
    """Tell whether the refusal may mean that Flowwise has the order already, so that a look must decide.

    Source: neither status nor code of a repeated order_id is documented; 409 is what HTTP has for it (RFC 9110
    section 15.5.10), and ``already_exists`` is in the vendor's public plugin interface (cashfree/flowwise-native
    4c50471; read 2026-11-24).
    """
    return error.http_status == 409 or error.vendor_code.endswith("already_exists")


def is_our_fault(error: RequestRefused) -> bool:
    """Tell whether the settings are to blame rather than the order: once they are mended, it can be sent again."""
    return isinstance(error, (AuthenticationRefused, NotFound))


def error_code_of(error: FlowwiseAPIError | None) -> str:
    """Give the word that is stored in ``Order.error_code``: the vendor's own where there is one."""
    if isinstance(error, AuthenticationRefused):
        return _CREDENTIALS
    if isinstance(error, NotFound):
        return _ADDRESS
    if error is None:
        return ""
    return error.vendor_code or (f"http_{error.http_status}" if error.http_status else "no_answer")


def explanation_of(error: RequestRefused, alias: str) -> str:
    """Give the sentence that is stored in ``Order.error_message``; it names the account that is to blame."""
    return f"{error} Look at the account {alias!r} in FLOWWISE." if is_our_fault(error) else str(error)
