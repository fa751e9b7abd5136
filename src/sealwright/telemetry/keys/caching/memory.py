"""Entries in memory, for a while: as many as are allowed, the oldest forgotten first."""

from __future__ import annotations

import threading
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Final, TypeVar

from sealwright.telemetry.keys.keeping.looking import Found, Told
from sealwright.telemetry.keys.keeping.names import device_of, has_family

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sealwright.telemetry.keys.keeping.entry import Entry

NEGATIVE_SECONDS: Final = 600.0
"""How long an answer without a key counts."""

MOST_NEGATIVE: Final = 100_000

_T = TypeVar("_T")


class Bounded(MutableMapping[bytes, _T]):
    """A mapping that forgets: what is older than `seconds`, and the oldest beyond `most`."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._held: dict[bytes, tuple[float, _T]] = {}

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._held)

    def __getitem__(self, name: bytes) -> _T:
        self._forget()
        return self._held[name][1]

    def __setitem__(self, name: bytes, value: _T) -> None:
        self._held.pop(name, None)
        self._held[name] = self._clock(), value
        if len(self._held) > self._most:
            del self[next(iter(self._held))]

    def __delitem__(self, name: bytes) -> None:
        del self._held[name]

    def pick(self, names: Sequence[bytes]) -> dict[bytes, _T]:
        """Return what is held for many names."""
        self._forget()
        found = zip(names, map(self._held.get, names), strict=True)
        return {name: held[1] for name, held in found if held is not None}

    def _forget(self) -> None:
        """Drop what is too old. Values stand in the order of their times, so the first ones tell."""
        born = self._clock() - self._seconds
        while self._held:
            name = next(iter(self._held))
            if self._held[name][0] > born:
                return
            del self[name]


class Memory:
    """What a cache holds in memory: entries by name and by family, and answers without a key."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._lock = threading.Lock()
        self._exact: Bounded[Entry] = Bounded(most, seconds, clock)
        self._leaders: Bounded[Entry | None] = Bounded(most, seconds, clock)
        self._held = Found(self._exact, self._leaders)
        self._told: Bounded[Told] = Bounded(MOST_NEGATIVE, NEGATIVE_SECONDS, clock)

    def __len__(self) -> int:
        """Return how many keys are in memory, those for families counted by themselves."""
        with self._lock:
            return len(self._exact) + len(self._leaders)

    def look_up(self, names: Sequence[bytes], families: Sequence[bytes]) -> Found:
        """Return what is held for names and families."""
        with self._lock:
            crooked = self._held.crooked
            tails = {device_of(each) for each in families if has_family(each)} if crooked else set()
            return Found(self._exact.pick(names), self._leaders.pick(families), tails & crooked)

    def told(self, names: Sequence[bytes]) -> dict[bytes, Told]:
        """Return the answers without a key that still count."""
        with self._lock:
            return self._told.pick(names)

    def take(self, found: Found) -> None:
        """Hold what a store has found."""
        with self._lock:
            self._held.add(found)

    def learn(self, entry: Entry) -> None:
        """Hold what a service has answered."""
        with self._lock:
            self._told.pop(entry.name, None)
            self._held.learn(entry)

    def deny(self, told: Mapping[bytes, Told]) -> None:
        """Hold answers without a key."""
        with self._lock:
            self._told.update(told)
