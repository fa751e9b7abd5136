"""The window of duplicates on the disk: the hashes that it has seen, a file a generation."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

import numpy as np

from sealwright.errors import InputError
from sealwright.telemetry import DuplicateWindow

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from sealwright.telemetry.pipeline.resuming.folder import JobFolder

_PREFIX: Final = "window."
_ROW: Final = 16
_AT_ONCE: Final = 2**18
"""Rows to replay at once."""


class WindowLog:
    """Keeps what a window needs to be made again: the hashes of its last two generations.

    Two numbers of 8 bytes an opened message, little-endian, each at the place that its number in the run
    gives it: a segment that is done again writes the same bytes once more.
    """

    def __init__(self, folder: JobFolder, size: int) -> None:
        self._folder, self._size = folder, size
        self._new: list[NDArray[np.uint64]] = []

    def window(self, key: int | None = None, seen: int = 0) -> DuplicateWindow:
        """Return a new window, or the one with this key that had `seen` so many. Raises InputError."""
        first = self._first(seen)
        window = DuplicateWindow(self._size, key=key, seen=first, on_seen=self._new.append)
        while window.seen < seen:
            hashes = self._read(window.seen, min(_AT_ONCE, seen - window.seen))
            window.remember(hashes[:, 0], hashes[:, 1])
        return window

    def take(self) -> list[NDArray[np.uint64]]:
        """Return the hashes that were seen since the last call."""
        taken = self._new[:]
        self._new.clear()
        return taken

    def keep(self, hashes: list[NDArray[np.uint64]], seen: int) -> None:
        """Write the last hashes of `seen` messages, as far as the last two generations have them."""
        rows = np.concatenate([np.empty((0, 2), np.uint64), *hashes])
        begin = max(self._first(seen), seen - len(rows))
        while begin < seen:
            generation, at = divmod(begin, self._size)
            count = min(self._size - at, seen - begin)
            first = len(rows) - (seen - begin)
            self._write(generation, at, rows[first : first + count])
            begin += count

    def _first(self, seen: int) -> int:
        """Return the number of the first message that a window which has seen so many remembers."""
        return max(0, seen // self._size - 1) * self._size

    def _write(self, generation: int, at: int, rows: NDArray[np.uint64]) -> None:
        path = self._path(generation)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.lseek(handle, at * _ROW, os.SEEK_SET)
            text = memoryview(rows.astype("<u8").tobytes())
            while text:
                text = text[os.write(handle, text) :]
            os.fsync(handle)
        finally:
            os.close(handle)

    def _read(self, begin: int, most: int) -> NDArray[np.uint64]:
        """Return hashes from message `begin` on, at least one and at most so many, of one generation."""
        generation, at = divmod(begin, self._size)
        count = min(most, self._size - at)
        path = self._path(generation)
        text = b""
        if path.exists():
            with path.open("rb") as file:
                file.seek(at * _ROW)
                text = file.read(count * _ROW)
        if len(text) < count * _ROW:
            raise InputError(f"job: {path} is shorter than its checkpoint says: --force begins anew")
        return np.frombuffer(text, "<u8").astype(np.uint64).reshape(-1, 2)

    def drop(self, seen: int) -> None:
        """Remove the generations that a window which has seen so many has forgotten."""
        oldest = self._first(seen) // self._size
        for path in self._folder.path.glob(_PREFIX + "*"):
            if int(path.suffix[1:]) < oldest:
                path.unlink()

    def _path(self, generation: int) -> Path:
        return self._folder / f"{_PREFIX}{generation}"
