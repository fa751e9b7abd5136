"""Finding rows by their bytes: in a native hash map, or in a sorted column of keyed hashes."""

from __future__ import annotations

import secrets
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sealwright.telemetry.core import core
from sealwright.telemetry.format.hashing import as_words, hash_rows, new_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NATIVE_WIDTH: Final = 16
_SECRET_BYTES: Final = 32
_MOST_BITS: Final = 20
"""Leading bits of a hash that tell where its search starts: at most four megabytes of starts."""


class RowIndex:
    """Finds rows of 8·k bytes among n held ones; of equal rows the first is found.

    Where fewer bytes are `significant`, what stands behind those is no matter. It takes some forty
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
        cut, rest = rows.copy(), rows.shape[1] - self._significant
        cut[:, self._significant :].view(f"V{rest}")[:] = bytes(rest)
        return cut

    @cached_property
    def _sorted(self) -> _Sorted:
        words = as_words(self._rows)
        while True:
            found = _Sorted(self._rows, new_key())
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
        at, same = self._sorted.find(wanted)
        for held, asked in zip(as_words(self._rows).T, as_words(wanted).T, strict=True):
            same &= held[at] == asked
        return np.where(same, at, -1)


class _Sorted:
    """Hashes of one row or more under a key, rising, and the row that each belongs to."""

    def __init__(self, rows: NDArray[np.uint8], key: np.uint64) -> None:
        hashes = hash_rows(rows, key)
        self._key, self._order = key, np.argsort(hashes, kind="stable")
        self._hashes = hashes[self._order]

    @property
    def repeats(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Pairs of rows with one hash, each with the next of its kind."""
        same = np.flatnonzero(self._hashes[1:] == self._hashes[:-1])
        return self._order[same], self._order[same + 1]

    @cached_property
    def _start(self) -> tuple[np.uint64, NDArray[np.unsignedinteger]]:
        """By its leading bits, where the search for a hash starts; and how far to shift for those bits.

        There are four starts a row or more, up to a limit, so that most searches end where they start.
        """
        last = len(self._hashes) - 1
        bits = min((4 * last).bit_length() or 1, _MOST_BITS)
        shift = np.uint64(64 - bits)
        count = np.bincount((self._hashes >> shift).astype(np.intp), minlength=1 << bits)
        start = np.minimum(np.cumsum(count) - count, last)
        return shift, start.astype(np.min_scalar_type(last))

    def find(self, queries: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Return the first row whose hash is not below each query's, and whether it is the same hash."""
        hashes = hash_rows(queries, self._key)
        shift, start = self._start
        at = start[(hashes >> shift).astype(np.intp)]
        further = np.flatnonzero(self._hashes[at] < hashes)
        if len(further):
            at[further] = np.minimum(np.searchsorted(self._hashes, hashes[further]), len(self._hashes) - 1)
        return self._order[at], self._hashes[at] == hashes
