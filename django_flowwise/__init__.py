"""Flowwise orders for Django: created exactly once, paid only when proven."""

__version__ = "0.1.0"
