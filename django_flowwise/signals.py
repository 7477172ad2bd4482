"""What a shop can listen to. Sent by the services, after commit, with ``order``; about a refund, with ``refund``.

The first three are sent at most once. Those about money are sent at least once: a receiver that fails, or a
process that ends before every receiver has succeeded, makes reconcile send them again, so receivers must be
safe to repeat.
"""

from __future__ import annotations

from django.dispatch import Signal

order_active = Signal()
"""Flowwise has the order: its checkout URL is there."""
order_refused = Signal()
"""Flowwise said no to the order; ``order.error_message`` says why."""
order_expired = Signal()
"""Flowwise says that the order's time is up."""
order_paid = Signal()
"""The payment is proven, or a named person accepted it."""
order_reversed = Signal()
"""Every payment of a paid order has gone back."""
order_needs_attention = Signal()
"""A person must look; ``order.attention`` says why."""
refund_settled = Signal()
"""A refund has come to its end; sent with ``refund`` too."""
