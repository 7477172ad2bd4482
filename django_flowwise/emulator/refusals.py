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


def order_closed(status: int, order_status: str) -> Refusal:
    """Say that the order takes no payment in its state."""
    code = f"order_{order_status.lower()}"
    return Refusal(status, code, f"order : {order_status}, it takes no payment", "validation_error")


def payment_not_found(status: int) -> Refusal:
    """Say that there is no such payment, or none at all."""
    return Refusal(status, "payment_not_found", "payment : not found", "resource_error")


def payment_not_capturable(status: int, payment_status: str) -> Refusal:
    """Say that the payment holds no money that could be captured or voided."""
    message = f"payment : {payment_status}, it holds no money for this"
    return Refusal(status, "payment_unsupported", message, "validation_error")


def over_capture(status: int) -> Refusal:
    """Say that so much cannot be captured."""
    message = "capture_amount : is not what the payment holds"
    return Refusal(status, "capture_amount_value_invalid", message, "validation_error")


def payment_not_refundable(status: int) -> Refusal:
    """Say that no successful payment is there to be refunded."""
    return Refusal(status, "payment_unsupported", "payment : not successful", "validation_error")


def over_refund(status: int) -> Refusal:
    """Say that the refunds would come to more than the payment."""
    message = "refund_amount : the refunds come to more than the payment"
    return Refusal(status, "refund_amount_value_invalid", message, "validation_error")


def ambiguous_refund(status: int) -> Refusal:
    """Say that several payments of the order could be meant."""
    message = "order : several payments could be refunded, name one"
    return Refusal(status, "order_unsupported", message, "validation_error")


def refund_not_found(status: int) -> Refusal:
    """Say that nobody created a refund with this refund_id."""
    return Refusal(status, "refund_not_found", "refund : not found", "resource_error")


def refund_already_exists(status: int) -> Refusal:
    """Say that the refund_id is taken."""
    return Refusal(status, "refund_already_exists", "refund_id : already exists", "validation_error")


def customer_not_found(status: int) -> Refusal:
    """Say that nobody created a customer with this customer_id."""
    return Refusal(status, "customer_not_found", "customer : not found", "resource_error")


def customer_already_exists(status: int) -> Refusal:
    """Say that the customer_id is taken."""
    return Refusal(status, "customer_already_exists", "customer_id : already exists", "validation_error")


def address_not_found() -> Refusal:
    """Say that no operation and no page has this address."""
    return Refusal(404, "address_not_found", "There is nothing at this address.", "resource_error")


def verb_not_allowed(allow: str) -> Refusal:
    """Say which verbs the address takes."""
    return Refusal(405, "verb_unsupported", f"This address takes {allow}.", "request_invalid", allow)


def act_too_late(why: str) -> Refusal:
    """Say that an order, a payment or a refund has come to its end already."""
    return Refusal(409, "request_invalid", why, "validation_error")


def emulator_failed(what: str) -> Refusal:
    """Say that the emulator has a defect."""
    message = f"The emulator itself failed, and its log says where: {what}"
    return Refusal(500, "emulator_failed", message, "internal_error")


def _last(name: str) -> str:
    return name.rpartition(".")[2]
