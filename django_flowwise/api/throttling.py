"""How often one user, or one address, may ask: the scopes ``flowwise`` and ``flowwise_basket``."""

from __future__ import annotations

from typing import Any

from rest_framework.settings import api_settings
from rest_framework.throttling import UserRateThrottle


class FlowwiseRateThrottle(UserRateThrottle):
    """Count the requests to the API alone; without ``DEFAULT_THROTTLE_RATES["flowwise"]`` it lets all pass."""

    scope = "flowwise"

    def get_rate(self) -> str | None:
        """Read the project's rate, such as ``100/min``."""
        rates: dict[str, Any] = api_settings.DEFAULT_THROTTLE_RATES
        rate: str | None = rates.get(self.scope)
        return rate


class BasketRateThrottle(FlowwiseRateThrottle):
    """Count the baskets that customers place, apart from what servers ask of the API."""

    scope = "flowwise_basket"

    def get_cache_key(self, request: Any, view: Any) -> str | None:
        """Go by the address where the project's requests have no user: a view of Django's own may ask, too."""
        if not hasattr(request, "user"):
            return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}
        return super().get_cache_key(request, view)
