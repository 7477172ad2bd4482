"""How the documented answers write a time.

Any module of the emulator may import it.
"""

from __future__ import annotations

from datetime import UTC, datetime


def written_time(moment: datetime) -> str:
    """Write an aware datetime as the documented examples do: UTC, whole seconds, Z."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
