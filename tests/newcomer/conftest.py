"""The shop's own tests run in the shop's folder, not here."""

from __future__ import annotations

collect_ignore = ["shop"]
