"""Where the browser goes when it leaves the checkout page.

Only the pages import it. The one public hint is an example value, `https://mystore.com/payment-success?order_id=…`:
Create Payment, https://www.cashfree.com/docs/api-reference/payments/latest/flowwise/payments/create-a-payment
(read 2026-11-24).
"""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from django.utils.encoding import iri_to_uri

from django_flowwise.emulator.behaviour import Behaviour


def return_address(return_base_url: str, order_id: str, behaviour: Behaviour) -> str:
    """Return return_base_url with the order_id in its query, as Behaviour treats queries, in ASCII."""
    address = iri_to_uri(return_base_url)
    if not behaviour.return_parameter:
        return address
    pair = urlencode({behaviour.return_parameter: order_id})
    parts = urlsplit(address)
    if not parts.query or behaviour.return_base_with_query == "replace":
        return parts._replace(query=pair).geturl()
    joint = "&" if behaviour.return_base_with_query == "append" else "?"
    return parts._replace(query=f"{parts.query}{joint}{pair}").geturl()
