"""The shop's place in the project."""

from __future__ import annotations

from django.apps import AppConfig

from django_flowwise import signals


class ShopConfig(AppConfig):
    """Connect the receivers once the models are there."""

    name = "example_project.shop"

    def ready(self) -> None:
        """Listen to what happens to Flowwise orders."""
        from example_project.shop import receivers  # noqa: PLC0415  # models are there only now

        signals.order_active.connect(receivers.link_flowwise_order)
        signals.order_paid.connect(receivers.mark_paid)
        signals.refund_settled.connect(receivers.note_refund)
