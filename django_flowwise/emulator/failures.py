"""A failure of the emulator itself: a defect, which must pass for nothing else.

Any module of the emulator may import it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Failure:
    """One request that the emulator could not answer, for a reason of its own."""

    asked: str
    """The verb and the path; who asked, where it broke outside of an answer."""
    error: BaseException | None
    """What was raised, with its traceback."""

    def __str__(self) -> str:
        return f"{self.asked}: {type(self.error).__name__}: {self.error}"


class EmulatorFailed(Exception):
    """The emulator itself has failed; what the shop saw of it was no answer of Flowwise's."""

    def __init__(self, failures: Sequence[Failure]) -> None:
        super().__init__(failures)
        self.failures = failures

    def __str__(self) -> str:
        return "The local Flowwise itself failed at " + "; at ".join(map(str, self.failures))
