"""Sealing with OpenSSL, text by text: v1, v2 and signed messages."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from sealwright.telemetry.format.suites import BLOCK
from sealwright.telemetry.keys.table import KeySet, unpack_rows
from sealwright.telemetry.opening.portable.signed import mac

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sealwright.telemetry.opening.task import Sealing

_OBJECTS = 1024
"""Ciphers that are kept while a task runs: its texts come in any order of keys."""


def seal_ccm(task: Sealing) -> None:
    """Encrypt and sign with AES-CCM."""
    cipher = lru_cache(_OBJECTS)(AESCCM)
    for each in _each(task):
        nonce = each.header[4:16] if task.nonce_in_header else each.keys.nonce[:12]
        _put(task, each, cipher(each.keys.key).encrypt(nonce, each.text, None))


def seal_cs1(task: Sealing) -> None:
    """Encrypt with CBC-CS1, then MAC; each text has 16 bytes or more."""
    for each in _each(task):
        aes = Cipher(algorithms.AES(each.keys.key), modes.CBC(each.keys.nonce)).encryptor()
        cut = len(each.text) % BLOCK
        body = aes.update(each.text.ljust(len(each.text) + -len(each.text) % BLOCK, b"\0"))
        if cut:
            body = body[: -2 * BLOCK + cut] + body[-BLOCK:]
        _put(task, each, body + _mac(task, each, body))


def sign(task: Sealing) -> None:
    """Put a MAC behind the data."""
    for each in _each(task):
        _put(task, each, each.text + _mac(task, each, each.text))


class _Text(NamedTuple):
    """A text, what seals it, and where its message goes."""

    text: bytes
    header: bytes
    keys: KeySet
    slot: int


def _each(task: Sealing) -> Iterator[_Text]:
    data, headers, length = task.texts.data.tobytes(), task.header.tobytes(), task.layout.shape.header_length
    places = zip(task.start.tolist(), task.text_length.tolist(), task.slot.tolist(), strict=True)
    for at, ((start, size, slot), keys) in enumerate(
        zip(places, unpack_rows(task.rows[task.row]), strict=True)
    ):
        yield _Text(data[start : start + size], headers[16 * at : 16 * at + length], keys, slot)


def _mac(task: Sealing, each: _Text, body: bytes) -> bytes:
    parts = {"header": each.header, "body": body, "iv": each.keys.nonce, "kiv": each.keys.kiv}
    return mac(each.keys.mac_key, task.layout, parts)


def _put(task: Sealing, each: _Text, sealed: bytes) -> None:
    message = each.header + sealed
    task.arena.data[each.slot : each.slot + len(message)] = message
