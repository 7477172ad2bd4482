"""The one error of the emulator's operations, and what each refusal says.

Any module of the emulator may import it. Codes and types follow the vocabulary of the vendor's published gateway
plugin interface (https://github.com/cashfree/flowwise-native, read 2026-11-24); no page promises them.
"""

from __future__ import annotations


class Refusal(Exception):
    """The emulator says no, with this HTTP status."""

    def __init__(self, status: int, code: str, message: str, kind: str, allow: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.kind = kind
        self.allow = allow


def missing_field(status: int, name: str) -> Refusal:
    """Say that a required field is absent."""
    return Refusal(status, f"{_last(name)}_missing", f"{name} : parameter missing", "validation_error")


def invalid_field(status: int, name: str, reason: str) -> Refusal:
    """Say what is wrong with the value of a field."""
    return Refusal(status, f"{_last(name)}_value_invalid", f"{name} : {reason}", "validation_error")


def unknown_field(status: int, name: str) -> Refusal:
    """Say that a field is not part of the documented request."""
    return Refusal(status, f"{_last(name)}_unsupported", f"{name} : parameter unknown", "validation_error")


def invalid_request(status: int, reason: str) -> Refusal:
    """Say that the body as a whole cannot be read."""
    return Refusal(status, "request_invalid", f"request : {reason}", "request_invalid")


def missing_header(status: int, name: str) -> Refusal:
    """Say which of the two credential headers is absent."""
    code = f"{name.replace('-', '_')}_missing"
    return Refusal(status, code, f"{name} : header missing", "authentication_error")


def wrong_credentials(status: int) -> Refusal:
    """Say that the credential headers are not right, and not which of them."""
    message = "x-client-id and x-client-secret do not belong to an account"
    return Refusal(status, "wrong_credentials", message, "authentication_error")


def order_not_found(status: int) -> Refusal:
    """Say that nobody created an order with this order_id."""
    return Refusal(status, "order_not_found", "order : not found", "resource_error")


def order_already_exists(status: int) -> Refusal:
    """Say that the order_id is taken."""
    return Refusal(status, "order_already_exists", "order_id : already exists", "validation_error")


def payments_not_found() -> Refusal:
    """Say that the order has no payments, where Behaviour makes that an error."""
    return Refusal(404, "payment_not_found", "payment : not found", "resource_error")


def address_not_found() -> Refusal:
    """Say that no operation and no page has this address."""
    return Refusal(404, "address_not_found", "There is nothing at this address.", "resource_error")


def verb_not_allowed(allow: str) -> Refusal:
    """Say which verbs the address takes."""
    return Refusal(405, "verb_unsupported", f"This address takes {allow}.", "request_invalid", allow)


def _last(name: str) -> str:
    return name.rpartition(".")[2]
