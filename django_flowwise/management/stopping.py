"""Being told to stop: by SIGTERM, as supervisors do, or by Ctrl-C. For the commands of this package only."""

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
        # A handler may run at any point of wait(): with a lock, as in threading.Event, it could wait for itself.
        self._waiting, self._waking = socket.socketpair()
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                self._earlier[number] = signal.signal(number, self._request) or signal.SIG_DFL
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, action in self._earlier.items():
            signal.signal(number, action)
        self._waiting.close()
        self._waking.close()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until a stop is requested, or for so long; True where it is."""
        select.select([self._waiting], [], [], seconds)
        return self.is_requested

    def _request(self, number: int, _frame: FrameType | None) -> None:
        self.is_requested = True
        self._waking.send(b"\0")
        signal.signal(number, self._earlier[number])
