"""How two pieces of work compare in CPU time of this process, noise of the machine taken out as far as it goes."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Sequence


def cpu_ratio(
    ours: Callable[[int], object], floor: Callable[[int], object], *, rounds: int, batch: int
) -> tuple[float, Sequence[float]]:
    """Give the median over all rounds of CPU(ours) ÷ CPU(floor), and every round's ratio.

    In each round both do ``batch`` pieces, in turns of which goes first; piece ``n`` is passed its number.
    """
    ratios = []
    gc.collect()
    gc.disable()
    try:
        for number in range(rounds):
            pieces = range(number * batch, (number + 1) * batch)
            if number % 2:
                floor_seconds, our_seconds = _cpu_seconds(floor, pieces), _cpu_seconds(ours, pieces)
            else:
                our_seconds, floor_seconds = _cpu_seconds(ours, pieces), _cpu_seconds(floor, pieces)
            ratios.append(our_seconds / floor_seconds)
            gc.collect()
    finally:
        gc.enable()
    return statistics.median(ratios), ratios


def _cpu_seconds(work: Callable[[int], object], pieces: range) -> float:
    started = time.process_time()
    for piece in pieces:
        work(piece)
    return time.process_time() - started


def row(name: str, ratio: float, ratios: Sequence[float], goal: float) -> str:
    """Word one line of the table."""
    spread = statistics.quantiles(ratios, n=4)
    verdict = "within" if ratio <= goal else "ABOVE"
    return f"{name:<14} {ratio:>7.3f}   {spread[0]:.3f}-{spread[2]:.3f}   {goal:>5.2f}  {verdict}"
