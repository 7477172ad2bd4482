"""A crowd: several processes with several threads each, which all do one thing at the same moment."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from multiprocessing.synchronize import Barrier

from django.db import connections

from django_flowwise.exceptions import FlowwiseError
from django_flowwise.models import Order
from tests.forks import ENDED, Fork, leave_database

_LONGEST_WAIT_SECONDS = 60

Act = Callable[[int], str]
"""What one of the crowd does, by its number; gives what came of it."""


def at_once(act: Act, *, processes: int, threads: int) -> list[str]:
    """Let all of them do it at the same moment, this process among them; give what each of them says."""
    leave_database()
    barrier = multiprocessing.get_context("fork").Barrier(processes * threads)
    crowd = [range(first * threads, (first + 1) * threads) for first in range(processes)]
    forks = [Fork(partial(_report, act, barrier, numbers)) for numbers in crowd[1:]]
    said = _in_threads(act, barrier, crowd[0])
    for fork in forks:
        ending, report = fork.wait()
        assert ending == ENDED
        said += json.loads(report)
    return said


def _report(act: Act, barrier: Barrier, numbers: range, report: int) -> None:  # pragma: no cover  # in a fork
    os.write(report, json.dumps(_in_threads(act, barrier, numbers)).encode())


def _in_threads(act: Act, barrier: Barrier, numbers: range) -> list[str]:
    with ThreadPoolExecutor(len(numbers)) as pool:
        return list(pool.map(partial(_one, act, barrier), numbers))


def _one(act: Act, barrier: Barrier, number: int) -> str:
    barrier.wait(_LONGEST_WAIT_SECONDS)
    try:
        return act(number)
    finally:
        connections.close_all()


def outcome(call: Callable[[], Order]) -> str:
    """Make a call of the services; give the state that it returns, or the error's name."""
    try:
        return call().state
    except FlowwiseError as error:
        return type(error).__name__
