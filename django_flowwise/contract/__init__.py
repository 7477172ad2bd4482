"""What a real Flowwise does where its public pages are silent: asked by `python -m django_flowwise.contract`.

For a sandbox, never for production. It needs no Django project; it uses the client's transport and the wire's
requests, and nothing else of the package.
"""

from __future__ import annotations

from django_flowwise.contract.observations import Observation
from django_flowwise.contract.report import written_report
from django_flowwise.contract.steps import observe

__all__ = ["Observation", "observe", "written_report"]
