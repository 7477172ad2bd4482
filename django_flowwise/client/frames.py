"""Tracebacks without the variables of a call: reports print them, and they hold headers and customers' data.

Only the client uses this.
"""

from __future__ import annotations

import sys
from types import TracebackType


class FramesDropped:
    """Let errors pass, and their causes with them, but not the frames from which they come.

    Whatever ends the call is treated so, a time limit of a task queue or Ctrl-C too. Kind and text of each error
    stay; an error that was being handled before is not touched.
    """

    def __enter__(self) -> None:
        self._before = sys.exception()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        while error is not None and error is not self._before:
            error.__traceback__ = None
            error = error.__cause__ or error.__context__
