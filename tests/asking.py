"""A call to send through a channel, and time that does not pass by itself."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sealwright.secret import Secret
from sealwright.services._http import Answer, Channel, Limits, Outgoing, Timing
from sealwright.services._retry import Retry

if TYPE_CHECKING:
    from collections.abc import Iterator

ASK: Final = Outgoing("a call", "POST", "/call", Retry.READ, body=Secret(b'{"a":1}'))
QUICK: Final = Limits(backoff=0.001, deadline=20.0)


def body_of(answer: Answer) -> bytes:
    """Return the body of an answer."""
    return answer.body.reveal()


@contextmanager
def channel(server: Any, limits: Limits = QUICK, **options: Any) -> Iterator[Channel]:
    """Open a channel to a server, or to a URL."""
    opened = Channel(getattr(server, "url", server), limits=limits, **options)
    try:
        yield opened
    finally:
        opened.close()


class FakeTime:
    """Time that passes only when somebody sleeps, and chance that is always the same."""

    def __init__(self, chance: float = 0.0) -> None:
        self.slept: list[float] = []
        self._now = 1000.0
        self._chance = chance
        self._lock = threading.Lock()

    @property
    def timing(self) -> Timing:
        """The timing to give to a channel."""
        return Timing(self.monotonic, self.now, self.sleep, lambda: self._chance)

    def monotonic(self) -> float:
        """Return the seconds since some moment."""
        return self._now

    def now(self) -> datetime:
        """Return the moment that it is."""
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._now - 1000)

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        with self._lock:
            self.slept.append(seconds)
            self._now += seconds
