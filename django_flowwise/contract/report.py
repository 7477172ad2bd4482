"""The report that a user can send: JSON, with nothing in it but what observations hold."""

from __future__ import annotations

import dataclasses
import json
import platform
from collections.abc import Sequence

from django_flowwise import __version__
from django_flowwise.contract.observations import Observation


def written_report(observations: Sequence[Observation], *, is_whole: bool) -> str:
    """Write what was seen, and whether all was asked; where Flowwise was, who asked, and when, is not in it."""
    steps = [
        {name: value for name, value in dataclasses.asdict(seen).items() if value not in ("", {}, (), None)}
        for seen in observations
    ]
    versions = {"django-flowwise": __version__, "python": platform.python_version()}
    report = {**versions, "is_whole": is_whole, "steps": steps}
    return json.dumps(report, indent=2) + "\n"
