"""Single flight: of threads that need the same answer one asks, and the others wait."""

from __future__ import annotations

import copy
import threading
from typing import TYPE_CHECKING

from sealwright.errors import SealwrightError

if TYPE_CHECKING:
    from collections.abc import Iterable


class Flight:
    """A question that a thread is asking."""

    def __init__(self) -> None:
        self._landed = threading.Event()
        self._error: SealwrightError | None = None

    def land(self, error: BaseException | None) -> None:
        """Let those who wait go on."""
        self._error = error if isinstance(error, SealwrightError) else None
        self._landed.set()

    def wait(self) -> None:
        """Wait for the end. An error that the asking thread has met is raised here as well.

        A thousand threads that asked again, one after the other, would meet it a thousand times.
        """
        self._landed.wait()
        if self._error is not None:
            raise copy.copy(self._error)


class Flights:
    """The questions that are being asked in this process, by name."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._under_way: dict[bytes, Flight] = {}

    def board(self, names: Iterable[bytes]) -> tuple[dict[bytes, Flight], list[Flight]]:
        """Return the flights that are this thread's to fly, by name, and those of others."""
        mine: dict[bytes, Flight] = {}
        others: list[Flight] = []
        with self._lock:
            for name in names:
                if flight := self._under_way.get(name):
                    others.append(flight)
                else:
                    mine[name] = self._under_way[name] = Flight()
        return mine, others

    def land(self, mine: dict[bytes, Flight], error: BaseException | None = None) -> None:
        """End this thread's flights."""
        with self._lock:
            for name in mine:
                del self._under_way[name]
        for flight in mine.values():
            flight.land(error)
