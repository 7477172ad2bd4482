"""The API operations: checked requests in, documented answers out.

One module for each noun, one function for each operation; its name is the one that a fault may be kept to. Only
the urlconf imports them.
"""

from __future__ import annotations
