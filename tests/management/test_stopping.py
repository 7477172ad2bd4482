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


def test_stop__is_written_by_the_interpreter_itself() -> None:
    """A handler in Python may run too late: after the wait has begun."""
    before = signal.set_wakeup_fd(-1)
    with StopRequest():
        own = signal.set_wakeup_fd(-1)
        signal.set_wakeup_fd(own)
        assert own not in {-1, before}
    assert signal.set_wakeup_fd(before) == before


def test_wait__is_ended_once_by_another_signal() -> None:
    before = signal.signal(signal.SIGUSR1, lambda *_args: None)
    try:
        with StopRequest() as stop:
            os.kill(os.getpid(), signal.SIGUSR1)
            assert not stop.wait(30)
            began = time.monotonic()
            assert not stop.wait(0.2)
            assert time.monotonic() - began >= 0.2
    finally:
        signal.signal(signal.SIGUSR1, before)


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
