"""Entries in memory, for a while: as many as are allowed, the oldest forgotten first."""

from __future__ import annotations

import threading
from collections.abc import MutableMapping
from typing import TYPE_CHECKING, Final, TypeVar

from sealwright.telemetry.format.suites import Direction, Purpose
from sealwright.telemetry.keys.keeping.looking import Found, Told
from sealwright.telemetry.keys.keeping.names import device_of, family_of, has_family, tag_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sealwright.telemetry.keys.keeping.entry import Entry

NEGATIVE_SECONDS: Final = 600.0
"""How long an answer without a key counts."""

MOST_NEGATIVE: Final = 100_000

_UPLINK: Final = frozenset(tag_of(Direction.UPLINK, purpose) for purpose in Purpose)

_T = TypeVar("_T")


class Bounded(MutableMapping[bytes, _T]):
    """A mapping that forgets: what is older than `seconds`, and the oldest beyond `most`."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float]) -> None:
        self._most, self._seconds, self._clock = most, seconds, clock
        self._held: dict[bytes, tuple[float, _T]] = {}
        self.changes = 0
        """How often something came or went."""

    def __len__(self) -> int:
        return len(self._held)

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._held)

    def __getitem__(self, name: bytes) -> _T:
        self.forget()
        return self._held[name][1]

    def __setitem__(self, name: bytes, value: _T) -> None:
        self._held.pop(name, None)
        self._held[name] = self._clock(), value
        self.changes += 1
        if len(self._held) > self._most:
            del self[next(iter(self._held))]

    def __delitem__(self, name: bytes) -> None:
        del self._held[name]
        self.changes += 1

    def pick(self, names: Sequence[bytes]) -> dict[bytes, _T]:
        """Return what is held for many names."""
        self.forget()
        found = zip(names, map(self._held.get, names), strict=True)
        return {name: held[1] for name, held in found if held is not None}

    def forget(self) -> None:
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

    @property
    def changes(self) -> int:
        """How often a key came or went."""
        return self._exact.changes + self._leaders.changes

    def forget(self) -> None:
        """Drop the keys that are too old."""
        with self._lock:
            self._exact.forget()
            self._leaders.forget()

    def trusted(self) -> list[Entry]:
        """Return the uplink entries that open every message whose header or key id they have.

        Left out are those of devices and families for which the shortcut is off.
        """
        with self._lock:
            leaders = self._leaders.pick(list(self._leaders))
            entries = {entry.name: entry for entry in leaders.values() if entry}
            entries |= self._exact.pick(list(self._exact))
            crooked = set(self._held.crooked)
        return [
            entry
            for name, entry in entries.items()
            if name[0] in _UPLINK
            and (
                not has_family(name)
                or (device_of(name) not in crooked and leaders.get(family_of(name), entry) is not None)
            )
        ]

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
