"""What the example shop sells."""

from __future__ import annotations

from decimal import Decimal

from example_project.shop.models import Product

_PRODUCTS = (
    ("Summer dress", "Light cotton, indigo, medium. Made for the hottest week of the year.", "2299.50", "dress"),
    ("Brass lamp", "A warm light for the desk, with a switch that clicks.", "1849.00", "lamp"),
    ("Tea for two", "A pot and two cups, glazed in the colour of a clear morning.", "1275.75", "tea"),
    ("Fern in a pot", "Asks for little water and no sun. Grows all the same.", "640.00", "fern"),
    ("Notebook", "Ninety-six leaves without lines, bound to lie flat.", "349.00", "notebook"),
    ("Market bag", "Carries twelve kilos of mangoes, and folds into a pocket.", "499.00", "bag"),
)


def fill_shelves() -> None:
    """Put every product into the database; safe to repeat."""
    for name, description, price, picture in _PRODUCTS:
        Product.objects.update_or_create(
            name=name,
            defaults={
                "description": description,
                "price": Decimal(price),
                "picture": f"shop/pictures/{picture}.svg",
            },
        )
