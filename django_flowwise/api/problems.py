"""What went wrong, as problem details with stable codes. Source: RFC 9457.

``type`` is ``about:blank``: ``title`` is then the status' own phrase, and ``code`` tells problems apart.
"""

from __future__ import annotations

import dataclasses
import logging
import math
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, RequestDataTooBig, ValidationError
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from rest_framework import exceptions as rest
from rest_framework.settings import api_settings

from django_flowwise.exceptions import (
    AuthenticationRefused,
    FlowwiseAPIError,
    FlowwiseConfigurationError,
    FlowwiseError,
    MoveNotAllowed,
    NotFound,
    OrderBusy,
    OutcomeUnknown,
    ReferenceInUse,
    RequestNotSent,
    RequestRefused,
)
from django_flowwise.services.order_ids import TAKEN

logger = logging.getLogger(__name__)

CONTENT_TYPE = "application/problem+json"
RETRY_AFTER_SECONDS = 30
"""What is said where nothing is known of when it may go better."""


@dataclasses.dataclass(frozen=True, slots=True)
class Kind:
    """Say what one kind of error is to whoever asked."""

    code: str
    status: int
    sentence: Promise
    """What tells a customer no more than that."""

    @property
    def plain(self) -> str:
        """Give the sentence in the language of the request."""
        return str(self.sentence)


_INVALID = Kind("invalid", 400, _("What was sent cannot be; nothing was saved."))
_ORDER_ID_IN_USE = Kind("order_id_in_use", 409, _("Another order has this order_id; nothing was saved."))
_MISCONFIGURED = Kind(
    "misconfigured",
    500,
    _("The account cannot be used as it is set up; nothing was sent. Tell whoever runs this site."),
)
_OF_FLOWWISE: dict[type[FlowwiseError], Kind] = {
    AuthenticationRefused: Kind(
        "credentials_refused", 502, _("The payment service does not know this shop; nothing was charged.")
    ),
    NotFound: Kind("not_at_flowwise", 502, _("The payment service does not have this; nothing was charged.")),
    RequestRefused: Kind("refused", 422, _("The payment service refused this; nothing was charged.")),
    RequestNotSent: Kind(
        "not_sent", 503, _("The payment service could not be reached; nothing was charged. Try again.")
    ),
    OutcomeUnknown: Kind("outcome_unknown", 503, _("The payment service gave no usable answer. Look again.")),
    ReferenceInUse: Kind("reference_in_use", 409, _("There is something else of this name; nothing was saved.")),
    OrderBusy: Kind("busy", 409, _("Another request is at this; nothing happened. Look again in a moment.")),
    MoveNotAllowed: Kind("move_not_allowed", 409, _("This cannot be done as things stand; nothing happened.")),
}
"""The first that fits, from the special to the general."""
_UNREADABLE = _("What was sent cannot be read; nothing happened.")


class _TooLarge(rest.APIException):
    status_code = 413
    default_detail = "The body is larger than this site takes."


_OF_FRAMEWORK: dict[type[rest.APIException], Kind] = {
    rest.ValidationError: _INVALID,
    rest.ParseError: Kind("parse_error", 400, _UNREADABLE),
    rest.AuthenticationFailed: Kind(
        "authentication_failed", 401, _("It is not clear who you are; nothing happened. Log in again.")
    ),
    rest.NotAuthenticated: Kind(
        "not_authenticated", 401, _("Nobody is logged in; nothing happened. Log in first.")
    ),
    rest.PermissionDenied: Kind(
        "permission_denied",
        403,
        _("This was not allowed; nothing happened. Load the page again, and try once more."),
    ),
    rest.NotFound: Kind("not_found", 404, _("There is no such thing here, or not any more.")),
    rest.MethodNotAllowed: Kind("method_not_allowed", 405, _("This cannot be done here; nothing happened.")),
    rest.NotAcceptable: Kind("not_acceptable", 406, _("There is no answer of the kind that was asked for.")),
    rest.UnsupportedMediaType: Kind("unsupported_media_type", 415, _UNREADABLE),
    rest.Throttled: Kind("throttled", 429, _("This was asked for too often. Wait a moment, and try again.")),
    _TooLarge: Kind("too_large", 413, _UNREADABLE),
}
CODES: dict[str, int] = {
    kind.code: kind.status
    for kind in (_INVALID, _ORDER_ID_IN_USE, _MISCONFIGURED, *_OF_FLOWWISE.values(), *_OF_FRAMEWORK.values())
}
"""Every code with its status. Where the project's authentication names no scheme, 401 becomes 403."""


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """Hold what an answer says of what went wrong."""

    code: str
    status: int
    detail: str
    plain: str
    members: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    headers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def body(self, instance: str, **members: Any) -> dict[str, Any]:
        """Give the members of the problem; ``instance`` is the path that was asked for."""
        return {
            "type": "about:blank",
            "title": title_of(self.status),
            "status": self.status,
            "detail": self.detail,
            "instance": instance,
            "code": self.code,
            **self.members,
            **members,
        }

    def for_customer(self) -> Problem:
        """Leave out what Flowwise and the services say to the shop; what is wrong with an input stays."""
        kept = {name: value for name, value in self.members.items() if name == "errors" and value}
        return dataclasses.replace(self, detail=self.plain, members=kept)


_PHRASES = {413: "Content Too Large", 422: "Unprocessable Content"}


def title_of(status: int) -> str:
    """Give the status' own phrase (RFC 9110 section 15.5), which older versions of Python word otherwise."""
    try:
        return _PHRASES.get(status) or HTTPStatus(status).phrase
    except ValueError:
        # A shop's own; an unknown one is to be taken for the first of its kind (RFC 9110 section 15).
        return HTTPStatus(status // 100 * 100).phrase


def problem_of(error: Exception) -> Problem | None:
    """Word an error; None for one that is nobody's to expect, and so is a bug."""
    if isinstance(error, Http404):
        error = rest.NotFound()
    elif isinstance(error, PermissionDenied):
        error = rest.PermissionDenied()
    elif isinstance(error, RequestDataTooBig):
        error = _TooLarge()
    if isinstance(error, rest.APIException):
        return _of_framework(error)
    if isinstance(error, ValidationError):
        kind = _ORDER_ID_IN_USE if is_taken(error) else _INVALID
        return Problem(kind.code, kind.status, kind.plain, kind.plain, {"errors": _errors_of(error)})
    if isinstance(error, FlowwiseConfigurationError):
        kind = _MISCONFIGURED
        logger.error("account_unusable error=%s", error)
        return Problem(kind.code, kind.status, kind.plain, kind.plain)
    kind_of_error = next((kind for known, kind in _OF_FLOWWISE.items() if isinstance(error, known)), None)
    if kind_of_error is None:
        return None
    logger.warning("api_refused code=%s error=%s", kind_of_error.code, type(error).__name__)
    return Problem(
        kind_of_error.code,
        kind_of_error.status,
        str(error) or kind_of_error.plain,
        kind_of_error.plain,
        _members_of(error),
        _retry_after(error) if kind_of_error.status == 503 else {},
    )


def retry_after(seconds: float | None) -> dict[str, str]:
    """Give the header that says when to ask again, where that is known."""
    return {} if seconds is None else {"Retry-After": str(max(math.ceil(seconds), 1))}


def _retry_after(error: Exception) -> dict[str, str]:
    return retry_after(getattr(error, "retry_after_seconds", None) or RETRY_AFTER_SECONDS)


def _members_of(error: Exception) -> dict[str, Any]:
    if isinstance(error, ReferenceInUse):
        return {"fields": list(error.fields)}
    if not isinstance(error, FlowwiseAPIError):
        return {}
    told = {
        "vendor_code": error.vendor_code,
        "order_id": error.order_id,
        "payment_id": error.payment_id,
        "refund_id": error.refund_id,
    }
    return {name: text for name, text in told.items() if text}


def _of_framework(error: rest.APIException) -> Problem:
    kind = next((kind for known, kind in _OF_FRAMEWORK.items() if isinstance(error, known)), None)
    is_invalid = isinstance(error, rest.ValidationError)
    text = _INVALID.plain if is_invalid else str(error.default_detail)
    if isinstance(error.detail, str):
        text = str(error.detail)
    headers = {}
    if challenge := getattr(error, "auth_header", ""):
        headers["WWW-Authenticate"] = str(challenge)
    if isinstance(error, rest.Throttled):
        headers |= retry_after(getattr(error, "wait", None))
    members = {"errors": _plain_errors(error.detail)} if is_invalid else {}
    code, plain = (kind.code, kind.plain) if kind else (str(error.default_code), text)
    return Problem(code, error.status_code, text, plain, members, headers)


def is_taken(error: ValidationError) -> bool:
    """Tell whether all that is wrong is that another order has the order_id."""
    fields: dict[str, list[ValidationError]] = getattr(error, "error_dict", {})
    return [leaf.code for leaf in fields.get("order_id", ())] == [TAKEN]


def _errors_of(error: ValidationError) -> dict[str, Any]:
    if not hasattr(error, "error_dict"):
        return {api_settings.NON_FIELD_ERRORS_KEY: error.messages}
    named: dict[str, str] = {NON_FIELD_ERRORS: api_settings.NON_FIELD_ERRORS_KEY}
    return {named.get(name, name): texts for name, texts in error.message_dict.items()}


def _plain_errors(detail: Any) -> dict[str, Any]:
    return dict(detail) if isinstance(detail, Mapping) else {api_settings.NON_FIELD_ERRORS_KEY: detail}
