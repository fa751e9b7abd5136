"""Finding rows by their bytes: in a native hash map, or in a sorted column of keyed hashes."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np

from sealwright.telemetry.core import core
from sealwright.telemetry.format.hashing import as_words, hash_rows, new_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NATIVE_WIDTH: Final = 16
_SECRET_BYTES: Final = 32


class RowIndex:
    """Finds rows of 8·k bytes among n held ones; of equal rows the first is found.

    Where fewer bytes are `significant`, what stands behind those is no matter. It takes some twenty
    bytes a row where a dictionary of `bytes` takes 150, and a batch of look-ups is one call.
    """

    def __init__(self, rows: NDArray[np.uint8], significant: int | None = None) -> None:
        self._significant = rows.shape[1] if significant is None else significant
        self._rows = self._cut(rows)
        module = core().module
        self.native_map: Any = None
        """The core's map of these rows, where there is one."""
        if module is not None and rows.shape[1] == _NATIVE_WIDTH:
            self.native_map = module.KeyMap(self._rows, secrets.token_bytes(_SECRET_BYTES))

    def _cut(self, rows: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Return rows with zeros behind what is significant."""
        if self._significant == rows.shape[1]:
            return np.ascontiguousarray(rows)
        cut = rows.copy()
        cut[:, self._significant :] = 0
        return cut

    @cached_property
    def _sorted(self) -> _Sorted:
        words = as_words(self._rows)
        while True:
            key = new_key()
            hashes = hash_rows(self._rows, key)
            order = np.argsort(hashes, kind="stable")
            found = _Sorted(key, hashes[order], order)
            before, after = found.repeats
            if (words[before] == words[after]).all():  # else two rows share a hash: draw another key
                return found

    @property
    def repeats(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of equal rows, each with the next of its kind."""
        return self._sorted.repeats

    def find(self, queries: NDArray[np.uint8]) -> NDArray[np.intp]:
        """Return the row that equals each query, -1 where there is none."""
        if self.native_map is not None:
            rows = np.empty(len(queries), np.intp)
            self.native_map.find(np.ascontiguousarray(queries), self._significant, rows)
            return rows
        if not len(self._rows):
            return np.full(len(queries), -1, np.intp)
        wanted = self._cut(queries)
        at, same_hash = self._sorted.find(wanted)
        same = (as_words(self._rows)[at] == as_words(wanted)).all(axis=1)
        return np.where(same_hash & same, at, -1)


class _Sorted(NamedTuple):
    """Hashes in rising order under a key, and the row that each belongs to."""

    key: np.uint64
    hashes: NDArray[np.uint64]
    order: NDArray[np.intp]

    @property
    def repeats(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        same = np.flatnonzero(self.hashes[1:] == self.hashes[:-1])
        return self.order[same], self.order[same + 1]

    def find(self, queries: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the first row whose hash is not below each query's, and whether it is the same hash."""
        hashes = hash_rows(queries, self.key)
        at = np.minimum(np.searchsorted(self.hashes, hashes), len(self.hashes) - 1)
        return self.order[at], self.hashes[at] == hashes
