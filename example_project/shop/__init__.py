"""Products, a basket, and orders that are paid with Flowwise."""
