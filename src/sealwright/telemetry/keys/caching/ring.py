"""The core's keyring of what a cache holds in memory, made anew as that changes."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sealwright.telemetry.format.headers import HEADER_BYTES
from sealwright.telemetry.keys.held import HeldKeys
from sealwright.telemetry.keys.keeping.names import NAME_BYTES
from sealwright.telemetry.keys.table import ROW

if TYPE_CHECKING:
    from collections.abc import Callable

    from sealwright.telemetry.keys.caching.memory import Memory

SECONDS: Final = 60.0
"""For so long a keyring may have a key that memory has forgotten."""

_GROWTH: Final = 8
"""A keyring is made anew when an eighth of it has changed: so each key is brought in a few times."""


class Ring:
    """Gives the keyring of a Memory. Threads may share it.

    What has come into memory since it was made is not in it: messages under such keys are left to
    others, as are those whose key may not be tried on them.
    """

    def __init__(self, memory: Memory, clock: Callable[[], float]) -> None:
        self._memory, self._clock = memory, clock
        self._lock = threading.Lock()
        self._keyring: Any = None
        self._size = self._made_of = self._looked_at = 0
        self._made_at = 0.0

    def current(self) -> Any:
        """Return the keyring, None where there is no core or nothing in memory."""
        with self._lock:
            if old := self._clock() - self._made_at > SECONDS:
                self._memory.forget()
                self._made_at = self._clock()
            changes = self._memory.changes
            settled, self._looked_at = changes == self._looked_at, changes
            new = changes - self._made_of
            if new and (settled or old or _GROWTH * new >= self._size):
                self._make(changes)
            return self._keyring

    def _make(self, changes: int) -> None:
        entries = self._memory.trusted()
        names = np.frombuffer(b"".join(entry.name for entry in entries), np.uint8).reshape(-1, NAME_BYTES)
        rows = np.frombuffer(b"".join(entry.row.reveal() for entry in entries), ROW)
        held = HeldKeys()
        held.hold(rows, names[:, 0] % 2, names[:, -HEADER_BYTES:])
        self._keyring = held.keyring() if entries else None
        self._size, self._made_of, self._made_at = len(entries), changes, self._clock()
