"""Whose turn it is: so many requests at once, none while the service wants a pause, and few repeats."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Timing:
    """Time and chance, as arguments: tests bring their own."""

    monotonic: Callable[[], float] = time.monotonic
    now: Callable[[], datetime] = _now
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.SystemRandom().random


class Pause:
    """Until when the service wants to be left alone, for every thread of a client."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._until = 0.0
        self._lock = threading.Lock()

    def extend(self, seconds: float) -> None:
        """Let it last for so many seconds from now, or longer where it does already."""
        with self._lock:
            self._until = max(self._until, self._timing.monotonic() + seconds)

    def left(self) -> float:
        """Return the seconds left, 0 where there is no pause."""
        return max(self._until - self._timing.monotonic(), 0.0)


class Quota:
    """How many repeats a client may still make: a service that fails is not buried in them.

    Each repeat takes one, each answer of success gives one back.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._left = most
        self._lock = threading.Lock()

    def take(self) -> bool:
        """Take one; False where none is left."""
        with self._lock:
            taken = self._left > 0
            self._left -= taken
            return taken

    def give(self) -> None:
        """Give one back."""
        with self._lock:
            self._left = min(self._left + 1, self._most)
