"""Run every benchmark and print the table: ``python -m benchmarks``; exits 1 where one is above its goal."""

from __future__ import annotations

import os
import sys

import django


def main() -> int:
    """Print one row for each benchmark."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
    django.setup()

    from django.core.management import call_command  # noqa: PLC0415  # needs Django set up

    from benchmarks import checkout, plugin, submit  # noqa: PLC0415  # import models
    from benchmarks.ratio import row  # noqa: PLC0415  # stands with the others

    call_command("migrate", verbosity=0)
    print(f"{'CPU ÷ floor':<14} {'median':>7}   {'quartiles':<11}   {'goal':>5}")
    within = True
    for name, benchmark in (("submit", submit), ("checkout", checkout), ("plugin", plugin)):
        ratio, ratios = benchmark.measure()
        print(row(name, ratio, ratios, benchmark.GOAL))
        within = within and ratio <= benchmark.GOAL
    return 0 if within else 1


if __name__ == "__main__":
    sys.exit(main())
