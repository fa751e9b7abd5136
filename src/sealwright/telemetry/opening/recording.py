"""A source that is asked once, and whose answers are given once more from memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Self

import numpy as np

from sealwright.telemetry.format.hashing import distinct_rows
from sealwright.telemetry.keys.table import KeyTable, State

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from sealwright.telemetry.format.headers import Headers
    from sealwright.telemetry.keys.table import ParameterSource


class Recorder(NamedTuple):
    """`source` is to be asked first; `recorded` then answers the same headers without another call."""

    source: ParameterSource
    recorded: ParameterSource

    @classmethod
    def of(cls, source: ParameterSource) -> Self:
        """Put a recorder before a source; one that holds its keys in memory may be asked twice."""
        if getattr(source, "in_memory", False):
            return cls(source, source)
        recording = _Recording(source)
        return cls(recording, _Recorded(recording))


class _Answer(NamedTuple):
    raw: NDArray[np.uint8]
    table: KeyTable


class _Recording:
    """Passes questions on, and keeps the last answer of each kind."""

    def __init__(self, source: ParameterSource) -> None:
        self._source = source
        self.answers: dict[bool, _Answer] = {}

    def resolve(self, headers: Headers, *, exact: bool = False) -> KeyTable:
        """Ask the source."""
        table = self._source.resolve(headers, exact=exact)
        self.answers[exact] = _Answer(headers.raw, table)
        return table


class _Recorded:
    """Gives the answers of a recording; what it was not asked is unknown."""

    def __init__(self, recording: _Recording) -> None:
        self._recording = recording

    def resolve(self, headers: Headers, *, exact: bool = False) -> KeyTable:
        """Answer from what was recorded."""
        if exact not in self._recording.answers:
            return KeyTable.unknown(len(headers))
        raw, table = self._recording.answers[exact]
        first, group = distinct_rows(np.vstack((raw, headers.raw)))
        # Each distinct header's place among those that were asked, beyond them where it was not.
        place = first[group[len(raw) :]]
        known = place < len(raw)
        at = np.where(known, place, 0)
        state = np.where(known, table.state[at], State.UNKNOWN).astype(np.uint8)
        return KeyTable(table.rows, table.row[at], state, table.shortcut[at] & known)
