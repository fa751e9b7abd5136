"""Finding rows by their bytes: a sorted column of keyed hashes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sealwright.telemetry.format.hashing import as_words, hash_rows, new_key

if TYPE_CHECKING:
    from numpy.typing import NDArray


class RowIndex:
    """Finds rows of 8·k bytes among n held ones; of equal rows the first is found.

    It takes 16 bytes a row where a dictionary of `bytes` takes about 150, and a batch of
    look-ups is one call.
    """

    def __init__(self, rows: NDArray[np.uint8]) -> None:
        self._words = words = as_words(rows)
        while True:
            self._key = new_key()
            hashes = hash_rows(rows, self._key)
            self._order = np.argsort(hashes, kind="stable")
            self._hashes = hashes[self._order]
            before, after = self.repeats
            if (words[before] == words[after]).all():  # else two rows share a hash: draw another key
                return

    @property
    def repeats(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of equal rows, each with the next of its kind."""
        same = np.flatnonzero(self._hashes[1:] == self._hashes[:-1])
        return self._order[same], self._order[same + 1]

    def find(self, queries: NDArray[np.uint8]) -> NDArray[np.intp]:
        """Return the row that equals each query, -1 where there is none."""
        if not len(self._words):
            return np.full(len(queries), -1, np.intp)
        hashes = hash_rows(queries, self._key)
        at = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        rows = self._order[at]
        found = (self._hashes[at] == hashes) & (self._words[rows] == as_words(queries)).all(axis=1)
        return np.where(found, rows, -1)
