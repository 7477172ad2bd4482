"""Who may ask for what: model permissions, and nothing for a stranger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.views import APIView

APP = "django_flowwise"


def has_permissions(request: Request, *codenames: str) -> bool:
    """Tell whether the user has all of these permissions of the package; one that knows of none has none.

    The project's authentication decides what a user is, and what stands for none.
    """
    has_perms = getattr(request.user, "has_perms", None)
    return has_perms is not None and has_perms([f"{APP}.{codename}" for codename in codenames])


class ActPermission(BasePermission):
    """Ask for the permissions that each act needs; an act that is not named is nobody's."""

    needs: Mapping[str, tuple[str, ...]] = {}
    """Codenames by the view's ``action``."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Decide by the user's permissions."""
        if not getattr(request.user, "is_authenticated", False):
            return False
        action = getattr(view, "action", None)
        if action in {None, "metadata"}:
            return True  # the verb is not allowed, and is answered so
        return action in self.needs and has_permissions(request, *self.needs[action])


class OrderPermission(ActPermission):
    """Guard orders: a look, a new one, and what is sent to Flowwise."""

    needs = {
        "list": ("view_order",),
        "retrieve": ("view_order",),
        "create": ("add_order",),
        "submit": ("submit_order",),
        "refresh": ("submit_order",),
        "reissue": ("submit_order",),
    }

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Ask for ``submit_order`` too where the same call creates the order at Flowwise, or gives another up."""
        if not super().has_permission(request, view):
            return False
        is_more = getattr(view, "action", None) == "create" and _asks_for_more(request.data)
        return not is_more or has_permissions(request, "submit_order")


class PaymentPermission(ActPermission):
    """Guard payments."""

    needs = {"list": ("view_order", "view_payment")}


class RefundPermission(ActPermission):
    """Guard refunds."""

    needs = {"list": ("view_order", "view_refund"), "create": ("refund_payment",)}


def _asks_for_more(sent: Any) -> bool:
    return isinstance(sent, Mapping) and bool(sent.get("submit") or sent.get("supersede"))
