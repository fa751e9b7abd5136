"""Which file an input is: enough of it to notice that it is another, without reading all of it again."""

from __future__ import annotations

import hashlib
import os
from typing import IO, TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKED_AT: Final = 2**20


class Identity(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file's size in bytes, its time of change in nanoseconds, and the SHA-256 of its first MiB."""

    size: int
    mtime_ns: int
    head: str

    @classmethod
    def of(cls, stream: IO[bytes]) -> Identity:
        """Look at an open file, without moving in it."""
        status = os.fstat(stream.fileno())
        return cls(status.st_size, status.st_mtime_ns, digest_before(stream, _LOOKED_AT))

    def differences(self, other: Identity) -> Iterator[str]:
        """Yield in words what is not the same."""
        if self.size != other.size:
            yield f"{self.size:,} bytes then, {other.size:,} now"
        elif self.head != other.head:
            yield "its first bytes are others"
        elif self.mtime_ns != other.mtime_ns:
            yield "it was written since"


def digest_before(stream: IO[bytes], place: int) -> str:
    """Return the SHA-256 of the MiB before a place, or of what there is of it."""
    begin = max(0, place - _LOOKED_AT)
    return hashlib.sha256(os.pread(stream.fileno(), place - begin, begin)).hexdigest()
