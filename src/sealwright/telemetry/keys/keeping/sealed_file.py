"""Key files under a passphrase: what `keys export` writes.

One line of JSON holds a random key, wrapped by the passphrase; chunks of 64 KiB follow, each sealed
with its number and whether it is the last one, so none can be changed, moved or left out.
"""

from __future__ import annotations

import io
from contextlib import contextmanager
from typing import IO, TYPE_CHECKING, Final

from sealwright.errors import KeyFileError, StoreError
from sealwright.telemetry.keys.keeping.crypto import Cipher
from sealwright.telemetry.keys.keeping.wrapping import new_key, unwrap, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sealwright.secret import Secret

MAGIC: Final = b"sealwright keys 1 "
_PURPOSE: Final = "sealwright key file"
_CHUNK: Final = 64 * 1024
_TAG: Final = 16
_LONGEST_HEAD: Final = 4096


@contextmanager
def sealed_key_file(stream: IO[bytes], passphrase: Secret) -> Iterator[Callable[[bytes], None]]:
    """Write a sealed key file: yields what takes its contents, piece by piece."""
    key = new_key()
    head = MAGIC + wrap(key, passphrase, _PURPOSE) + b"\n"
    stream.write(head)
    cipher, held, number = Cipher(key.reveal()), bytearray(), 0

    def write(piece: bytes) -> None:
        nonlocal number
        held.extend(piece)
        while len(held) > _CHUNK:
            stream.write(cipher.seal(2 * number, bytes(held[:_CHUNK]), head))
            del held[:_CHUNK]
            number += 1

    yield write
    stream.write(cipher.seal(2 * number + 1, bytes(held), head))


def is_sealed_key_file(stream: IO[bytes]) -> bool:
    """Tell whether a file that can be read again is a sealed key file; leaves it at its beginning."""
    found = stream.read(len(MAGIC)) == MAGIC
    stream.seek(0)
    return found


def read_sealed_key_file(stream: IO[bytes], path: str, passphrase: Secret) -> IO[bytes]:
    """Return the contents of a sealed key file. Raises KeyFileError for anything but the whole of one."""
    head = stream.readline(_LONGEST_HEAD)
    try:
        key = unwrap(head.removeprefix(MAGIC).removesuffix(b"\n"), passphrase, _PURPOSE)
    except StoreError as problem:
        raise KeyFileError(path, 0, str(problem)) from None
    if key is None:
        raise KeyFileError(path, 0, "this is not the passphrase with which it was written")
    cipher, contents, number = Cipher(key.reveal()), io.BytesIO(), 0
    chunk = stream.read(_CHUNK + _TAG)
    last = False
    while not last:
        following = stream.read(_CHUNK + _TAG)
        last = not following
        text = cipher.open(2 * number + last, chunk, head)
        if text is None:
            raise KeyFileError(path, 0, "it is damaged, or not the whole file: write it again")
        contents.write(text)
        chunk, number = following, number + 1
    contents.seek(0)
    return contents
