"""What a customer has chosen so far, in the session."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from example_project.shop.models import Product

_QUANTITIES = "basket"
_KEY = "basket_key"
_ADDRESS = "address"
_ORDERED = "ordered"


class Basket:
    """Read and change the basket of one session."""

    def __init__(self, request: HttpRequest) -> None:
        self._session = request.session

    @property
    def _quantities(self) -> dict[str, int]:
        return dict(self._session.get(_QUANTITIES, {}))

    @property
    def key(self) -> uuid.UUID:
        """What makes ordering twice the same order: the form carries it, and it becomes the order's key."""
        return uuid.UUID(self._session.setdefault(_KEY, str(uuid.uuid4())))

    @property
    def lines(self) -> list[tuple[Product, int, Decimal]]:
        """Products with their quantities and sums."""
        quantities = self._quantities
        products = Product.objects.filter(pk__in=quantities)
        return [
            (product, quantities[str(product.pk)], quantities[str(product.pk)] * product.price)
            for product in products
        ]

    @property
    def total(self) -> Decimal:
        """What the basket costs."""
        return sum((total for _product, _quantity, total in self.lines), Decimal(0))

    def __len__(self) -> int:
        return sum(self._quantities.values())

    def add(self, product: Product) -> None:
        """Put one more in."""
        quantities = self._quantities
        quantities[str(product.pk)] = quantities.get(str(product.pk), 0) + 1
        self._session[_QUANTITIES] = quantities

    def remove(self, product: Product) -> None:
        """Take all of this product out."""
        quantities = self._quantities
        quantities.pop(str(product.pk), None)
        self._session[_QUANTITIES] = quantities

    @property
    def address(self) -> dict[str, str]:
        """Where the last order of this session went; empty before the first."""
        return dict(self._session.get(_ADDRESS, {}))

    @property
    def ordered(self) -> uuid.UUID | None:
        """The key of this session's last order."""
        key = self._session.get(_ORDERED)
        return uuid.UUID(key) if key else None

    def clear(self, ordered: Mapping[str, Any]) -> None:
        """Forget it, and remember its order and where that goes; the next basket is another order."""
        self._session.pop(_QUANTITIES, None)
        self._session.pop(_KEY, None)
        self._session[_ORDERED] = str(ordered["key"])
        self._session[_ADDRESS] = {name: ordered[name] for name in ("name", "email", "phone", "address")}
