"""What every operation does first: check the two headers, read the body.

Only the operations import it.
"""

from __future__ import annotations

import hmac

from django.core.handlers.wsgi import WSGIRequest

from django_flowwise.emulator.answers import JSON_CONTENT
from django_flowwise.emulator.behaviour import Behaviour
from django_flowwise.emulator.exact_json import NotJSON, read_json
from django_flowwise.emulator.ledger import Ledger
from django_flowwise.emulator.refusals import Refusal, invalid_request, missing_header, wrong_credentials


def check_credentials(request: WSGIRequest, ledger: Ledger) -> None:
    """Compare both headers with the account's.

    Raises:
        Refusal: one is absent or not right.
    """
    expected = {"x-client-id": ledger.client_id, "x-client-secret": ledger.client_secret}
    for name in expected:
        if name not in request.headers:
            raise missing_header(ledger.behaviour.missing_credentials_status, name)
    for name, value in expected.items():
        if not hmac.compare_digest(request.headers[name].encode(), value.encode()):
            raise wrong_credentials(ledger.behaviour.wrong_credentials_status)


def read_body(request: WSGIRequest, behaviour: Behaviour) -> object:
    """Read the body as JSON with exact numbers.

    Raises:
        Refusal: it is not sent as JSON, or is none.
    """
    if request.content_type != JSON_CONTENT:
        status = behaviour.unsupported_media_type_status
        message = f"content-type : must be {JSON_CONTENT}"
        raise Refusal(status, "content_type_unsupported", message, "request_invalid")
    try:
        return read_json(request.read(), last_of_a_name=not behaviour.refuses_repeated_names)
    except NotJSON as err:
        raise invalid_request(behaviour.invalid_request_status, f"not JSON: {err}") from err
