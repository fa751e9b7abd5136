"""Counts over time, by a column that the senders filled: by minute, hour or day."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sealwright.telemetry.pipeline.report.document import Bucket, Times
from sealwright.telemetry.pipeline.report.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MOST_POINTS: Final = 400
"""Buckets that are not empty, at most, where a longer stretch would do."""

MOST_LISTED: Final = 10_000

MILLISECONDS_FROM: Final = 10**11
"""Numbers from here on are milliseconds: in 1973 as these, in the year 5138 as seconds."""

_LARGEST: Final = 10**15
_END: Final = 253_402_300_800
"""The year 10000, in seconds since 1970."""
_STRETCHES: Final = (60, 3_600, 86_400)
_NUMBER: Final = re.compile(r"\d{1,15}(?:\.\d{1,9})?", re.ASCII)
_UNREADABLE: Final = -1


def read_time(value: Any) -> int:
    """Return a time in whole minutes since 1970, or -1 for what is none.

    ISO 8601, without an offset in UTC; or seconds or milliseconds since 1970, as a number or a text.
    """
    if isinstance(value, str):
        return _read_text(value)
    if type(value) not in {int, float} or not 0 <= value < _LARGEST:
        return _UNREADABLE
    return _minute(value / 1000 if value >= MILLISECONDS_FROM else value)


@lru_cache(2**14)  # neighbours in a file have often the same second
def _read_text(text: str) -> int:
    text = text.strip()
    if _NUMBER.fullmatch(text):
        return read_time(float(text))
    try:
        time = datetime.fromisoformat(text)
        return _minute((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp())
    except (ValueError, OverflowError):
        return _UNREADABLE


def _minute(seconds: float) -> int:
    return int(seconds // 60) if 0 <= seconds < _END else _UNREADABLE


class TimeLine:
    """Counts of opened and failed rows by the minute."""

    def __init__(self, column: str) -> None:
        self.column = column
        self._opened, self._failed = Tally(), Tally()
        self._unreadable = 0

    def add(self, values: Sequence[Any], opened: NDArray[np.bool_]) -> None:
        """Count rows by what stands in their column."""
        minutes = np.array([read_time(value) for value in values], np.int64)
        readable = minutes != _UNREADABLE
        self._unreadable += len(minutes) - int(np.count_nonzero(readable))
        for tally, which in ((self._opened, readable & opened), (self._failed, readable & ~opened)):
            tally.add(minutes[which].astype(np.uint64))

    def times(self) -> Times:
        """Return the counts, in the shortest stretch that makes few buckets of them."""
        (opened, times), (failed, other) = self._opened.counts(), self._failed.counts()
        minutes = np.concatenate([opened, failed]).astype(np.int64)
        weights = np.concatenate([times, other])
        for seconds in _STRETCHES:
            starts, place = np.unique(minutes * 60 // seconds * seconds, return_inverse=True)
            if len(starts) <= MOST_POINTS:
                break
        good = np.zeros((2, len(starts)), np.int64)
        half = len(opened)
        np.add.at(good[0], place[:half], weights[:half])
        np.add.at(good[1], place[half:], weights[half:])
        shown = slice(0, MOST_LISTED)
        buckets = [
            Bucket(_iso(start), *counts)
            for start, *counts in zip(starts[shown].tolist(), *good[:, shown].tolist(), strict=True)
        ]
        left_out = int(good[:, MOST_LISTED:].sum()) + self._opened.dropped + self._failed.dropped
        return Times(self.column, seconds, self._unreadable, buckets, left_out)


def _iso(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%MZ")
