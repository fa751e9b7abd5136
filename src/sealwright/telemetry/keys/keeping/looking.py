"""From what is held to a KeyTable: the very header first, then the key of its family as a candidate."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

from sealwright.errors import Reason
from sealwright.telemetry.keys.keeping.names import device_of, has_family
from sealwright.telemetry.keys.table import ROW, KeyTable, State

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping

    from numpy.typing import NDArray

    from sealwright.telemetry.keys.keeping.entry import Entry
    from sealwright.telemetry.keys.keeping.names import Asked

_BLANK: Final = bytes(ROW.itemsize)


class Told(NamedTuple):
    """An answer without a key: a header is unknown, refused or was not asked for, and why."""

    state: State
    reason: Reason = Reason.NONE


@dataclass(frozen=True, slots=True)
class Found:
    """What is held: entries by name, and by family the one whose key may serve every header of it."""

    exact: MutableMapping[bytes, Entry] = field(default_factory=dict)
    leaders: MutableMapping[bytes, Entry | None] = field(default_factory=dict)
    """None stands for a family in which two keys have been met: that disproves the shortcut for it."""
    crooked: set[bytes] = field(default_factory=set)
    """Devices, by the low six bytes of their UID, for which the shortcut is off."""

    def add(self, other: Found) -> None:
        """Take in what has been found elsewhere."""
        self.exact.update(other.exact)
        self.leaders.update(other.leaders)
        self.crooked.update(other.crooked)

    def learn(self, entry: Entry) -> None:
        """Take in a new entry."""
        self.exact[entry.name] = entry
        if family := entry.leads:
            held = self.leaders.get(family, entry)
            same = held is not None and held.key_in_row.matches(entry.key_in_row)
            self.leaders[family] = entry if same else None
        elif has_family(entry.name):
            self.crooked.add(device_of(entry.name))

    def leader(self, family: bytes) -> Entry | None:
        """Return the entry whose key may serve a family, None where there is none."""
        entry = self.leaders.get(family)
        return None if entry is None or device_of(family) in self.crooked else entry


def tabulate(asked: Asked, found: Found, told: Mapping[bytes, Told], *, exact: bool) -> KeyTable:
    """Return a row for each header: what is held or told for itself, else (not `exact`) its family's key."""
    rows = _Rows()
    led = np.zeros(len(asked.families), np.intp)
    if not exact and found.leaders:
        led = rows.places(map(found.leader, asked.families))
    row = led[asked.group]
    state = np.where(row, State.CANDIDATE, State.UNKNOWN).astype(np.uint8)
    if found.exact:
        own = rows.places(map(found.exact.get, asked.names))
        state[own != 0] = State.EXACT
        row = np.where(own, own, row)
    if told:
        for at in np.flatnonzero(state != State.EXACT).tolist():
            answer = told.get(asked.names[at])
            if answer and answer.state is not State.UNKNOWN:
                row[at], state[at] = rows.place_of(answer), answer.state
    return KeyTable(rows.table(), row, state, rows.regular()[row])


class _Rows:
    """Rows in the order in which they are first needed. Row 0 holds nothing."""

    def __init__(self) -> None:
        self._octets = [_BLANK]
        self._regular = [False]
        self._place: dict[int | Told, int] = {}

    def places(self, entries: Iterable[Entry | None]) -> NDArray[np.intp]:
        """Return the place of each entry, 0 where there is none. The entries must live on."""
        return np.array([0 if entry is None else self._place_of(entry) for entry in entries], np.intp)

    def _place_of(self, entry: Entry) -> int:
        place = self._place.get(id(entry))
        return place or self._add(id(entry), entry.row.reveal(), regular=entry.regular)

    def place_of(self, told: Told) -> int:
        """Return the place of an answer without a key."""
        octets = bytes((told.state, 0, told.reason.code)).ljust(ROW.itemsize, b"\0")
        return self._place.get(told) or self._add(told, octets, regular=False)

    def _add(self, key: int | Told, octets: bytes, *, regular: bool) -> int:
        self._place[key] = len(self._octets)
        self._octets.append(octets)
        self._regular.append(regular)
        return self._place[key]

    def table(self) -> NDArray[np.void]:
        """Return the rows as a table that nobody can write to."""
        return np.frombuffer(b"".join(self._octets), ROW)

    def regular(self) -> NDArray[np.bool_]:
        """Return where a row's nonce is the one that the header suggests."""
        return np.array(self._regular)
