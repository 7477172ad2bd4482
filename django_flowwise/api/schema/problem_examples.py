"""How each operation can go wrong: its codes, each with what is not the same for all problems of a status.

The tests provoke each of them and compare.
"""

from __future__ import annotations

from typing import Any

from django_flowwise.api.schema.examples import ORDER_ADDRESS, ORDER_ID, PAYMENT_ID

Problems = dict[str, dict[str, Any]]

_ABOUT: dict[str, Any] = {"order": ORDER_ADDRESS}
_NO_DIGITS = "INR amounts have 2 digits after the point; this one has more. Round it yourself."
_INVALID = "What was sent cannot be; nothing was saved."


def _of_flowwise(operation: str, *suspects: str, **ids: str) -> Problems:
    """Give the ways in which a call to Flowwise goes wrong."""
    about = ", ".join([operation, *ids.values()])
    told = {**ids, **_ABOUT}
    then = f" first, then the {suspects[0]}" if suspects else ""
    return {
        "refused": {
            "detail": f"Flowwise refused the request. ({about}: HTTP 400, request_invalid)",
            "vendor_code": "request_invalid",
            **told,
        },
        "credentials_refused": {
            "detail": "Flowwise did not accept the account's CLIENT_ID and CLIENT_SECRET."
            f" ({about}: HTTP 401, wrong_credentials)",
            "vendor_code": "wrong_credentials",
            **told,
        },
        "not_at_flowwise": {
            "detail": "Flowwise has nothing at this address;"
            f" check BASE_URL{then}. ({about}: HTTP 404, not_found)",
            "vendor_code": "not_found",
            **told,
        },
        "not_sent": {"detail": f"Nothing was sent to Flowwise; try again. ({about}: ConnectionError)", **told},
        "outcome_unknown": {"detail": f"Whether Flowwise did it is unknown. ({about}: ConnectionError)", **told},
    }


def _about_order(problems: Problems) -> Problems:
    return {code: {**problem, **_ABOUT} for code, problem in problems.items()}


def _without(problems: Problems, *codes: str) -> Problems:
    return {code: problem for code, problem in problems.items() if code not in codes}


ANYBODYS: Problems = {
    "not_authenticated": {"detail": "Authentication credentials were not provided."},
    "authentication_failed": {"detail": "Invalid token."},
    "permission_denied": {"detail": "You do not have permission to perform this action."},
    "not_found": {"detail": "Not found."},
    "not_acceptable": {"detail": "Could not satisfy the request Accept header."},
    "throttled": {"detail": "Request was throttled. Expected available in 30 seconds."},
}
_MISCONFIGURED: Problems = {
    "misconfigured": {
        "detail": "The account cannot be used as it is set up; nothing was sent. Tell whoever runs this site."
    }
}
_OF_BODY: Problems = {
    "invalid": {"detail": _INVALID, "errors": {"order_amount": [_NO_DIGITS]}},
    "parse_error": {"detail": "The body is not one JSON value in UTF-8 whose objects have distinct names."},
    "too_large": {"detail": "The body is larger than this site takes."},
    "unsupported_media_type": {"detail": 'Unsupported media type "text/plain" in request.'},
}
_SENT = _of_flowwise("create_order", order_id=ORDER_ID)
_LOOKED_FOR = _of_flowwise("get_order", "order_id", order_id=ORDER_ID)
_REFUNDED = _of_flowwise("refund_payment", "payment_id", payment_id=PAYMENT_ID, refund_id="RET-2")
_BUSY = {"detail": f"{ORDER_ID} is being created by another call; look again in a moment.", **_ABOUT}
_ONE_ORDERS = {**ANYBODYS, **_about_order({**_OF_BODY, **_MISCONFIGURED})}

LIST: Problems = {
    **ANYBODYS,
    "invalid": {"detail": _INVALID, "errors": {"page_size": ["Ask for 1 to 200."]}},
}
CREATE: Problems = {
    **ANYBODYS,
    **_OF_BODY,
    **_MISCONFIGURED,
    **_SENT,
    "reference_in_use": {
        "detail": "The reference 'INV-2026-0002' has a live order with other order_amount: pass the same, correct"
        " or withdraw that order, or pass supersede=True.",
        "fields": ["order_amount"],
        **_ABOUT,
    },
    "order_id_in_use": {
        "detail": "Another order has this order_id; nothing was saved.",
        "errors": {"order_id": ["Another order of this account has this order_id; choose another."]},
    },
    "busy": _BUSY,
    "move_not_allowed": {"detail": f"{ORDER_ID} is REVERSED and cannot be created at Flowwise.", **_ABOUT},
    # Only where nothing holds the reference any more, so that there is no order to show.
    "outcome_unknown": {"detail": "Whether Flowwise did it is unknown."},
}
BASKET = [code for code in CREATE if code != "order_id_in_use"]
"""The codes alone: an order_id is never the customer's."""
SUBMIT: Problems = {
    **_ONE_ORDERS,
    **_without(_SENT, "outcome_unknown"),
    "busy": _BUSY,
    "move_not_allowed": {"detail": f"{ORDER_ID} is WITHDRAWN and cannot be created at Flowwise.", **_ABOUT},
}
REFRESH: Problems = {
    **_ONE_ORDERS,
    **_LOOKED_FOR,
    "invalid": {"detail": _INVALID, "errors": {"note": ["There is no such field."]}, **_ABOUT},
    "move_not_allowed": {
        "detail": f"{ORDER_ID} was made at https://sandbox.flowwise.com/router, but the account 'default' now"
        " uses https://app.flowwise.com/router: it is neither looked at nor sent.",
        **_ABOUT,
    },
}
REISSUE: Problems = {
    **_ONE_ORDERS,
    **_SENT,
    "not_sent": _LOOKED_FOR["not_sent"],
    "outcome_unknown": _LOOKED_FOR["outcome_unknown"],
    "busy": _BUSY,
    "move_not_allowed": {
        "detail": f"{ORDER_ID} is ACTIVE and has not expired: it needs no new link.",
        **_ABOUT,
    },
}
REFUND: Problems = {
    **_ONE_ORDERS,
    **_REFUNDED,
    "invalid": {
        "detail": _INVALID,
        "errors": {"amount": ["Of this payment, 2299.5 INR can still be refunded."]},
        **_ABOUT,
    },
    "reference_in_use": {
        "detail": "The refund RET-2 is there with other content: amount.",
        "fields": ["amount"],
        **_ABOUT,
    },
    "busy": {"detail": "RET-2 is being sent by another call; look again in a moment.", **_ABOUT},
    "move_not_allowed": {
        "detail": f"{PAYMENT_ID} is not a successful payment: there is nothing to give back.",
        **_ABOUT,
    },
    # Only where the refund is not known here, so that there is none to show.
    "outcome_unknown": {"detail": "Whether Flowwise did it is unknown.", **_ABOUT},
}
