"""Mappings that do not show what they hold: error reports print every variable of every frame that they pass.

Imports nothing of the package.
"""

from __future__ import annotations

from typing import Any


class Undisclosed(dict[str, Any]):
    """Hold what is secret or a customer's; its repr gives the names alone."""

    def __repr__(self) -> str:
        return f"<undisclosed: {', '.join(map(str, self))}>"
