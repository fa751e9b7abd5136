"""What users would write without us: one loop a library, over a plain dict of keys.

Each takes the keys and returns a function from messages to texts, None where one does not verify.
"""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESCCM

from sealwright.bench.extras import load

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from sealwright.bench.corpus import KeySet

    Texts: TypeAlias = list[bytes | None]
    Peer: TypeAlias = Callable[[Sequence[bytes]], Texts]


def aesccm_new(keys: Mapping[bytes, KeySet]) -> Peer:
    """AESCCM of `cryptography`, a new object for each message: the first thing one writes."""

    def run(messages: Sequence[bytes]) -> Texts:
        texts: Texts = []
        for message in messages:
            cipher = AESCCM(keys[message[:14]].key)
            try:
                texts.append(cipher.decrypt(message[4:16], message[16:], None))
            except InvalidTag:
                texts.append(None)
        return texts

    return run


def aesccm_cached(keys: Mapping[bytes, KeySet]) -> Peer:
    """AESCCM of `cryptography`, the object of every key made beforehand: the best loop in Python."""
    ciphers = {name: AESCCM(key_set.key) for name, key_set in keys.items()}

    def run(messages: Sequence[bytes]) -> Texts:
        texts: Texts = []
        for message in messages:
            try:
                texts.append(ciphers[message[:14]].decrypt(message[4:16], message[16:], None))
            except InvalidTag:
                texts.append(None)
        return texts

    return run


def pycryptodome(keys: Mapping[bytes, KeySet]) -> Peer:
    """AES-CCM of pycryptodome, whose object serves one message. Raises InputError where it is missing."""
    aes = load("Crypto.Cipher.AES")

    def run(messages: Sequence[bytes]) -> Texts:
        texts: Texts = []
        for message in messages:
            cipher = aes.new(keys[message[:14]].key, aes.MODE_CCM, nonce=message[4:16], mac_len=16)
            try:
                texts.append(cipher.decrypt_and_verify(message[16:-16], message[-16:]))
            except ValueError:
                texts.append(None)
        return texts

    return run


def hmac_cs1(keys: Mapping[bytes, KeySet]) -> Peer:
    """HMAC-SHA-256 of the standard library, then AES-CBC-CS1 over CBC of `cryptography`."""

    def run(messages: Sequence[bytes]) -> Texts:
        texts: Texts = []
        for message in messages:
            key_set = keys[message[:12]]
            mac = hmac.digest(key_set.mac_key, message[:-16], "sha256")[:16]
            good = hmac.compare_digest(mac, message[-16:])
            texts.append(_decrypt_cs1(key_set, message[12:-16]) if good else None)
        return texts

    return run


def _decrypt_cs1(key_set: KeySet, body: bytes) -> bytes:
    """Give the last but one block back what was stolen from it; the rest is CBC (SP 800-38A addendum)."""
    aes, length = algorithms.AES(key_set.key), len(body)
    if cut := length % 16:
        last = Cipher(aes, modes.ECB()).decryptor().update(body[-16:])  # noqa: S305  # a step of CS1
        body = body[:-16] + last[cut:] + body[-16:]
    return Cipher(aes, modes.CBC(key_set.iv)).decryptor().update(body)[:length]
