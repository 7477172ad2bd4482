"""Pages of orders, newest first, which stay in step while orders come in."""

from __future__ import annotations

from django.db.models import BigIntegerField
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.pagination import Cursor, CursorPagination
from rest_framework.request import Request


class OrderPagination(CursorPagination):
    """Go on where the last page ended; what cannot be followed is refused by name.

    By what no two orders share: of many that were created at one moment, a page would have no place to begin.
    """

    ordering = "-id"
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int:
        """Read how many are wanted."""
        text = request.query_params.get("page_size", str(self.page_size))
        is_number = text.isascii() and text.isdigit() and len(text) < 5
        if not is_number or not 1 <= int(text) <= self.max_page_size:
            raise ValidationError({"page_size": [f"Ask for 1 to {self.max_page_size}."]})
        return int(text)

    def decode_cursor(self, request: Request) -> Cursor | None:
        """Read where the last page ended."""
        try:
            cursor = super().decode_cursor(request)
        except NotFound:
            is_one = False
        else:
            is_one = cursor is None or cursor.position is None or _is_id(str(cursor.position))
        if not is_one:
            raise NotFound("There is no such page: this is not a cursor; follow the links of the last page.")
        return cursor


def _is_id(text: str) -> bool:
    is_number = text.isascii() and text.isdigit() and len(text) < 20
    return is_number and int(text) <= BigIntegerField.MAX_BIGINT
