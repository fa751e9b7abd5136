"""The part of an output that is written already."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from sealwright.errors import InputError
from sealwright.telemetry.pipeline.resuming.folder import sync_folder

if TYPE_CHECKING:
    from collections.abc import Iterable

    from typing_extensions import Buffer

    from sealwright.telemetry.pipeline.resuming.folder import JobFolder

_PART: Final = "part"


class Part:
    """A file in a job's folder, put in the output's place when it is whole.

    Each write is one call of the system: what a full disk has not taken waits in no buffer.
    """

    def __init__(self, folder: JobFolder) -> None:
        self.folder = folder
        self._path = folder / _PART
        self._handle: int | None = None
        self.length = 0

    is_file = True

    @property
    def is_there(self) -> bool:
        """Whether it is here still, and not in the output's place."""
        return self._path.exists()

    def open(self, length: int) -> None:
        """Go on behind the first `length` bytes, which must be there; what follows them goes."""
        flags = os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        self._handle = os.open(self._path, flags, 0o666)
        size = os.fstat(self._handle).st_size
        if size < length:
            raise InputError(
                f"job: {self._path} has {size:,} bytes, and its checkpoint says {length:,}: it was changed:"
                " --force begins anew"
            )
        os.ftruncate(self._handle, length)
        self.length = os.lseek(self._handle, length, os.SEEK_SET)

    def write(self, lines: Iterable[Buffer]) -> None:
        """Add lines."""
        pieces = list(lines)
        text = memoryview(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        while text:
            count = os.write(self._descriptor, text)
            self.length += count
            text = text[count:]

    def sync(self) -> None:
        """Let all that was written reach the disk."""
        os.fsync(self._descriptor)

    @property
    def _descriptor(self) -> int:
        assert self._handle is not None  # noqa: S101  # a job opens its parts before anything else
        return self._handle

    def put(self) -> None:
        """Put the part in the output's place, with the permissions of what stood there."""
        place = self.folder.output
        if place.exists():
            self._path.chmod(stat.S_IMODE(place.stat().st_mode))
        self._path.replace(place)
        sync_folder(place.parent)

    def close(self) -> None:
        """Close the file; what was not synced may be lost."""
        handle, self._handle = self._handle, None
        if handle is not None:
            os.close(handle)
