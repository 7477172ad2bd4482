"""Faults on the way: answers that come late, in drops, in part, far too long, or not at all."""

from __future__ import annotations

from typing import Final

from django_flowwise.emulator.faults import alterations as alter
from django_flowwise.emulator.faults import deliveries as deliver
from django_flowwise.emulator.faults.fault import LOOKS, Fault

TRANSPORTS: Final = (
    Fault(
        name="latency",
        does="Keeps the order at once, and answers after a wait.",
        meets=f"Waits until READ_TIMEOUT_SECONDS, within DEADLINE_SECONDS. {LOOKS}",
        seconds=30,
        delivery=deliver.late,
    ),
    Fault(
        name="kept_late",
        does="Keeps the order only after a wait, then answers.",
        meets='Unknown, and "it is not there" is not believed before QUIET_SECONDS have passed: UNCONFIRMED.',
        seconds=30,
        seconds_before=True,
    ),
    Fault(
        name="dripping_headers",
        does="Keeps the order, then sends the headers byte by byte.",
        meets=f"Ends at the deadline. {LOOKS}",
        seconds=1,
        delivery=deliver.dripping_head,
    ),
    Fault(
        name="dripping_body",
        does="Keeps the order, then sends the body byte by byte.",
        meets=f"Ends at the deadline. {LOOKS}",
        seconds=1,
        delivery=deliver.dripping_body,
    ),
    Fault(
        name="endless_continue",
        does="Keeps the order, then sends 100 Continue for ever.",
        meets=f"Ends at the deadline. {LOOKS}",
        seconds=0.05,
        delivery=deliver.endless_continue,
    ),
    Fault(
        name="broken_tls",
        does="Keeps the order, then sends bytes that are no TLS record.",
        meets=f"Not taken for a proof that nothing was sent. {LOOKS}",
        delivery=deliver.broken_record,
    ),
    Fault(
        name="reset_before_accept",
        is_carried_out=False,
        does="Resets the connection and keeps nothing.",
        meets=LOOKS,
        delivery=deliver.reset,
    ),
    Fault(
        name="reset_after_accept",
        does="Keeps the order, then resets the connection.",
        meets=LOOKS,
        delivery=deliver.reset,
    ),
    Fault(
        name="truncated_body",
        does="Keeps the order, then sends half of the body and closes.",
        meets=LOOKS,
        delivery=deliver.truncated,
    ),
    Fault(
        name="huge_body",
        does="Keeps the order, then answers with 400 MiB.",
        meets=f"Read up to 1 MiB. {LOOKS}",
        alteration=alter.announced_huge,
        delivery=deliver.huge,
    ),
    Fault(
        name="gzip_bomb",
        does="Keeps the order, then answers with a gzip body that unpacks to 400 MiB.",
        meets=f"Unpacked up to 1 MiB. {LOOKS}",
        alteration=alter.gzip_bomb,
    ),
)
"""Each answers what it should, in a way that it should not."""
