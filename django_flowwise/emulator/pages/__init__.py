"""The pages for people: the list of orders, the checkout page and what came of it, one order with all that it has.

Only the urlconf imports them. The pages speak one fixed language: they stand for another party's site, not for the
shop's.
"""

from __future__ import annotations
