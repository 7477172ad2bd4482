"""One family of errors, grouped by what is known about the outcome.

Every layer may import this module. No secret and no customer's data goes into any of these texts.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import ImproperlyConfigured
from django.db.transaction import TransactionManagementError


class FlowwiseError(Exception):
    """Stand above every error of this package that a shop may want to catch at once."""


class FlowwiseAPIError(FlowwiseError):
    """Say how one call to Flowwise ended.

    Attributes:
        operation: the operation that was asked for, as ``create_order``.
        order_id: the order it was about, where one was named.
        payment_id: the payment it was about, where one was named.
        refund_id: the refund it was about, where there was one: the only handle for a refund in doubt.
        http_status: the status that came back; None where nothing came back.
        vendor_code: the ``code`` member of the answer, where there was one.
        retry_after_seconds: how long to wait before the next try, where that is known.
    """

    def __init__(
        self,
        message: str = "",
        *,
        operation: str = "",
        order_id: str = "",
        payment_id: str = "",
        refund_id: str = "",
        http_status: int | None = None,
        vendor_code: str = "",
        retry_after_seconds: float | None = None,
    ) -> None:
        super().__init__(message)
        self.operation = operation
        self.order_id = order_id
        self.payment_id = payment_id
        self.refund_id = refund_id
        self.http_status = http_status
        self.vendor_code = vendor_code
        self.retry_after_seconds = retry_after_seconds


class RequestNotSent(FlowwiseAPIError):
    """It is known that not one byte of the request left: nothing happened, and it may be sent again."""


class RequestRefused(FlowwiseAPIError):
    """It is known that Flowwise said no: nothing happened, and the same request will be refused again."""


class AuthenticationRefused(RequestRefused):
    """It is known that Flowwise does not accept the account's credentials: nothing happened."""


class NotFound(RequestRefused):
    """It is known that this address has no such thing: first suspect BASE_URL, then the id that was given."""


class OutcomeUnknown(FlowwiseAPIError):
    """It is not known whether Flowwise did it: look before sending it again."""


class TooManyRequests(OutcomeUnknown):
    """It is known that Flowwise asks for fewer requests, but not what became of this one."""


class MoveNotAllowed(FlowwiseError):
    """It is known that the order's state does not allow this: nothing was sent or changed."""


class OrderBusy(MoveNotAllowed):
    """It is known that another request for this order may be under way: nothing was sent or changed."""


class ReferenceInUse(FlowwiseError):
    """It is known that a live order with other content has this reference: nothing was saved.

    Attributes:
        reference: the reference in question.
        fields: names of the fields that differ.
    """

    def __init__(self, message: str = "", *, reference: str = "", fields: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.reference = reference
        self.fields = tuple(fields)


class FlowwiseConfigurationError(ImproperlyConfigured):
    """It is known that the settings are wrong: nothing was sent or saved.

    Not a FlowwiseError, so that a shop which catches those does not hide a broken deployment.
    """


class TransactionOpen(TransactionManagementError):
    """It is known that the caller's transaction is open: nothing was sent or saved.

    Not a FlowwiseError: it is a mistake in the calling code, which no retry mends.
    """


class AmountNotRepresentable(ValueError):
    """It is known that this amount cannot be said exactly in this currency: nothing was rounded."""
