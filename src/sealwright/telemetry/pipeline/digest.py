"""SHA-256 and size of what is read and written, taken while it goes by.

SHA-256 costs about half a second a GB, and there is no quicker way to the same number. So it is taken in
threads beside the work, from bytes that are in memory already; only what is read here and there, as
Parquet is, is read once more.
"""

from __future__ import annotations

import hashlib
import io
import os
import stat
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, Final, Self, cast

from sealwright.telemetry.pipeline.beside import Beside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from typing_extensions import Buffer

_STEP: Final = 2**20
_WORTH_A_THREAD: Final = 2**16


class Digest:
    """Counts and hashes bytes; `finish` says that these were all."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()
        self.size = 0
        self._whole = False

    @contextmanager
    def taking(self, octets: Buffer) -> Iterator[None]:
        """Take some bytes while the block does something else with them."""
        with Beside(here=memoryview(octets).nbytes < _WORTH_A_THREAD) as beside:
            beside.put(partial(self.update, octets))
            yield

    def update(self, octets: Buffer) -> None:
        """Take some bytes."""
        self._hash.update(octets)
        self.size += memoryview(octets).nbytes

    def finish(self) -> None:
        """Say that there are no more."""
        self._whole = True

    @property
    def sha256(self) -> str | None:
        """In hex; None while there may be more."""
        return self._hash.hexdigest() if self._whole else None


def digest_of(path: str | Path) -> Digest:
    """Return the digest of a file; one without an end where it is no plain file, or cannot be read."""
    digest = Digest()
    try:
        if not stat.S_ISREG(Path(path).stat().st_mode):
            return digest
        with open(path, "rb", buffering=0) as file:  # noqa: PTH123
            while octets := file.read(_STEP):
                digest.update(octets)
    except OSError:
        return digest
    digest.finish()
    return digest


class Tap(io.RawIOBase):
    """Passes on what a stream gives, and hashes it in a thread of its own."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__()
        self._stream = stream
        self.digest = Digest()
        self._beside = Beside(here=False)

    @property
    def reader(self) -> IO[bytes]:
        """The stream to read from."""
        return cast("IO[bytes]", io.BufferedReader(self, _STEP))

    def readable(self) -> bool:
        """Say so: a buffered reader asks."""
        return True

    def readinto(self, room: Any, /) -> int:
        """Read once from the stream."""
        # What a pipe has brought is passed on before more is waited for.
        stream = cast("Any", self._stream)
        count: int = getattr(stream, "readinto1", stream.readinto)(room)
        if count:
            self._beside.put(partial(self.digest.update, bytes(room[:count])))
        else:
            self._beside.put(self.digest.finish)
        return count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Wait for the hash, not for the stream, which is its owner's to close."""
        self._beside.__exit__(kind)


def printable(path: str) -> str:
    """Return a path as text that JSON can hold: bytes that are no UTF-8 as escapes."""
    return os.fsencode(path).decode(errors="backslashreplace")
