"""The time that a simulator lives in: the real one, or one that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Lock
from typing import Final, Protocol

START: Final = datetime(2026, 1, 15, tzinfo=UTC)
"""When simulated time begins, unless told otherwise: what comes out must not depend on a clock."""


class Clock(Protocol):
    """Whoever tells the time, as `time.time` does."""

    def __call__(self) -> float:
        """Return seconds since 1970, UTC."""
        ...


class ManualClock:
    """A clock that stands still until it is moved."""

    def __init__(self, start: datetime = START) -> None:
        self._now = start.timestamp()
        self._lock = Lock()

    def __call__(self) -> float:
        """Return seconds since 1970, UTC."""
        return self._now

    def advance(self, seconds: float = 0.0, *, days: float = 0.0) -> None:
        """Let time pass."""
        with self._lock:
            self._now += seconds + 86_400 * days


def iso(now: float) -> str:
    """Return a time as the service writes it: ISO 8601, UTC, whole seconds."""
    return f"{datetime.fromtimestamp(int(now), UTC):%Y-%m-%dT%H:%M:%SZ}"
