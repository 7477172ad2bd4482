"""Being told to stop: by SIGTERM, as supervisors do, or by Ctrl-C. For management commands; no public name."""

from __future__ import annotations

import select
import signal
import socket
import threading
from types import FrameType, TracebackType
from typing import Any, Self


class StopRequest:
    """Note SIGTERM and SIGINT while it is open, so that what is under way can be finished.

    A second one does what it would have done without this. Outside the main thread nothing is noted: there,
    nobody may listen for signals.
    """

    def __init__(self) -> None:
        self.is_requested = False
        self._earlier: dict[int, Any] = {}

    def __enter__(self) -> Self:
        # The interpreter writes: a handler in Python runs between two instructions only, and so after a wait that
        # has just begun. With a lock, as in threading.Event, it could wait for itself.
        self._waiting, self._waking = socket.socketpair()
        self._waking.setblocking(False)
        if threading.current_thread() is threading.main_thread():
            self._earlier_wakeup = signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)
            for number in (signal.SIGINT, signal.SIGTERM):
                self._earlier[number] = signal.signal(number, self._request) or signal.SIG_DFL
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._earlier:
            signal.set_wakeup_fd(self._earlier_wakeup)
        for number, action in self._earlier.items():
            signal.signal(number, action)
        self._waiting.close()
        self._waking.close()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until a stop is requested, or for so long; True where it is. Another signal ends the wait early."""
        is_woken, _, _ = select.select([self._waiting], [], [], seconds)
        if is_woken and not self.is_requested:
            self._waiting.recv(4096)  # what is left there would end every wait to come
        return self.is_requested

    def _request(self, number: int, _frame: FrameType | None) -> None:
        self.is_requested = True
        signal.signal(number, self._earlier[number])
