"""Being told to stop."""

from __future__ import annotations

import os
import signal
import threading
import time

import pytest

from django_flowwise.management.stopping import StopRequest

NUMBERS = [signal.SIGINT, signal.SIGTERM]


@pytest.mark.parametrize("number", NUMBERS)
def test_stop__is_noted_and_what_was_there_comes_back(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with StopRequest() as stop:
        assert stop.wait(0) is False
        os.kill(os.getpid(), number)
        assert stop.is_requested
        assert stop.wait(60) is stop.wait() is True
    assert signal.getsignal(number) == before


def test_stop__ends_a_wait() -> None:
    began = time.monotonic()
    with StopRequest() as stop:
        timer = threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGTERM))
        timer.start()
        assert stop.wait(30)
        timer.join()
    assert time.monotonic() - began < 10


def test_stop__a_second_one_does_what_it_would_have_done() -> None:
    with StopRequest():
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_stop__outside_the_main_thread_nothing_is_noted() -> None:
    before = signal.getsignal(signal.SIGTERM)
    seen: list[object] = []

    def run() -> None:
        with StopRequest() as stop:
            seen.extend([signal.getsignal(signal.SIGTERM), stop.wait(0)])

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    assert seen == [before, False]
