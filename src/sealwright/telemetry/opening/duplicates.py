"""Repeated messages: the same header and tag again, or the same header over another text.

Only opened messages are told to a window: a forged copy sent first must not brand the genuine
one. What is remembered are keyed hashes of 8 bytes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from sealwright.telemetry.core import core
from sealwright.telemetry.format.hashing import hash_rows, new_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

WINDOW: Final = 4_000_000
"""Opened messages that a window remembers at least, unless told otherwise."""

_FEWEST_SLOTS: Final = 1024
_SMALL: Final = 2**20


class DuplicateWindow:
    """Remembers the last `size` opened messages at least, and twice as many at most.

    Two generations: after `size` messages the younger becomes the elder, and the elder goes. They turn
    at every `size`-th message, so that what is flagged does not depend on how many messages a call has.
    Messages and headers are forgotten together, or a repeat of a forgotten message whose header is
    still known would raise the alarm of nonce reuse.

    A window can be made again out of what `on_seen` was called with: the hashes (uint64) of each call's
    messages and headers, shape (n, 2). That takes its `key`, the number of messages `seen` before the
    first of those hashes, a multiple of its size, and `remember` for them.
    """

    def __init__(
        self,
        size: int = WINDOW,
        *,
        key: int | None = None,
        seen: int = 0,
        on_seen: Callable[[NDArray[np.uint64]], None] | None = None,
    ) -> None:
        self.size = max(size, 1)
        self.key = int(new_key()) if key is None else key
        self.seen = seen
        self._on_seen = on_seen
        self._young, self._old = _Generation(), _Generation()

    def see(
        self, headers: NDArray[np.uint8], tags: NDArray[np.uint8]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return (duplicate, nonce_reuse) for opened messages in order, and remember them.

        `headers` and `tags` have shape (n, 16). A duplicate has the header and tag of an earlier
        message; nonce_reuse has an earlier header and a tag not seen with it.
        """
        key = np.uint64(self.key)
        messages, names = hash_rows(np.hstack((headers, tags)), key), hash_rows(headers, key)
        if self._on_seen is not None:
            self._on_seen(np.column_stack((messages, names)))
        return self.remember(messages, names)

    def remember(
        self, messages: NDArray[np.uint64], names: NDArray[np.uint64]
    ) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return both flags for the hashes of messages and of their headers, and remember them."""
        duplicate, known = (np.zeros(len(names), np.bool_) for _ in range(2))
        at = 0
        while at < len(names):
            if self.seen % self.size == 0:
                self._young, self._old = _Generation(), self._young
            part = slice(at, at + self.size - self.seen % self.size)
            duplicate[part] = self._old.messages.holds(messages[part]) | self._young.messages.add(
                messages[part]
            )
            known[part] = self._old.headers.holds(names[part]) | self._young.headers.add(names[part])
            self.seen += len(names[part])
            at = part.stop
        return duplicate, known & ~duplicate


class _Generation:
    """Hashes of messages (header and tag) and of their headers alone, of the same stretch of time."""

    def __init__(self) -> None:
        self.messages, self.headers = _HashSet(), _HashSet()


class _HashSet:
    """A growing set of 64-bit hashes: open addressing, linear probing, at most half full."""

    def __init__(self) -> None:
        self._slots = np.zeros(_FEWEST_SLOTS, np.uint64)
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def holds(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Return which hashes are in the set."""
        if (module := core().module) is not None:
            seen = np.empty(len(hashes), np.bool_)
            module.see(self._slots, np.ascontiguousarray(hashes), seen, False)
            return seen
        held: NDArray[np.bool_] = self._slots[self._find(hashes)] == hashes
        return held

    def add(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        """Add hashes; return which were there before, or earlier in the same array."""
        if core().module is not None:
            # Room for all of them, since only adding them tells how many are new.
            self._grow(len(hashes))
            return self._add_natively(hashes)
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

    def _add_natively(self, hashes: NDArray[np.uint64]) -> NDArray[np.bool_]:
        seen = np.empty(len(hashes), np.bool_)
        module: Any = core().module
        self._count += module.see(self._slots, np.ascontiguousarray(hashes), seen, True)
        return seen

    def _insert(self, fresh: NDArray[np.uint64]) -> None:
        """Insert distinct hashes that are not there: where two want one slot, one tries again."""
        if core().module is not None:
            self._add_natively(fresh)
            return
        self._count += len(fresh)
        while len(fresh):
            slot = self._find(fresh)
            self._slots[slot] = fresh
            fresh = fresh[self._slots[slot] != fresh]

    def _grow(self, more: int) -> None:
        slots = len(self._slots)
        while slots < 2 * (self._count + more):
            # A small set grows faster: what it holds is moved less often, and its memory is no matter.
            slots *= 4 if slots < _SMALL else 2
        if slots > len(self._slots):
            held = self._slots[self._slots != 0]
            self._slots, self._count = np.zeros(slots, np.uint64), 0
            self._insert(held)
