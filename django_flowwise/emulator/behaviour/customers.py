"""Assumptions about customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class CustomerBehaviour:
    """Assumptions about Create Customer and Update Customer; a GLOBAL scope changes nothing else."""

    repeated_customer_id: Literal["409", "400", "same", "second"] = "409"
    """A known customer_id is refused with this status, or answered with the same record, or made a second time."""
    customer_id_pattern: str = r"(?s).+"
    """What a customer_id must match in full: any text that is not empty."""
    update_customer_status: int = 200
    """HTTP status of a successful Update Customer; its page shows the body only."""
    unknown_customer_status: int = 404
    """HTTP status for a customer_id that nobody created."""
    update_clears_omitted_fields: bool = True
    """Update Customer forgets the optional fields that it does not name; else they stay."""
    refuses_other_customer_id: bool = True
    """Update Customer refuses a body whose customer_id is not that of its path; else the path's counts."""
