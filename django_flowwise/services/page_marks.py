"""By what our own pages are known from outside: a mark that only this project can have made.

For the diagnosis, which must tell our "there is no such order" from anybody else's 404.
"""

from __future__ import annotations

import uuid

from django.utils.crypto import salted_hmac

PAGE_MARK_HEADER = "X-Order-View"
_SALT = "django_flowwise.page_mark"


def page_mark(key: uuid.UUID) -> str:
    """Give the mark for a key that no order has; made with SECRET_KEY, so it tells nobody anything."""
    return salted_hmac(_SALT, str(key), algorithm="sha256").hexdigest()[:32]
