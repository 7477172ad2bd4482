"""Kill a process at every line, or at every N-th, and look whether everything recovers.

A program of its own, ``python -m tests.kill``, since it forks, and pytest's process has threads.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from tests.databases import own_database, set_up
from tests.gateway import Gateway


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kill", description=__doc__)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="every N-th of its lines")
    parser.add_argument("--library-every", type=int, metavar="N", help="also every N-th of the libraries")
    parser.add_argument("--first", type=int, default=1, metavar="K", help="begin at the K-th line")
    parser.add_argument("--scenario", metavar="NAME", help="this one alone")
    chosen = parser.parse_args()
    set_up(chosen.database)
    from tests.kill.proof import ALL, Proof  # noqa: PLC0415  # models come after the set-up

    began = time.monotonic()
    with Gateway() as gateway, own_database(), tempfile.TemporaryDirectory() as folder:
        proof = Proof(gateway, Path(folder) / "heard")
        for name in [chosen.scenario] if chosen.scenario else ALL:
            proof.of_package(name, first=chosen.first, every=chosen.every)
        if chosen.library_every:
            proof.of_libraries(first=chosen.first, every=chosen.library_every)
    sys.stdout.writelines(f"{violation}\n" for violation in proof.violations)
    sys.stdout.write(
        f"kill points tried: {proof.tried} ({chosen.database}, {proof.states} different states left behind,"
        f" {time.monotonic() - began:.0f} s), {'not all' if proof.violations else 'all'} recovered\n"
    )
    return 1 if proof.violations else 0


sys.exit(main())
