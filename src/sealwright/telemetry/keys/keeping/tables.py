"""What a key store needs of whatever keeps its bytes. They are all sealed, or names made by HMAC."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final, NamedTuple, Protocol, TypeVar

from sealwright.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

_T = TypeVar("_T")


LEDGER_IS_DAMAGED: Final = (
    "the ledger of spent sets is damaged: seal with new sets and a new store,"
    " because nobody knows any more which of the old sets are spent"
)


class NotWritableError(StoreError):
    """A write failed and left all as it was: the disk is full or read-only, a server is out of reach."""


class Record(NamedTuple):
    """An entry, sealed. `name` and `owner` together are its key."""

    name: bytes
    owner: bytes
    family: bytes | None
    """Of a v1 entry that may serve other headers of its key id."""
    mark: bytes | None
    """Equal for equal keys of one family: two of them disprove the shortcut for it."""
    learned: int
    suite: int
    salt: bytes
    label: bytes
    sealed: bytes


class Fetched(NamedTuple):
    """Records found by name, a record for each family that one key may serve, and crooked devices."""

    records: list[Record]
    leaders: list[Record]
    crooked: set[bytes]


class Count(NamedTuple):
    """What is to be added to the ledger of calls under one name."""

    name: bytes
    salt: bytes
    label: bytes
    sent: int
    answered: int
    kept: int
    withdrawn: int


class Claim(NamedTuple):
    """A downlink set that has sealed a message: `name` stands for the set, `text` for device and text."""

    name: bytes
    text: bytes
    salt: bytes
    label: bytes
    sealed: bytes


class Tables(Protocol):
    """Tables of sealed rows. Names are 16 bytes; times are seconds.

    Whoever writes raises NotWritableError when nothing could be written, StoreError for what cannot
    be read. `put`, `delete`, `count` survive the death of the process, and that of the machine after
    `sync`; `claim` survives both when it returns, or when the turn ends in which it was made.
    """

    where: str

    def wrapping(self) -> bytes:
        """Return the record of the wrapped store key."""
        ...

    def rewrap(self, wrapping: bytes) -> None:
        """Replace the record of the wrapped store key."""
        ...

    def fetch(
        self,
        names: Sequence[bytes],
        families: Sequence[bytes],
        devices: Sequence[bytes],
        owners: Sequence[bytes],
    ) -> Fetched:
        """Return the records of names, one for each family with a single key, and crooked devices.

        Where owners are given, the records of others do not count.
        """
        ...

    def put(self, records: Sequence[Record], crooked: Sequence[bytes]) -> None:
        """Write records in place of those with the same key, and mark devices as crooked."""
        ...

    def scan(self) -> Iterator[Record]:
        """Yield every record."""
        ...

    def delete(self, records: Sequence[Record]) -> None:
        """Remove records for good."""
        ...

    def lease(self, names: Sequence[bytes], holder: bytes, now: float, seconds: float) -> list[bool]:
        """Take, or extend, what nobody else holds; tell which ones."""
        ...

    def release(self, names: Sequence[bytes], holder: bytes) -> None:
        """Give back what this holder holds."""
        ...

    def deny(self, codes: dict[bytes, int], now: float, seconds: float) -> None:
        """Remember for some time that there is no answer for these names, and why."""
        ...

    def denied(self, names: Sequence[bytes], now: float) -> dict[bytes, int]:
        """Return which of these names have been denied, and why."""
        ...

    def count(self, counts: Sequence[Count]) -> None:
        """Add to the ledger of calls."""
        ...

    def counts(self) -> Iterator[Count]:
        """Yield the ledger of calls."""
        ...

    def turn(self) -> AbstractContextManager[object]:
        """Let one at a time claim; claims are durable when the turn ends."""
        ...

    def claim(self, claims: Sequence[Claim]) -> list[Claim]:
        """Write those claims whose set nobody has claimed, durably; return what now stands for each."""
        ...

    def claimed(self, names: Sequence[bytes]) -> set[bytes]:
        """Return which of these sets have been claimed."""
        ...

    def claims_of(self, texts: Sequence[bytes]) -> list[Claim]:
        """Return the claims for these texts, in the order in which they were made."""
        ...

    def sync(self) -> None:
        """Make sure that what has been written survives the machine."""
        ...

    def close(self) -> None:
        """Let go of the file or the connection."""
        ...


def batched(items: Iterable[_T], most: int) -> Iterator[list[_T]]:
    """Yield items in lists of `most`; the last one may be shorter."""
    iterator = iter(items)
    while part := list(itertools.islice(iterator, most)):
        yield part
