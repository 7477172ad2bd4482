"""A small shop that shows how django-flowwise is used."""
