"""How the documentation is built: ``sphinx-build -W docs docs/_build``."""

from __future__ import annotations

import re
from pathlib import Path

project = "django-flowwise"
author = "The django-flowwise developers"
project_copyright = "2026, The django-flowwise developers"
release = re.search(
    r'__version__ = "(.+)"', (Path(__file__).parent.parent / "django_flowwise/__init__.py").read_text()
)[1]
extensions = ["myst_parser"]
myst_enable_extensions = ["deflist"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = f"django-flowwise {release}"
exclude_patterns = ["_build"]
nitpicky = True
