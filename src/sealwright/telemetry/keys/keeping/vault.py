"""Vault: the store key at work. It names rows by HMAC, and seals and opens them under a key of their own.

A row's key is derived (HKDF) from the store key and a salt that is drawn for each writing, so a key
seals a row's label and contents once. The label says whom the row belongs to and which header it
serves; it is authenticated beside the contents, with the row's names, suite, time and version.
"""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import msgspec

from sealwright.secret import Secret
from sealwright.telemetry.keys.keeping.crypto import SALT_BYTES, Cipher, derive, mac
from sealwright.telemetry.keys.keeping.entry import Entry, Owner
from sealwright.telemetry.keys.keeping.names import device_of
from sealwright.telemetry.keys.keeping.tables import Record

if TYPE_CHECKING:
    from collections.abc import Iterable

FORMAT: Final = 1
"""The version of everything that a store writes."""

_encode: Final = msgspec.msgpack.Encoder().encode
_T = TypeVar("_T")


class Boxed(NamedTuple):
    """A label and contents, sealed under one salt."""

    salt: bytes
    label: bytes
    sealed: bytes


class _Label(msgspec.Struct, array_like=True, frozen=True):
    origin: str
    account: str
    name: bytes


class _Contents(msgspec.Struct, array_like=True, frozen=True):
    row: bytes
    irregular: tuple[str, ...]
    extra: bytes


class Vault:
    """Seals and opens what a store holds, with one store key. It prints nothing of it."""

    def __init__(self, store_key: Secret) -> None:
        self._store_key = store_key
        self._index_key = Secret(derive(store_key.reveal(), b"", b"sealwright index"))

    @property
    def store_key(self) -> Secret:
        """The key itself, for wrapping it anew."""
        return self._store_key

    def names(self, domain: str, account: str, texts: Iterable[bytes]) -> list[bytes]:
        """Return the names of many texts in one domain and account."""
        key, before = self._index_key.reveal(), _encode((domain, account))
        return [mac(key, before + text) for text in texts]

    def name(self, domain: str, account: str, text: bytes) -> bytes:
        """Return the name of one text."""
        return self.names(domain, account, (text,))[0]

    def owner(self, owner: Owner) -> bytes:
        """Return the name of an owner."""
        return self.name("owner", owner.account, owner.origin.encode())

    def device(self, entry: Entry) -> bytes:
        """Return the name of the device of a v1 entry."""
        return self.name("device", entry.owner.account, device_of(entry.name))

    def box(self, label: msgspec.Struct, contents: bytes, beside: bytes) -> Boxed:
        """Seal a label and contents."""
        salt = secrets.token_bytes(SALT_BYTES)
        cipher = self._cipher(salt)
        said = _encode(label)
        return Boxed(salt, cipher.seal(0, said, beside), cipher.seal(1, contents, beside + said))

    def unbox(self, boxed: Boxed, label: type[_T], beside: bytes) -> tuple[_T, bytes] | None:
        """Return a label and contents, None where anything about them is not as it was sealed."""
        cipher = self._cipher(boxed.salt)
        said = cipher.open(0, boxed.label, beside)
        contents = None if said is None else cipher.open(1, boxed.sealed, beside + said)
        if said is None or contents is None:
            return None
        return msgspec.msgpack.decode(said, type=label), contents

    def _cipher(self, salt: bytes) -> Cipher:
        return Cipher(derive(self._store_key.reveal(), salt, b"sealwright row"))

    def seal(self, entry: Entry) -> Record:
        """Seal an entry."""
        account = entry.owner.account
        family = mark = None
        if entry.leads:
            family = self.name("family", account, entry.leads)
            mark = self.name("mark", account, family + entry.key_in_row.reveal())
        blank = Record(
            self.name("row", account, entry.name),
            self.owner(entry.owner),
            family,
            mark,
            entry.learned,
            entry.suite,
            b"",
            b"",
            b"",
        )
        label = _Label(entry.owner.origin, account, entry.name)
        contents = _Contents(entry.row.reveal(), entry.irregular, entry.extra.reveal())
        boxed = self.box(label, _encode(contents), _beside(blank))
        return Record(*blank[:-3], *boxed)

    def open(self, record: Record) -> Entry | None:
        """Return the entry of a record, None where anything about it is not as it was sealed."""
        if not _well_formed(record):
            return None
        opened = self.unbox(Boxed(*record[-3:]), _Label, _beside(record))
        if opened is None:
            return None
        label, contents = opened[0], msgspec.msgpack.decode(opened[1], type=_Contents)
        return Entry(
            name=label.name,
            suite=record.suite,
            row=Secret(contents.row),
            learned=record.learned,
            irregular=contents.irregular,
            extra=Secret(contents.extra),
            owner=Owner(label.origin, label.account),
        )


def _beside(record: Record) -> bytes:
    """Return what is authenticated of a record beside its label and contents."""
    return _encode((b"sealwright row", FORMAT, *record[:-3]))


_NAME: Final = 16
_LONGEST: Final = 2**20


def _well_formed(record: Record) -> bool:
    """Tell whether a record has the types and lengths of one: a damaged file may yield anything."""
    names = (record.name, record.owner, record.salt)
    optional = (record.family, record.mark)
    numbers = (record.learned, record.suite)
    return (
        all(type(name) is bytes and len(name) == _NAME for name in names)
        and all(name is None or (type(name) is bytes and len(name) == _NAME) for name in optional)
        and all(type(number) is int and abs(number) < 2**62 for number in numbers)
        and all(type(box) is bytes and len(box) < _LONGEST for box in (record.label, record.sealed))
    )
