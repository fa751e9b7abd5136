"""Counts of many distinct numbers in bounded memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MOST: Final = 2**20
"""Distinct numbers that are held, at most: senders choose what devices they claim to be."""


class Tally:
    """How often each 64-bit number was told. Of more than `most` distinct ones the rarest are dropped.

    `dropped` sums up what they had been counted. Until it is above 0 every count is exact.
    """

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._numbers, self._counts = np.empty(0, np.uint64), np.empty(0, np.int64)
        self._pending: list[tuple[NDArray[np.uint64], NDArray[np.int64]]] = []
        self._waiting = 0
        self.dropped = 0

    def add(self, numbers: NDArray[np.uint64]) -> None:
        """Count some numbers."""
        if len(numbers):
            distinct, counts = np.unique(numbers, return_counts=True)
            self._pending.append((distinct, counts.astype(np.int64)))
            self._waiting += len(distinct)
            if self._waiting >= self._most:
                self._merge()

    def counts(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        """Return the distinct numbers, rising, and how often each was told."""
        self._merge()
        return self._numbers, self._counts

    def _merge(self) -> None:
        if not self._pending:
            return
        numbers, counts = zip((self._numbers, self._counts), *self._pending, strict=True)
        self._pending, self._waiting = [], 0
        self._numbers, place = np.unique(np.concatenate(numbers), return_inverse=True)
        self._counts = np.zeros(len(self._numbers), np.int64)
        np.add.at(self._counts, place, np.concatenate(counts))
        if len(self._numbers) > self._most:
            often = np.sort(np.argsort(-self._counts, kind="stable")[: self._most])
            self.dropped += int(self._counts.sum() - self._counts[often].sum())
            self._numbers, self._counts = self._numbers[often], self._counts[often]
