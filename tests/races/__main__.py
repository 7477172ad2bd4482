"""Let many processes and threads loose on the same orders, and look whether the promises hold.

A program of its own, ``python -m tests.races``, since it forks, and pytest's process has threads.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

from django.conf import settings

from tests.databases import NAMES, own_database, set_up
from tests.gateway import Gateway


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.races", description=__doc__)
    parser.add_argument("--database", choices=NAMES, default="sqlite")
    parser.add_argument("--rounds", type=int, default=50, metavar="N", help="of refresh against supersede")
    chosen = parser.parse_args()
    # A server takes about a hundred connections, and the crowd is larger.
    set_up(chosen.database, pool={"min_size": 1, "max_size": 20})
    from django_flowwise.signals import order_paid, refund_settled  # noqa: PLC0415  # models come after the set-up
    from tests.kill.proof import forget_rows  # noqa: PLC0415
    from tests.kill.verdict import Witness  # noqa: PLC0415
    from tests.races import money, races  # noqa: PLC0415

    began, took_part = time.monotonic(), 0
    with Gateway() as gateway, own_database(), tempfile.TemporaryDirectory() as folder:
        settings.FLOWWISE = {"default": gateway.account()}
        witness = Witness(Path(folder) / "heard")
        order_paid.connect(witness)
        refund_settled.connect(witness.hear_refund)
        for race in (
            races.same_order,
            races.double_click,
            races.superseded,
            races.shared_work,
            races.answers_after_a_fork,
            races.late_yes,
            races.late_no,
            partial(races.newer_truth, witness=witness, rounds=chosen.rounds),
            money.parts_that_exceed,
            money.all_at_once,
            money.same_refund_id,
            money.captured,
            money.captured_and_voided,
            money.first_seen,
            partial(money.refunds_under_other_hands, witness=witness, rounds=chosen.rounds),
        ):
            forget_rows()
            gateway.reset()
            took_part += race(gateway)
    seconds = time.monotonic() - began
    sys.stdout.write(f"races run: {took_part} took part ({chosen.database}, {seconds:.0f} s), all held\n")
    return 0


sys.exit(main())
