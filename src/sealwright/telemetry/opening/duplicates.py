"""Repeated messages: the same header and tag again, or the same header over another text.

Only opened messages are told to a window: a forged copy sent first must not brand the genuine
one. What is remembered are keyed hashes of 8 bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.telemetry.format.hashing import hash_rows, new_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

WINDOW: Final = 4_000_000
"""Opened messages that a window remembers at least, unless told otherwise."""

_FEWEST_SLOTS: Final = 1024


class DuplicateWindow:
    """Remembers the last `size` opened messages at least, and twice as many at most."""

    def __init__(self, size: int = WINDOW) -> None:
        self._key = new_key()
        self._headers = _Memory(size)
        self._messages = _Memory(size)

    def see(
        self, headers: NDArray[np.uint8], tags: NDArray[np.uint8]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (duplicate, nonce_reuse) for opened messages in order, and remember them.

        `headers` and `tags` have shape (n, 16). A duplicate has the header and tag of an earlier
        message; nonce_reuse has an earlier header and a tag not seen with it.
        """
        duplicate = self._messages.see(hash_rows(np.hstack((headers, tags)), self._key))
        known = self._headers.see(hash_rows(headers, self._key))
        return duplicate, known & ~duplicate


class _Memory:
    """Two generations of a hash set: when the younger is full it becomes the elder, the elder goes."""

    def __init__(self, size: int) -> None:
        self._size = max(size, 1)
        self._young, self._old = _HashSet(), _HashSet()

    def see(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Return which hashes were seen before, earlier in the same array too, and remember them."""
        seen = np.zeros(len(hashes), np.bool_)
        for at in range(0, len(hashes), self._size):
            part = hashes[at : at + self._size]
            if len(self._young) + len(part) > self._size:
                self._young, self._old = _HashSet(), self._young
            old = self._old.holds(part)
            seen[at : at + self._size] = self._young.add(part) | old
        return seen


class _HashSet:
    """A growing set of 64-bit hashes: open addressing, linear probing, at most half full."""

    def __init__(self) -> None:
        self._slots = np.zeros(_FEWEST_SLOTS, np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def holds(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Return which hashes are in the set."""
        held: NDArray[np.bool_] = self._slots[self._find(hashes)] == hashes
        return held

    def add(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Add hashes; return which were there before, or earlier in the same array."""
        distinct, first = np.unique(hashes, return_index=True)
        seen = np.ones(len(hashes), np.bool_)
        seen[first] = self.holds(distinct)
        fresh = distinct[~seen[first]]
        self._grow(len(fresh))
        self._insert(fresh)
        return seen

    def _find(self, hashes: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Return for each hash the slot that holds it, or the empty one where it belongs."""
        mask = np.uint64(len(self._slots) - 1)
        slot = hashes & mask
        pending = np.arange(len(hashes))
        while len(pending):
            there = self._slots[slot[pending]]
            pending = pending[(there != 0) & (there != hashes[pending])]
            slot[pending] = (slot[pending] + np.uint64(1)) & mask
        return slot

    def _insert(self, fresh: NDArray[np.uint64]) -> None:
        """Insert distinct hashes that are not there: where two want one slot, one tries again."""
        self._count += len(fresh)
        while len(fresh):
            slot = self._find(fresh)
            self._slots[slot] = fresh
            fresh = fresh[self._slots[slot] != fresh]

    def _grow(self, more: int) -> None:
        slots = len(self._slots)
        while slots < 2 * (self._count + more):
            slots *= 2
        if slots > len(self._slots):
            held = self._slots[self._slots != 0]
            self._slots, self._count = np.zeros(slots, np.uint64), 0
            self._insert(held)
