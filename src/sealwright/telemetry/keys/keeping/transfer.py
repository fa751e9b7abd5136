"""Between key files and stores: the entries of a key file, and the line of a key file for an entry."""

from __future__ import annotations

from base64 import b64encode
from typing import TYPE_CHECKING, Any, Final

import msgspec

from sealwright.errors import InputError
from sealwright.telemetry.format.suites import TAG_LENGTH, Direction, Purpose
from sealwright.telemetry.keys.keeping.entry import Entry, Owner
from sealwright.telemetry.keys.keeping.tables import batched

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.telemetry.keys.keyfile import KeyFile
    from sealwright.telemetry.keys.parameters import Parameters
    from sealwright.telemetry.keys.store import KeyStore

_AT_ONCE: Final = 10_000
_encode: Final = msgspec.json.Encoder().encode
_decode: Final = msgspec.json.Decoder(dict[str, Any]).decode


def entries_of(keys: KeyFile, learned: float, owner: Owner) -> Iterator[Entry]:
    """Yield an entry for each line of a key file that is not refused, DTLS keys last."""
    for row, parameters in keys.contents():
        yield Entry.of(parameters, learned, owner, _extra(keys, keys.line_of(row)))
    for psk in keys.psks:
        yield Entry.of_psk(psk.key_id, psk.key, psk.uid, learned, owner, _extra(keys, psk.line))


def import_keys(store: KeyStore, keys: KeyFile, *, replace: bool = False) -> tuple[int, int]:
    """Keep what a key file holds; return how many entries were new, and how many were held already.

    Raises InputError, and keeps nothing, where the store says something else about a header; with
    `replace` the file is right.
    """
    new, known, others = 0, 0, 0
    fresh: list[Entry] = []
    for part in batched(entries_of(keys, store.now(), store.owner), _AT_ONCE):
        held = store.look_up([entry.name for entry in part], []).exact
        for entry in part:
            other = held.get(entry.name)
            if other is None or other.owner != entry.owner:
                new += 1
            elif entry.same_as(other):
                known += 1
                continue
            else:
                others += 1
            fresh.append(entry)
    if others and not replace:
        raise InputError(
            f"keys: {keys.path} says something else about {others:,} headers than the store does:"
            " --replace takes what the file says"
        )
    store.keep_entries(fresh)
    store.flush()
    return new + others, known


def _extra(keys: KeyFile, line: int) -> bytes:
    extra = keys.extra.get(line)
    return _encode(extra) if extra else b""


def key_line(entry: Entry) -> bytes:
    """Return the line of a key file that holds this entry in the clear, with its unknown fields."""
    fields = _psk_fields(entry) if entry.is_psk else _fields(entry.parameters())
    extra = entry.extra.reveal()
    return _encode({**fields, **(_decode(extra) if extra else {})}) + b"\n"


def _psk_fields(entry: Entry) -> dict[str, Any]:
    return {
        "KeyID": entry.header.hex(),
        "ROTPublicUID": entry.uid.hex(),
        "Key": _base64(entry.psk.reveal()),
    }


def _fields(parameters: Parameters) -> dict[str, Any]:
    suite = parameters.suite
    fields: dict[str, Any] = {}
    if parameters.direction is Direction.UPLINK:
        fields["EncryptedHeader"] = parameters.header.hex()
    else:
        fields["Direction"] = str(parameters.direction)
    if parameters.purpose is Purpose.INTEGRITY:
        fields["Purpose"] = str(parameters.purpose)
    fields |= {
        "ROTPublicUID": parameters.uid.hex(),
        "CipherSuite": str(suite),
        "MACLength": 8 * TAG_LENGTH,
        "EncryptionKey" if suite.has_mac_key else "Key": _base64(parameters.key.reveal()),
        "AuthenticationKey": _base64(parameters.mac_key.reveal()),
        "AESIV" if suite.has_mac_key else "Nonce": _base64(parameters.nonce),
        "KIV": _base64(parameters.kiv),
    }
    return {name: value for name, value in fields.items() if value}


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode()
