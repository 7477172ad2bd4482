"""FlowwiseClient: one method for each documented operation. The only package that imports requests.

Takes values and gives snapshots; knows no settings, models or transactions.
"""

from __future__ import annotations

from django_flowwise.client.customers import CustomerOperations
from django_flowwise.client.deadline import Deadline
from django_flowwise.client.obstacles import Obstacle, obstacle_of
from django_flowwise.client.orders import OrderOperations
from django_flowwise.client.payments import PaymentOperations
from django_flowwise.client.probe import ProbeAnswer, probe
from django_flowwise.client.refunds import RefundOperations

__all__ = ["Deadline", "FlowwiseClient", "Obstacle", "ProbeAnswer", "obstacle_of", "probe"]


class FlowwiseClient(OrderOperations, PaymentOperations, RefundOperations, CustomerOperations):
    """Speak to Flowwise for one account. Cheap to make; connections are pooled for each process and account.

    Every method makes one request, follows no redirect, and raises:

        RequestNotSent: nothing left this machine.
        RequestRefused: Flowwise said no (AuthenticationRefused, NotFound).
        OutcomeUnknown: no answer that can be read came in time (TooManyRequests).
    """
